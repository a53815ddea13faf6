"""The loss microscope: its parts add up to the losses that training uses, and its gradients are theirs."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from contrastive import losses
from contrastive.errors import UserError
from contrastive.microscope import KINDS, SOFTMAX, Knobs, Seen, curve, look, nearest_share, share

PAIRINGS = ("own view, any other", "own view, other class", "own class, other class")


def batch(count: int = 9, views: int = 2, classes: int = 4) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(3)
    middle = torch.randn(count, 16, generator=generator)
    z = middle + 0.7 * torch.randn(views, count, 16, generator=generator)
    return z, torch.arange(count) % classes


def as_training_has_it(kind: str, z: Tensor, labels: Tensor, knobs: Knobs, seen: Seen) -> Tensor:
    """The loss of contrastive.losses on the same pairs."""
    if kind == "nt_xent":
        return losses.nt_xent(z, temperature=knobs.temperature)
    if kind == "sup_con":
        return losses.sup_con(z, labels, temperature=knobs.temperature)
    if kind == "debiased":
        return losses.debiased(z, temperature=knobs.temperature, class_prior=knobs.class_prior)
    flat = functional.normalize(z, dim=-1).flatten(0, 1)
    if kind == "triplet":
        used = torch.from_numpy(seen.positives[:, :, None] & seen.negatives[:, None, :])
        anchor, positive, negative = (flat[rows] for rows in used.nonzero(as_tuple=True))
        return losses.triplet(anchor, positive, negative, margin=knobs.margin)
    like, unlike = (torch.from_numpy(mask).nonzero() for mask in (seen.positives, seen.negatives))
    a, b = torch.cat([like, unlike]).unbind(1)
    similar = torch.cat([torch.ones(len(like)), -torch.ones(len(unlike))])
    return losses.LOSSES[kind](flat[a], flat[b], similar, margin=knobs.margin)


def cases() -> list[tuple[str, Knobs]]:
    softmax = [(kind, Knobs(temperature=t)) for kind in SOFTMAX for t in (0.07, 0.5, 2.0)]
    debiased = [("debiased", Knobs(temperature=0.5, class_prior=c)) for c in (0.0, 0.4, 0.9)]
    others = [
        (kind, Knobs(margin=0.3 if kind == "pairwise_cosine" else 1.1, pairing=pairing, partners=partners))
        for kind in KINDS
        if kind not in SOFTMAX
        for pairing in PAIRINGS
        for partners in ("all", "one each", "semi-hard")
        if kind == "triplet" or partners != "semi-hard"
    ]
    return softmax + debiased + others


@pytest.mark.parametrize(("kind", "knobs"), cases(), ids=str)
def test_parts_and_gradients_are_those_of_the_loss(kind: str, knobs: Knobs) -> None:
    z, labels = batch()
    seen = look(kind, z, labels, knobs)
    z.requires_grad_()
    loss = as_training_has_it(kind, z, labels, knobs, seen)
    loss.backward()
    assert seen.per_anchor.mean() == pytest.approx(seen.loss, abs=1e-12)
    assert seen.loss == pytest.approx(loss.item(), rel=1e-6, abs=1e-6)
    assert seen.loss > 0

    # From the matrix back to the vectors: what the microscope calls push must give the gradient of training.
    again = z.detach().double().requires_grad_()
    unit = functional.normalize(again, dim=-1).flatten(0, 1)
    if seen.distances:
        apart = unit[:, None] - unit
        measure, sign = torch.linalg.vector_norm(apart + 1e-6 * (kind == "triplet"), dim=-1), -1
    else:
        measure, sign = unit @ unit.T, 1
    measure.backward(sign * torch.from_numpy(seen.push))
    assert again.grad is not None
    np.testing.assert_allclose(again.grad.numpy(), z.grad.numpy(), atol=1e-6, rtol=1e-5)
    assert np.abs(again.grad.numpy()).max() > 1e-4


def test_three_views_are_nt_xent_too() -> None:
    z, labels = batch(views=3)
    assert look("nt_xent", z, labels, Knobs()).loss == pytest.approx(losses.nt_xent(z).item(), rel=1e-6)


def test_terms_make_the_loss_of_each_anchor() -> None:
    z, labels = batch()
    for kind in ("nt_xent", "sup_con"):
        seen = look(kind, z, labels, Knobs(temperature=0.2))
        terms = seen.terms
        np.testing.assert_allclose(np.log(terms["pos"] + terms["neg"]) - terms["mean"], seen.per_anchor)
    terms = (seen := look("debiased", z, labels, Knobs(class_prior=0.6, temperature=0.3))).terms
    rebuilt = -np.log(terms["pos"] / (terms["pos"] + terms["count"] * terms["rest"]))
    np.testing.assert_allclose(rebuilt, seen.per_anchor)
    assert 0 < terms["floor"].sum() <= len(seen.per_anchor)
    terms = (seen := look("pairwise_margin", z, labels, Knobs())).terms
    np.testing.assert_allclose((terms["pos"] + terms["neg"]) / terms["count"], seen.per_anchor)
    terms = (seen := look("triplet", z, labels, Knobs(margin=0.2))).terms
    np.testing.assert_allclose(terms["sum"] / terms["count"], seen.per_anchor)
    assert 0 < terms["active"].sum() < terms["of"].sum()


def test_roles_and_false_negatives() -> None:
    z, labels = batch(count=6, classes=2)  # three pictures of each class
    seen = look("nt_xent", z, labels, Knobs())
    assert seen.positives.sum() == 12
    assert seen.negatives.sum() == 12 * 10
    assert seen.false_negatives.sum() == 12 * 4
    assert not (seen.positives & seen.negatives).any()
    assert not np.diagonal(seen.positives | seen.negatives).any()
    assert not look("sup_con", z, labels, Knobs()).false_negatives.any()
    for pairing, positives, false in zip(PAIRINGS, (12, 12, 12 * 5), (48, 0, 0), strict=True):
        seen = look("triplet", z, labels, Knobs(pairing=pairing))
        assert (seen.positives.sum(), seen.false_negatives.sum()) == (positives, false)
    drawn = look("triplet", z, labels, Knobs(partners="one each", pairing=PAIRINGS[2]))
    assert (drawn.positives.sum(1) == 1).all()
    assert (drawn.negatives.sum(1) == 1).all()
    nobody = torch.full((6,), -1)
    assert not look("nt_xent", z, nobody, Knobs()).false_negatives.any()
    assert look("sup_con", z, nobody, Knobs()).loss == pytest.approx(look("nt_xent", z, nobody, Knobs()).loss)


def test_a_pair_is_pulled_or_pushed_and_far_ones_rest() -> None:
    z, labels = batch()
    seen = look("nt_xent", z, labels, Knobs())
    assert (seen.push[seen.positives] < 0).all()
    assert (seen.push[seen.negatives] > 0).all()
    np.testing.assert_allclose(seen.push.sum(1), 0, atol=1e-12)  # what pulls is what pushes
    seen = look("pairwise_margin", z, labels, Knobs(margin=1.2))
    far = seen.negatives & (seen.measure > 1.2)
    assert far.any()
    assert (seen.push[far] == 0).all()
    assert (seen.push[seen.negatives & ~far] > 0).all()


def test_low_temperature_gives_the_push_to_the_nearest() -> None:
    z, labels = batch(count=12)
    loss, nearest, false = curve("nt_xent", z, labels, Knobs(), np.array([0.05, 0.5, 50.0]))
    assert nearest[0] > 0.8 > nearest[1] > nearest[2]
    seen = look("nt_xent", z, labels, Knobs(temperature=0.5))
    assert (loss[1], nearest[1]) == (seen.loss, nearest_share(seen)[0])
    assert false[1] == share(seen, seen.false_negatives)
    # At a very high temperature every negative weighs the same, so shares are shares of numbers.
    assert nearest[2] == pytest.approx(nearest_share(seen)[1], rel=0.05)
    assert nearest_share(seen)[1] == pytest.approx(3 / 22)  # the nearest 3 of 22
    nothing = look("pairwise_margin", z, labels, Knobs(margin=0.0))
    assert np.isnan(nearest_share(nothing)[0])


@pytest.mark.parametrize("kind", KINDS)
def test_too_few_pictures_and_one_class(kind: str) -> None:
    z, labels = batch(count=1)
    with pytest.raises(UserError, match="at least two pictures"):
        look(kind, z, labels, Knobs())
    z, labels = batch(count=2, classes=1)
    assert np.isfinite(look(kind, z, labels, Knobs()).loss)
    if kind == "triplet":
        with pytest.raises(UserError, match="one class"):
            look(kind, z, labels, Knobs(pairing="own view, other class"))
