"""SimCLR and its kin: every view is compared with every other view of the batch."""

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from contrastive.encoders import Encoder
from contrastive.errors import UserError
from contrastive.losses import cosine_logits, debiased_of, nt_xent_of, same_class, similarities, sup_con_of
from contrastive.methods.method import Method, Metrics, gathered

if TYPE_CHECKING:
    from contrastive.config import TrainConfig


class SimCLR(Method):
    """Views of an image attract each other; every other view of the batch repels (arXiv:2002.05709)."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", outputs: int) -> None:
        super().__init__(encoder, head, config, outputs)
        self.temperature = config.temperature

    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w) in 0..1 -> loss (scalar), contrastive accuracy of the batch."""
        logits, positives = similarities(gathered(self.project(views)), temperature=self.temperature)
        return self.loss(logits, positives), contrastive_accuracy(logits.detach(), positives)

    def loss(self, logits: Tensor, positives: Tensor) -> Tensor:
        """What is made of all similarities and the places of the positives."""
        return nt_xent_of(logits, positives)


class Debiased(SimCLR):
    """SimCLR that expects some of its negatives to be of the anchor's own class (arXiv:2007.00224)."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", outputs: int) -> None:
        super().__init__(encoder, head, config, outputs)
        if config.n_views != 2:
            raise UserError("The debiased loss is defined for two views.", "Set n_views to 2.")
        self.class_prior = config.class_prior

    def loss(self, logits: Tensor, positives: Tensor) -> Tensor:
        """The debiased loss of all similarities."""
        return debiased_of(logits, positives, temperature=self.temperature, class_prior=self.class_prior)


class SupCon(Method):
    """All views of a class attract each other; an unlabelled image has its own views only (arXiv:2004.11362)."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", outputs: int) -> None:
        super().__init__(encoder, head, config, outputs)
        self.temperature = config.temperature

    @classmethod
    def uses_labels(cls, config: "TrainConfig") -> bool:
        """Always."""
        return True

    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w), labels (n,) -> loss (scalar), contrastive accuracy of the nearest positive."""
        logits = cosine_logits(gathered(self.project(views)), temperature=self.temperature)
        positives = same_class(labels, views=len(views))
        nearest = logits.detach().masked_fill(~positives, float("-inf")).argmax(1, keepdim=True)
        return sup_con_of(logits, positives), contrastive_accuracy(logits.detach(), nearest)


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
