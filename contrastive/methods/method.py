"""Method: what every method is, an encoder and a projection head with a loss of its own."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from contrastive import distributed
from contrastive.encoders import Encoder
from contrastive.methods.partners import MakeViews, views_of_each

if TYPE_CHECKING:
    from contrastive.augment import Recipe
    from contrastive.config import TrainConfig

Metrics = dict[str, float]


class Method(nn.Module, ABC):
    """An encoder and a projection head, trained by the loss that a subclass computes in `forward`."""

    taught = False
    """Whether `forward` is given a teacher's vectors in place of labels."""
    labelled_only = False
    """Whether images without a label are left out when the method uses labels."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", outputs: int) -> None:
        """`outputs`: how many classes the labels of the whole set have, 0 for an unlabelled set; where the method is
        taught, how many numbers the teacher has for a picture."""
        super().__init__()
        self.encoder, self.head = encoder, head

    @property
    def mean_over_pictures(self) -> bool:
        """Whether the loss is a mean over pictures, none of which is compared with others of its batch."""
        return False

    @classmethod
    def uses_labels(cls, config: "TrainConfig") -> bool:
        """Whether labels take part in the training, so that an unlabelled set is refused."""
        return False

    @classmethod
    def views(cls, config: "TrainConfig", images: Tensor, labels: Tensor, recipe: "Recipe") -> MakeViews:
        """What turns row numbers of `images` (n, c, h, w) into the views that `forward` is given."""
        return views_of_each(config, images, recipe)

    @abstractmethod
    def forward(self, views: Tensor, targets: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w) in 0..1, targets -> loss (scalar), metrics.

        Where several processes share a batch, the views are this one's and the targets those of all; what the loss
        compares goes through `gathered` first.

        Targets are labels (n,) int64 with -1 for unlabelled; where the method is taught, vectors (n, outputs).
        """

    def after_step(self, progress: float) -> None:
        """Called after every step of the optimizer; `progress` is the share of the run that is done, up to 1."""

    def project(self, views: Tensor) -> Tensor:
        """Views (v, n, c, h, w) in 0..1 -> projections z (v, n, d)."""
        return self.head(self.encoder(flat(views))).unflatten(0, views.shape[:2])


def gathered(x: Tensor) -> Tensor:
    """Vectors (v, n, d) of a batch -> those of all processes that share it, (v, N, d); alone, the same."""
    return distributed.gathered(x, dim=1)


def flat(views: Tensor) -> Tensor:
    """(v, n, c, h, w) -> (v n, c, h, w): one pass for all views, so that they share batch statistics."""
    return views.flatten(0, 1).contiguous(memory_format=torch.channels_last)
