"""Distilled: SimCLR beside a teacher, a network that already knows pictures and whose vectors are to be matched."""

from typing import TYPE_CHECKING

from torch import Tensor, nn

from contrastive.encoders import Encoder
from contrastive.losses import distil_features, distil_relations, nt_xent_of, similarities
from contrastive.methods.batchwise import contrastive_accuracy
from contrastive.methods.method import Method, Metrics, flat, gathered

if TYPE_CHECKING:
    from contrastive.config import TrainConfig

FEATURES, RELATIONS = 1.0, 1.0
"""How much the two sides of the teacher count against each other; each falls from about 1 at the start."""


class Distilled(Method):
    """SimCLR, and the teacher's vectors as a second goal: guessed from h, and in who is near whom (SEED).

    The teacher sees each picture once, unchanged; labels take no part (arXiv:2002.05709, arXiv:2101.04731).
    """

    taught = True

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", outputs: int) -> None:
        super().__init__(encoder, head, config, outputs)
        self.temperature, self.weight = config.temperature, config.teacher_weight
        self.guess = nn.Linear(encoder.dim, outputs)

    def forward(self, views: Tensor, targets: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w) in 0..1, targets (n, t) vectors of the teacher -> loss, its parts, accuracy."""
        h = self.encoder(flat(views))  # (v n, d)
        each = gathered(h.unflatten(0, views.shape[:2]))  # (v, n, d)
        z = gathered(self.head(h).unflatten(0, views.shape[:2]))
        logits, positives = similarities(z, temperature=self.temperature)
        contrast = nt_xent_of(logits, positives)
        features = distil_features(gathered(self.guess(h).unflatten(0, views.shape[:2])), targets)
        relations = distil_relations(each, targets)
        metrics = {
            "contrast": contrast.item(),
            "features": features.item(),
            "relations": relations.item(),
            **contrastive_accuracy(logits.detach(), positives),
        }
        return contrast + self.weight * (FEATURES * features + RELATIONS * relations), metrics
