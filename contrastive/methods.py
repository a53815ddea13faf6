"""Methods: how views, projection head and loss are put together. One class a method; METHODS is the registry.

A method is a module that maps the views of a batch to a loss and a few numbers worth watching. The training loop
knows nothing else about it.
"""

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from contrastive.encoders import Encoder
from contrastive.losses import nt_xent_of, similarities

if TYPE_CHECKING:
    from contrastive.config import TrainConfig

Metrics = dict[str, float]


class SimCLR(nn.Module):
    """Two views of an image attract each other; every other view of the batch repels (arXiv:2002.05709)."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig") -> None:
        super().__init__()
        self.encoder, self.head, self.temperature = encoder, head, config.temperature

    def forward(self, views: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w) in 0..1 -> loss (scalar), contrastive accuracy of the batch."""
        v, n = views.shape[:2]
        x = views.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        z = self.head(self.encoder(x)).view(v, n, -1)  # one pass for all views: they share batch statistics
        logits, positives = similarities(z, temperature=self.temperature)
        return nt_xent_of(logits, positives), contrastive_accuracy(logits.detach(), positives)


@torch.no_grad()
def contrastive_accuracy(logits: Tensor, positives: Tensor) -> Metrics:
    """How well an anchor's positive stands out: top-1, top-5 and the mean rank (1 is best) among all others.

    Shape: logits (m, m) with -inf on the diagonal, positives (m, p). With several positives, the first one counts.
    """
    score = logits.gather(1, positives[:, :1])  # (m, 1)
    rank = (logits > score).sum(1) + 1
    return {
        "top1": (rank == 1).float().mean().item(),
        "top5": (rank <= 5).float().mean().item(),
        "mean_rank": rank.float().mean().item(),
    }


METHODS: dict[str, type[nn.Module]] = {"simclr": SimCLR}
