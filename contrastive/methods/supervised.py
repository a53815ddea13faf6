"""Supervised: cross-entropy, the baseline that uses every label and no contrast."""

from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from contrastive.encoders import Encoder
from contrastive.methods.method import Method, Metrics, gathered

if TYPE_CHECKING:
    from contrastive.config import TrainConfig


class Supervised(Method):
    """A linear classifier on h, trained with the labels: what the methods without labels are held against.

    Source: the cross-entropy baseline of Khosla et al. 2020, arXiv:2004.11362, section 4.
    """

    labelled_only = True

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", outputs: int) -> None:
        super().__init__(encoder, nn.Linear(encoder.dim, outputs), config, outputs)

    @classmethod
    def uses_labels(cls, config: "TrainConfig") -> bool:
        """Always."""
        return True

    @property
    def mean_over_pictures(self) -> bool:
        """Every picture, or pair, has a loss of its own."""
        return True

    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w), labels (n,) -> cross-entropy (scalar), share of views classified correctly."""
        logits = gathered(self.project(views)).flatten(0, 1).float()  # (v n, classes)
        answers = labels.repeat(len(views))
        loss = functional.cross_entropy(logits, answers)
        return loss, {"accuracy": (logits.argmax(1) == answers).float().mean().item()}
