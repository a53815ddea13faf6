"""Pairs: which picture is an anchor's positive, which its negative, and what of them goes through the network.

Batch methods (SimCLR and its kin) make n_views of every picture and find their negatives in the batch. Pair and
triplet methods are told: this is the anchor, this is like it, this is not.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from contrastive import distributed
from contrastive.errors import UserError

if TYPE_CHECKING:
    from contrastive.augment import Recipe
    from contrastive.config import TrainConfig

MakeViews = Callable[[Tensor, torch.Generator], Tensor]
"""Row numbers (n,) and a generator -> views (v, n, c, h, w); of those, where several processes share a batch, this
one's."""

BLOCK = 1024


def views_of_each(config: "TrainConfig", images: Tensor, recipe: "Recipe") -> MakeViews:
    """n_views of every picture of a batch, each drawn on its own."""

    def make(batch: Tensor, generator: torch.Generator) -> Tensor:
        share = distributed.share(len(batch))
        picked = images[batch if share is None else batch[share]]
        of = None if share is None else (len(batch), share)
        return torch.stack([recipe(picked, generator, share=of) for _ in range(config.n_views)])

    return make


class Triples:
    """Anchor, positive and negative for every picture of a batch -> views (3, n, c, h, w).

    Positive: the anchor itself, augmented, or another picture of its class, augmented. Negative: a picture of another
    class, or any other picture (which is of the anchor's own class now and then: sample bias). The anchor and its
    negative are shown plain or augmented. Partners are drawn anew every epoch, or both of them or the positive alone
    once; what is drawn once is kept as uint8. Raises UserError where a class has too few pictures for that.
    """

    def __init__(self, config: "TrainConfig", images: Tensor, labels: Tensor, recipe: "Recipe") -> None:
        """images (n, c, h, w) uint8, labels (n,) int64; only read where the config asks for classes."""
        self.images, self.recipe = images, recipe
        self.same_class = config.positives == "same class"
        self.other_class = config.negatives == "other class"
        self.plain = config.anchor == "plain"
        self.classes = ByClass(labels) if self.same_class or self.other_class else None
        if self.classes and self.same_class and (alone := int((self.classes.counts == 1).sum())):
            raise UserError(
                f"{alone} {'class has' if alone == 1 else 'classes have'} a single picture, which has no positive of "
                "its class.",
                "Choose positives = augmented, or give every class at least two pictures.",
            )
        if self.classes and self.other_class and int((self.classes.counts > 0).sum()) < 2:
            raise UserError(
                "All pictures are of one class, so none can be a negative.",
                "Choose negatives = any, or data with two classes.",
            )
        self.kept: tuple[Tensor, Tensor] | None = None
        self.negatives_too = config.partners == "once"
        if config.partners != "every epoch":
            self.kept = self._draw_once(torch.Generator().manual_seed(config.seed))

    def __call__(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        """Row numbers (n,) -> anchors, positives, negatives as floats in 0..1, (3, n, c, h, w)."""
        like, negative = self.partners(batch, generator)
        if self.kept:
            positive = self.kept[0][self._own(batch)].float() / 255
            negative = self.kept[1][batch] if self.negatives_too else negative
        else:
            positive = self._viewed(like, generator)
        shown = [self._shown(batch, generator), positive, self._shown(negative, generator)]
        return torch.stack([view.to(self.recipe.device) for view in shown])

    def partners(self, batch: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Rows (n,) of the pictures that the positives are made of, and rows (n,) of the negatives."""
        count = len(self.images)
        like = self.classes.same(batch, generator) if self.classes and self.same_class else batch
        if self.classes and self.other_class:
            return like, self.classes.other(batch, generator)
        # Any row but the anchor's own.
        return like, (batch + 1 + below(torch.full_like(batch, count - 1), generator)) % count

    def _shown(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        return self.images[self._own(rows)].float() / 255 if self.plain else self._viewed(rows, generator)

    def _viewed(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        share = distributed.share(len(rows))
        of = None if share is None else (len(rows), share)
        return self.recipe(self.images[self._own(rows)], generator, share=of)

    def _own(self, rows: Tensor) -> Tensor:
        """Those of the rows of a batch that this process shows."""
        share = distributed.share(len(rows))
        return rows if share is None else rows[share]

    def _draw_once(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        positives, negatives = [], []
        for rows in torch.arange(len(self.images)).split(BLOCK):
            like, negative = self.partners(rows, generator)
            positives.append((self.recipe(self.images[like], generator) * 255).round().to("cpu", torch.uint8))
            negatives.append(negative)
        return torch.cat(positives), torch.cat(negatives)


class ByClass:
    """Rows sorted by class, so that partners of a whole batch are drawn in a few tensor operations."""

    def __init__(self, labels: Tensor) -> None:
        """labels (n,) int64, all of them 0 or more."""
        self.labels = labels
        self.counts = torch.bincount(labels)
        self.first = self.counts.cumsum(0) - self.counts  # where a class begins in `order`
        self.order = torch.argsort(labels, stable=True)
        self.place = torch.empty_like(self.order)
        self.place[self.order] = torch.arange(len(labels))

    def same(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Another row of the same class for each of `rows`; every class needs two."""
        label = self.labels[rows]
        drawn = self.first[label] + below(self.counts[label] - 1, generator)
        return self.order[drawn + (drawn >= self.place[rows]).long()]

    def other(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """A row of another class for each of `rows`, all of them equally likely."""
        label = self.labels[rows]
        drawn = below(len(self.labels) - self.counts[label], generator)
        return self.order[torch.where(drawn >= self.first[label], drawn + self.counts[label], drawn)]


def below(limits: Tensor, generator: torch.Generator) -> Tensor:
    """One whole number from 0 up to, not including, each limit: (n,) -> (n,) int64."""
    drawn = torch.rand(len(limits), generator=generator, dtype=torch.float64)
    return (drawn * limits).long()
