"""Pairwise and triplet losses against slow loops and against torch's own."""

import pytest
import torch

from contrastive.errors import UserError
from contrastive.losses import pairwise_cosine, pairwise_margin, triplet


def vectors(count: int, n: int = 12, d: int = 5) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(count)
    return [torch.randn(n, d, generator=generator, requires_grad=True) for _ in range(count)]


SIMILAR = torch.tensor([1, -1, 1, -1, -1, 1, 1, -1, -1, -1, 1, 1])


@pytest.mark.parametrize("margin", [0.0, 0.3])
def test_pairwise_cosine_equals_the_slow_loop_and_torch(margin: float) -> None:
    a, b = vectors(2)
    terms = []
    for x, y, s in zip(a, b, SIMILAR, strict=True):
        cosine = x @ y / (x.norm() * y.norm())
        terms.append(1 - cosine if s > 0 else torch.clamp(cosine - margin, min=0))
    ours = pairwise_cosine(a, b, SIMILAR, margin=margin)
    torch.testing.assert_close(ours, torch.stack(terms).mean(), atol=1e-5, rtol=1e-5)
    assert torch.equal(ours, torch.nn.CosineEmbeddingLoss(margin=margin)(a, b, SIMILAR))


@pytest.mark.parametrize("margin", [1.0, 3.0])
def test_pairwise_margin_equals_the_slow_loop(margin: float) -> None:
    a, b = vectors(2)
    terms = []
    for x, y, s in zip(a, b, SIMILAR, strict=True):
        distance = (x - y).square().sum().sqrt()
        terms.append(distance**2 / 2 if s > 0 else torch.clamp(margin - distance, min=0) ** 2 / 2)
    ours = pairwise_margin(a, b, SIMILAR, margin=margin)
    torch.testing.assert_close(ours, torch.stack(terms).mean(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("margin", [1.0, 3.0])
def test_pairwise_margin_is_made_of_pytorch_metric_learnings_terms(margin: float) -> None:
    losses = pytest.importorskip("pytorch_metric_learning.losses")
    distances = pytest.importorskip("pytorch_metric_learning.distances")
    reducers = pytest.importorskip("pytorch_metric_learning.reducers")
    a, b = vectors(2)
    # Theirs adds distances and what is left of the margin as they are; the paper, and ours, half of their squares.
    peer = losses.ContrastiveLoss(
        pos_margin=0.0,
        neg_margin=margin,
        distance=distances.LpDistance(normalize_embeddings=False),
        reducer=reducers.DoNothingReducer(),
    )
    like, unlike = (torch.nonzero(sign == SIMILAR).flatten() for sign in (1, -1))
    z, labels = torch.cat([a, b]), torch.zeros(24, dtype=torch.int64)
    told = peer(z, labels, indices_tuple=(like, like + 12, unlike, unlike + 12))
    terms = torch.cat([told[kind]["losses"].flatten() for kind in ("pos_loss", "neg_loss")])
    assert len(terms) == len(SIMILAR)
    torch.testing.assert_close(
        pairwise_margin(a, b, SIMILAR, margin=margin), terms.square().mean() / 2, atol=1e-5, rtol=1e-5
    )


@pytest.mark.parametrize("margin", [0.2, 1.0])
def test_triplet_equals_the_slow_loop_and_torch(margin: float) -> None:
    anchor, positive, negative = vectors(3)
    terms = []
    for a, p, n in zip(anchor, positive, negative, strict=True):
        terms.append(torch.clamp((a - p).norm() - (a - n).norm() + margin, min=0))
    ours = triplet(anchor, positive, negative, margin=margin)
    torch.testing.assert_close(ours, torch.stack(terms).mean(), atol=1e-5, rtol=1e-5)
    assert torch.equal(ours, torch.nn.TripletMarginLoss(margin=margin)(anchor, positive, negative))


def test_triplet_equals_pytorch_metric_learning() -> None:
    losses = pytest.importorskip("pytorch_metric_learning.losses")
    reducers = pytest.importorskip("pytorch_metric_learning.reducers")
    distances = pytest.importorskip("pytorch_metric_learning.distances")
    peer = losses.TripletMarginLoss(
        margin=1.0, distance=distances.LpDistance(normalize_embeddings=False), reducer=reducers.MeanReducer()
    )
    z = torch.cat(vectors(3))
    rows = tuple(torch.arange(36).split(12))
    theirs = peer(z, torch.zeros(36, dtype=torch.int64), indices_tuple=rows)
    torch.testing.assert_close(triplet(*z.split(12), margin=1.0), theirs, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("loss", [pairwise_cosine, pairwise_margin])
@pytest.mark.parametrize("sign", [1, -1])
def test_equal_pairs_have_finite_gradients(loss, sign: int) -> None:
    a = torch.ones(3, 4, requires_grad=True)
    loss(a, torch.ones(3, 4), torch.full((3,), sign)).backward()
    assert torch.isfinite(a.grad).all()


def test_equal_triplets_have_finite_gradients() -> None:
    a = torch.ones(3, 4, requires_grad=True)
    loss = triplet(a, torch.ones(3, 4), torch.ones(3, 4), margin=0.5)
    loss.backward()
    assert loss.item() == pytest.approx(0.5)
    assert torch.isfinite(a.grad).all()


def test_one_pair_is_enough_and_none_is_a_sentence() -> None:
    one, none = torch.ones(1, 4), torch.ones(0, 4)
    assert pairwise_cosine(one, one, torch.tensor([1])).item() == pytest.approx(0, abs=1e-6)
    for loss in (pairwise_cosine, pairwise_margin):
        with pytest.raises(UserError, match="no pairs"):
            loss(none, none, torch.ones(0))
    with pytest.raises(UserError, match="no triplets"):
        triplet(none, none, none)
