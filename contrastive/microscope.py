"""The loss microscope: what a loss makes of every pair of a batch, pulled apart so that it can be looked at.

The losses themselves live in `contrastive.losses` and give one number. Here the same number is made of its parts:
the loss of every anchor, and how strongly every pair is pulled together or pushed apart.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from contrastive.errors import UserError
from contrastive.losses import same_class, semi_hard

Pairing = Literal["own view, any other", "own view, other class", "own class, other class"]
Partners = Literal["all", "one each", "semi-hard"]

SOFTMAX = ("nt_xent", "sup_con", "debiased")
DISTANCE = ("pairwise_margin", "triplet")
KINDS = (*SOFTMAX, "pairwise_cosine", *DISTANCE)


@dataclass(frozen=True)
class Knobs:
    """What can be turned; each loss reads the ones it has.

    pairing: what is a positive and what a negative of the pair and triplet losses; partners: whether all of them
    count or one of each is drawn for every anchor by `seed`, as training does.
    """

    temperature: float = 0.5
    margin: float = 1.0
    class_prior: float = 0.1
    pairing: Pairing = "own view, any other"
    partners: Partners = "all"
    seed: int = 0

    def turned(self, kind: str, value: float) -> "Knobs":
        """The same with another temperature, or another margin for the losses that have one."""
        return replace(self, temperature=value) if kind in SOFTMAX else replace(self, margin=value)


@dataclass(frozen=True)
class Seen:
    """A batch under the microscope; m views, row = anchor, column = what it is compared with.

    measure (m, m): cosines, or Euclidean distances of unit vectors where `distances`. positives, negatives (m, m)
    bool: the pairs the loss reads, and false_negatives those of them that show the anchor's own class. per_anchor
    (m,): the loss of each, whose mean is `loss`. push (m, m): the gradient of the loss by the measure, signed so that
    above 0 a step of training pushes the pair apart and below 0 pulls it together. terms: (m,) each, the parts of
    the formula for every anchor.
    """

    measure: np.ndarray
    distances: bool
    positives: np.ndarray
    negatives: np.ndarray
    false_negatives: np.ndarray
    per_anchor: np.ndarray
    push: np.ndarray
    loss: float
    terms: dict[str, np.ndarray]


def look(kind: str, z: Tensor, labels: Tensor, knobs: Knobs) -> Seen:
    """The loss of a batch in its parts: per anchor, and its gradient by every similarity.

    Shape: z (v, n, d) vectors of v views of n images, brought to unit length here; labels (n,) int64, -1 for
    unlabelled. Row a n + i is view a of image i. Raises UserError for fewer than two views or images, or where no
    pair is left. Source: autograd on the matrix of similarities, in float64.
    """
    views, count, _ = z.shape
    if views < 2 or count < 2:
        raise UserError("A batch needs at least two pictures, in two views each.", "Choose a larger data set.")
    unit = functional.normalize(z.double(), dim=-1).flatten(0, 1)  # (m, d)
    positives, negatives = roles(kind, labels, views, knobs)
    if knobs.partners != "all" and kind not in SOFTMAX:
        positives, negatives = _drawn(unit, positives, negatives, knobs)
    measure = _measure(kind, unit).requires_grad_()
    if kind in ("nt_xent", "sup_con"):
        per_anchor, terms = _cross_entropy(measure / knobs.temperature, positives, negatives)
    elif kind == "debiased":
        per_anchor, terms = _debiased(measure, positives, negatives, knobs)
    elif kind == "triplet":
        per_anchor, terms = _triplets(measure, positives, negatives, knobs.margin)
    else:
        per_anchor, terms = _pairs(kind, measure, positives, negatives, knobs.margin)
    loss = per_anchor.mean()
    (gradient,) = torch.autograd.grad(loss, measure)
    return Seen(
        measure=measure.detach().numpy(),
        distances=kind in DISTANCE,
        positives=positives.numpy(),
        negatives=negatives.numpy(),
        false_negatives=(negatives & same_class(labels, views=views)).numpy(),
        per_anchor=per_anchor.detach().numpy(),
        push=(-gradient if kind in DISTANCE else gradient).numpy(),
        loss=loss.item(),
        terms={name: value.detach().numpy() for name, value in terms.items()},
    )


def roles(kind: str, labels: Tensor, views: int, knobs: Knobs) -> tuple[Tensor, Tensor]:
    """Which columns are positives and which negatives of each row: two masks (v n, v n)."""
    itself = torch.eye(views * len(labels), dtype=torch.bool)
    own = same_class(torch.full_like(labels, -1), views=views)  # the other views of its own image
    alike = same_class(labels, views=views)
    if kind in ("nt_xent", "debiased"):
        return own, ~own & ~itself
    if kind == "sup_con":
        return alike, ~alike & ~itself
    known = labels.repeat(views) >= 0
    others = ~own & ~itself
    if knobs.pairing == "own view, any other":
        return own, others
    # What is unlabelled may be of any class, so it is nobody's negative here.
    elsewhere = others & ~alike & known[:, None] & known
    return (own if knobs.pairing == "own view, other class" else alike), elsewhere


def nearest_share(seen: Seen) -> tuple[float, float]:
    """Share of the push that falls on the nearest tenth of each anchor's negatives, and their share of negatives.

    The nearest tenth is at least one negative. The first is NaN where nothing is pushed.
    """
    closeness = np.where(seen.negatives, -seen.measure if seen.distances else seen.measure, -np.inf)
    rank = (-closeness).argsort(1, kind="stable").argsort(1, kind="stable")
    near = (rank < np.ceil(seen.negatives.sum(1, keepdims=True) / 10)) & seen.negatives
    return share(seen, near), float(near.sum() / max(1, seen.negatives.sum()))


def share(seen: Seen, cells: np.ndarray) -> float:
    """Share of all push on negatives that falls on `cells` (m, m) bool; NaN where nothing is pushed."""
    push = np.where(seen.negatives, seen.push, 0).clip(0)
    return float(push[cells].sum() / push.sum()) if push.sum() > 0 else float("nan")


def curve(kind: str, z: Tensor, labels: Tensor, knobs: Knobs, values: np.ndarray) -> np.ndarray:
    """How it changes with the temperature, or the margin of the losses that have one.

    values (k,) -> (3, k): the loss, the share of the push on the nearest tenth, and that on false negatives.
    """
    seen = [look(kind, z, labels, knobs.turned(kind, float(value))) for value in values]
    return np.array([[s.loss, nearest_share(s)[0], share(s, s.false_negatives)] for s in seen]).T


def _measure(kind: str, unit: Tensor) -> Tensor:
    if kind not in DISTANCE:
        return unit @ unit.T
    # torch.nn.TripletMarginLoss adds this to every coordinate before it takes the length.
    shift = 1e-6 if kind == "triplet" else 0.0
    return torch.linalg.vector_norm(unit[:, None] - unit + shift, dim=-1)


def _drawn(unit: Tensor, positives: Tensor, negatives: Tensor, knobs: Knobs) -> tuple[Tensor, Tensor]:
    """One positive and one negative for every anchor that has both; semi-hard negatives where there are any."""
    order = torch.rand(2, *positives.shape, generator=torch.Generator().manual_seed(knobs.seed))
    positive = order[0].masked_fill(~positives, -1).argmax(1)
    negative = order[1].masked_fill(~negatives, -1).argmax(1)
    if knobs.partners == "semi-hard":
        mined = semi_hard(unit, unit[positive], unit, negatives, margin=knobs.margin)
        negative = torch.where(mined >= 0, mined, negative)
    both = (positives.any(1) & negatives.any(1))[:, None]
    size = len(unit)
    return functional.one_hot(positive, size).bool() & both, functional.one_hot(negative, size).bool() & both


def _cross_entropy(logits: Tensor, positives: Tensor, negatives: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    total = logits.masked_fill(~(positives | negatives), float("-inf")).logsumexp(1)
    mean = logits.masked_fill(~positives, 0).sum(1) / positives.sum(1)
    weighed = logits.exp()
    pull, push = (weighed.masked_fill(~mask, 0).sum(1) for mask in (positives, negatives))
    return total - mean, {"pos": pull, "neg": push, "mean": mean}


def _debiased(
    measure: Tensor, positives: Tensor, negatives: Tensor, knobs: Knobs
) -> tuple[Tensor, dict[str, Tensor]]:
    prior, count = knobs.class_prior, negatives.sum(1)
    weighed = (measure / knobs.temperature).exp()
    pull = weighed.masked_fill(~positives, 0).sum(1)
    mean = weighed.masked_fill(~negatives, 0).sum(1) / count
    estimate = (mean - prior * pull) / (1 - prior)
    floor = torch.tensor(-1 / knobs.temperature, dtype=measure.dtype).exp()
    rest = estimate.clamp(min=floor)
    terms = {"pos": pull, "neg": mean, "rest": rest, "floor": (estimate < floor).double(), "count": count.double()}
    return torch.log1p(count * rest / pull), terms


def _pairs(
    kind: str, measure: Tensor, positives: Tensor, negatives: Tensor, margin: float
) -> tuple[Tensor, dict[str, Tensor]]:
    if kind == "pairwise_cosine":
        near, far = 1 - measure, (measure - margin).clamp(min=0)
    else:
        near, far = measure.square() / 2, (margin - measure).clamp(min=0).square() / 2
    pull, push = near.masked_fill(~positives, 0).sum(1), far.masked_fill(~negatives, 0).sum(1)
    # Every pair weighs the same in the loss, also where anchors have different numbers of them.
    pairs = _some(positives.sum() + negatives.sum()) / len(measure)
    return (pull + push) / pairs, {"pos": pull, "neg": push, "count": pairs.expand(len(measure))}


def _triplets(
    measure: Tensor, positives: Tensor, negatives: Tensor, margin: float
) -> tuple[Tensor, dict[str, Tensor]]:
    used = positives[:, :, None] & negatives[:, None, :]  # (m, m, m)
    cost = (measure[:, :, None] - measure[:, None, :] + margin).clamp(min=0).masked_fill(~used, 0)
    total, triplets = cost.sum((1, 2)), _some(used.sum()) / len(measure)
    terms = {"sum": total, "active": (cost > 0).sum((1, 2)), "of": used.sum((1, 2))}
    return total / triplets, terms | {"count": triplets.expand(len(measure))}


def _some(count: Tensor) -> Tensor:
    if count == 0:
        raise UserError(
            "All pictures of this batch are of one class, so none can be a negative.",
            "Draw another batch, make it larger, or let any other picture be a negative.",
        )
    return count.double()
