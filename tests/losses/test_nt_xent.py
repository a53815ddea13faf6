"""NT-Xent against a slow loop and against lightly."""

import pytest
import torch

from contrastive.errors import UserError
from contrastive.losses import nt_xent, similarities
from contrastive.methods import contrastive_accuracy


def slow(z: torch.Tensor, temperature: float) -> torch.Tensor:
    """The equation, written out."""
    v, n, _ = z.shape
    flat = [z[a, i] / z[a, i].norm() for a in range(v) for i in range(n)]
    terms = []
    for i, anchor in enumerate(flat):
        others = torch.stack([anchor @ flat[k] / temperature for k in range(len(flat)) if k != i])
        for j, other in enumerate(flat):
            if j != i and j % n == i % n:
                terms.append(torch.logsumexp(others, 0) - anchor @ other / temperature)
    return torch.stack(terms).mean()


@pytest.mark.parametrize("views", [2, 3])
@pytest.mark.parametrize("temperature", [0.07, 0.5, 2.0])
def test_equals_the_slow_loop(views: int, temperature: float) -> None:
    z = torch.randn(views, 6, 5, generator=torch.Generator().manual_seed(views))
    torch.testing.assert_close(nt_xent(z, temperature=temperature), slow(z, temperature), atol=1e-5, rtol=1e-5)


def test_equals_lightly() -> None:
    lightly_loss = pytest.importorskip("lightly.loss")
    z = torch.randn(2, 64, 32, generator=torch.Generator().manual_seed(1), requires_grad=True)
    ours = nt_xent(z, temperature=0.2)
    theirs = lightly_loss.NTXentLoss(temperature=0.2)(z[0], z[1])
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    a, b = (torch.autograd.grad(loss, z, retain_graph=True)[0] for loss in (ours, theirs))
    torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-4)


def test_half_precision_stays_close() -> None:
    z = torch.randn(2, 32, 16, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(
        nt_xent(z.bfloat16(), temperature=0.1), nt_xent(z, temperature=0.1), atol=0.03, rtol=0.02
    )


def test_mixed_precision_leaves_the_similarities_alone() -> None:
    z = torch.randn(2, 64, 16, generator=torch.Generator().manual_seed(3))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = nt_xent(z, temperature=0.05)
    torch.testing.assert_close(mixed, nt_xent(z, temperature=0.05), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("shape", [(2, 1, 4), (1, 8, 4)])
def test_nothing_to_contrast_is_a_sentence(shape: tuple[int, int, int]) -> None:
    with pytest.raises(UserError):
        nt_xent(torch.randn(shape))


def test_equal_pictures_give_no_nan() -> None:
    z = torch.ones(2, 8, 4, requires_grad=True)
    loss = nt_xent(z)
    loss.backward()
    assert loss.item() == pytest.approx(torch.log(torch.tensor(15.0)).item(), abs=1e-5)
    assert torch.isfinite(z.grad).all()


def test_accuracy_counts_ranks() -> None:
    z = torch.eye(6)[None].repeat(2, 1, 1)
    found = contrastive_accuracy(*similarities(z, temperature=1.0))
    assert found == {"top1": 1.0, "top5": 1.0, "mean_rank": 1.0}
    swapped = torch.stack([torch.eye(6), torch.eye(6).roll(1, 0)])
    assert contrastive_accuracy(*similarities(swapped, temperature=1.0))["top1"] == 0.0
