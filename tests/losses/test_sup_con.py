"""SupCon against a slow loop, against pytorch-metric-learning, and against NT-Xent where they must agree."""

import pytest
import torch

from contrastive.errors import UserError
from contrastive.losses import nt_xent, same_class, sup_con

LABELS = torch.tensor([0, 1, 0, 2, 1, 0, -1, -1])


def batch(views: int, n: int = 8, d: int = 6) -> torch.Tensor:
    return torch.randn(views, n, d, generator=torch.Generator().manual_seed(views), requires_grad=True)


def slow(z: torch.Tensor, labels: torch.Tensor, temperature: float) -> torch.Tensor:
    """The equation, written out."""
    v, n, _ = z.shape
    flat = [z[a, i] / z[a, i].norm() for a in range(v) for i in range(n)]
    anchors = []
    for i, anchor in enumerate(flat):
        others = torch.stack([anchor @ flat[k] / temperature for k in range(len(flat)) if k != i])
        ratios = []
        for j, other in enumerate(flat):
            classmates = labels[i % n] >= 0 and labels[i % n] == labels[j % n]
            if j != i and (j % n == i % n or classmates):
                ratios.append(anchor @ other / temperature - torch.logsumexp(others, 0))
        if ratios:
            anchors.append(-torch.stack(ratios).mean())
    return torch.stack(anchors).mean()


@pytest.mark.parametrize("views", [1, 2, 3])
@pytest.mark.parametrize("temperature", [0.07, 0.5])
def test_equals_the_slow_loop(views: int, temperature: float) -> None:
    z = batch(views)
    torch.testing.assert_close(
        sup_con(z, LABELS, temperature=temperature), slow(z, LABELS, temperature), atol=1e-5, rtol=1e-5
    )


@pytest.mark.parametrize("views", [2, 3])
def test_equals_pytorch_metric_learning(views: int) -> None:
    peer = pytest.importorskip("pytorch_metric_learning.losses").SupConLoss(temperature=0.1)
    z = batch(views, n=32, d=16)
    labels = torch.arange(32) % 5
    ours, theirs = sup_con(z, labels, temperature=0.1), peer(z.flatten(0, 1), labels.repeat(views))
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    a, b = (torch.autograd.grad(loss, z, retain_graph=True)[0] for loss in (ours, theirs))
    torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("views", [2, 3])
@pytest.mark.parametrize("labels", [torch.arange(8), torch.full((8,), -1)], ids=["all distinct", "unlabelled"])
def test_without_classmates_it_is_nt_xent(views: int, labels: torch.Tensor) -> None:
    z = batch(views)
    torch.testing.assert_close(sup_con(z, labels, temperature=0.2), nt_xent(z, temperature=0.2), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("views", [1, 2, 3])
def test_one_class_only_makes_everything_a_positive(views: int) -> None:
    z, labels = batch(views), torch.zeros(8, dtype=torch.int64)
    assert same_class(labels, views=views).sum() == 8 * views * (8 * views - 1)
    torch.testing.assert_close(sup_con(z, labels), slow(z, labels, 0.1), atol=1e-5, rtol=1e-5)


def test_anchors_without_a_positive_are_left_out() -> None:
    z = batch(1)
    some = sup_con(z, LABELS)
    (gradient,) = torch.autograd.grad(some, z)
    assert torch.isfinite(some)
    assert torch.isfinite(gradient).all()
    none = sup_con(z, torch.arange(8))
    none.backward()
    assert none.item() == 0
    assert torch.equal(z.grad, torch.zeros_like(z))


def test_a_batch_of_one_is_a_sentence() -> None:
    with pytest.raises(UserError, match="no negatives"):
        sup_con(torch.randn(2, 1, 4), torch.tensor([0]))
