"""Methods: how views, projection head and loss are put together. One class a method; METHODS is the registry.

A method is a module that maps the views and labels of a batch to a loss and a few numbers worth watching, and says
in class attributes what it needs. The training loop knows nothing else about it. To add one: write the class, and
give it a line in METHODS.
"""

import copy
import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrastive.encoders import Encoder
from contrastive.errors import UserError
from contrastive.losses import byol, cosine_logits, debiased_of, nt_xent_of, same_class, similarities, sup_con_of

if TYPE_CHECKING:
    from contrastive.config import TrainConfig

Metrics = dict[str, float]


class Method(nn.Module, ABC):
    """An encoder and a projection head, trained by the loss that a subclass computes in `forward`."""

    needs_labels = False
    """Whether an unlabelled set is refused."""
    labelled_only = False
    """Whether images without a label are left out of the training."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", classes: int) -> None:
        """`classes`: how many classes the labels of the whole set have; 0 for an unlabelled set."""
        super().__init__()
        self.encoder, self.head = encoder, head

    @abstractmethod
    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w) in 0..1, labels (n,) int64 with -1 for unlabelled -> loss (scalar), metrics."""

    def after_step(self, progress: float) -> None:
        """Called after every step of the optimizer; `progress` is the share of the run that is done, up to 1."""

    def project(self, views: Tensor) -> Tensor:
        """Views (v, n, c, h, w) in 0..1 -> projections z (v, n, d)."""
        return self.head(self.encoder(flat(views))).unflatten(0, views.shape[:2])


class SimCLR(Method):
    """Views of an image attract each other; every other view of the batch repels (arXiv:2002.05709)."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", classes: int) -> None:
        super().__init__(encoder, head, config, classes)
        self.temperature = config.temperature

    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w) in 0..1 -> loss (scalar), contrastive accuracy of the batch."""
        logits, positives = similarities(self.project(views), temperature=self.temperature)
        return self.loss(logits, positives), contrastive_accuracy(logits.detach(), positives)

    def loss(self, logits: Tensor, positives: Tensor) -> Tensor:
        """What is made of all similarities and the places of the positives."""
        return nt_xent_of(logits, positives)


class Debiased(SimCLR):
    """SimCLR that expects some of its negatives to be of the anchor's own class (arXiv:2007.00224)."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", classes: int) -> None:
        super().__init__(encoder, head, config, classes)
        if config.n_views != 2:
            raise UserError("The debiased loss is defined for two views.", "Set n_views to 2.")
        self.class_prior = config.class_prior

    def loss(self, logits: Tensor, positives: Tensor) -> Tensor:
        """The debiased loss of all similarities."""
        return debiased_of(logits, positives, temperature=self.temperature, class_prior=self.class_prior)


class SupCon(Method):
    """All views of a class attract each other; an unlabelled image has its own views only (arXiv:2004.11362)."""

    needs_labels = True

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", classes: int) -> None:
        super().__init__(encoder, head, config, classes)
        self.temperature = config.temperature

    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w), labels (n,) -> loss (scalar), contrastive accuracy of the nearest positive."""
        logits = cosine_logits(self.project(views), temperature=self.temperature)
        positives = same_class(labels, views=len(views))
        nearest = logits.detach().masked_fill(~positives, float("-inf")).argmax(1, keepdim=True)
        return sup_con_of(logits, positives), contrastive_accuracy(logits.detach(), nearest)


class BYOL(Method):
    """One view predicts what a slowly following copy makes of another; no negatives (arXiv:2006.07733)."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", classes: int) -> None:
        super().__init__(encoder, head, config, classes)
        dim, width = encoder.dim if config.head == "none" else config.head_dim, config.head_width
        # Batch-norm keeps the predictor from answering the same for every image before the encoder has learned.
        self.predictor = nn.Sequential(
            nn.Linear(dim, width, bias=False), nn.BatchNorm1d(width), nn.ReLU(inplace=True), nn.Linear(width, dim)
        )
        self.target = copy.deepcopy(nn.Sequential(encoder, head)).requires_grad_(False)
        self.momentum = config.target_momentum

    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w) -> loss (scalar), mean cosine of predictions and the targets of other views."""
        z = self.project(views)
        prediction = self.predictor(z.flatten(0, 1)).view_as(z)
        with torch.no_grad():
            target = self.target(flat(views)).view_as(z)
        # Every view predicts every other one: with two views, the paper's symmetric loss, as a mean.
        loss = torch.stack([byol(prediction, target.roll(shift, 0)) for shift in range(1, len(views))]).mean()
        return loss, {"cosine": 1 - loss.item() / 2}

    @torch.no_grad()
    def after_step(self, progress: float) -> None:
        """Move the target towards the trained network; its momentum rises to 1 over half a cosine."""
        momentum = 1 - (1 - self.momentum) * (math.cos(math.pi * progress) + 1) / 2
        online = nn.Sequential(self.encoder, self.head)
        for kept, new in zip(self.target.parameters(), online.parameters(), strict=True):
            kept.lerp_(new, 1 - momentum)


class Supervised(Method):
    """A linear classifier on h, trained with the labels: what the methods without labels are held against."""

    needs_labels = True
    labelled_only = True

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", classes: int) -> None:
        super().__init__(encoder, nn.Linear(encoder.dim, classes), config, classes)

    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w), labels (n,) -> cross-entropy (scalar), share of views classified correctly."""
        logits = self.project(views).flatten(0, 1).float()  # (v n, classes)
        answers = labels.repeat(len(views))
        loss = functional.cross_entropy(logits, answers)
        return loss, {"accuracy": (logits.argmax(1) == answers).float().mean().item()}


def flat(views: Tensor) -> Tensor:
    """(v, n, c, h, w) -> (v n, c, h, w): one pass for all views, so that they share batch statistics."""
    return views.flatten(0, 1).contiguous(memory_format=torch.channels_last)


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


METHODS: dict[str, type[Method]] = {
    "simclr": SimCLR,
    "supcon": SupCon,
    "debiased": Debiased,
    "byol": BYOL,
    "supervised": Supervised,
}
