"""Pair and triplet methods: each anchor is told which picture is like it and which is not."""

from abc import abstractmethod
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrastive.encoders import Encoder
from contrastive.losses import pairwise_cosine, pairwise_margin, semi_hard, triplet
from contrastive.methods.method import Method, Metrics, gathered
from contrastive.methods.partners import MakeViews, Triples

if TYPE_CHECKING:
    from contrastive.augment import Recipe
    from contrastive.config import TrainConfig


class Pairs(Method):
    """Base of the methods that are told which picture is like the anchor and which is not."""

    labelled_only = True
    default_margin = 1.0

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", outputs: int) -> None:
        super().__init__(encoder, head, config, outputs)
        self.margin = self.default_margin if config.margin is None else config.margin
        self.together = config.branches == "together"

    @classmethod
    def uses_labels(cls, config: "TrainConfig") -> bool:
        """Where a positive or a negative is chosen by its class."""
        return config.positives == "same class" or config.negatives == "other class"

    @classmethod
    def views(cls, config: "TrainConfig", images: Tensor, labels: Tensor, recipe: "Recipe") -> MakeViews:
        """Anchors, positives and negatives, as the config chooses them."""
        return Triples(config, images, labels, recipe)

    @property
    def mean_over_pictures(self) -> bool:
        """Every picture, or pair, has a loss of its own."""
        return True

    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (3, n, c, h, w): anchors, positives, negatives -> loss (scalar), share of triples in order."""
        if self.together:
            z = self.project(views)  # (3, n, d)
        else:
            # Each branch has its own batch statistics, as in study A.
            z = torch.cat([self.project(branch[None]) for branch in views])
        z = gathered(z)
        with torch.no_grad():
            ordered = self.distance(z[0], z[1]) < self.distance(z[0], z[2])
        return self.loss(z, labels), {"ordered": ordered.float().mean().item()}

    @abstractmethod
    def loss(self, z: Tensor, labels: Tensor) -> Tensor:
        """z (3, n, d), labels (n,) of the anchors -> scalar."""

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        """How far apart the rows of a and b (n, d) are -> (n,)."""
        return torch.linalg.vector_norm(a.float() - b.float(), dim=1)


class Pairwise(Pairs):
    """Every anchor and its positive point the same way, it and its negative do not (torch.nn.CosineEmbeddingLoss)."""

    default_margin = 0.0

    def loss(self, z: Tensor, labels: Tensor) -> Tensor:
        """The loss of 2 n pairs: half of them similar, half of them different."""
        return pairwise_cosine(*pairs(z), margin=self.margin)

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        """One minus the cosine."""
        return 1 - functional.cosine_similarity(a.float(), b.float())


class Margin(Pairs):
    """Positives at distance zero, negatives at least a margin away (Hadsell et al. 2006, CVPR)."""

    def loss(self, z: Tensor, labels: Tensor) -> Tensor:
        """The loss of 2 n pairs: half of them similar, half of them different."""
        return pairwise_margin(*pairs(z), margin=self.margin)


class Triplet(Pairs):
    """The positive nearer to the anchor than the negative, by a margin (arXiv:1503.03832)."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", outputs: int) -> None:
        super().__init__(encoder, head, config, outputs)
        self.mining, self.by_class = config.mining == "semi-hard", config.negatives == "other class"

    @property
    def mean_over_pictures(self) -> bool:
        """Unless negatives are mined among the anchors of the batch."""
        return not self.mining

    def loss(self, z: Tensor, labels: Tensor) -> Tensor:
        """The loss of n triplets; with mining, their negatives are taken from all anchors of the batch."""
        anchor, positive, negative = z
        if self.mining:
            allowed = ~torch.eye(len(labels), dtype=torch.bool, device=labels.device)
            if self.by_class:
                allowed = labels[:, None] != labels
            mined = semi_hard(anchor, positive, anchor, allowed, margin=self.margin)
            negative = torch.where((mined >= 0)[:, None], anchor[mined.clamp(min=0)], negative)
        return triplet(anchor, positive, negative, margin=self.margin)


def pairs(z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Triples z (3, n, d) -> 2 n pairs a, b (2 n, d), similar (2 n,): with the positives first, then the others."""
    anchor, positive, negative = z
    similar = torch.ones(len(anchor), device=z.device)
    return torch.cat([anchor, anchor]), torch.cat([positive, negative]), torch.cat([similar, -similar])
