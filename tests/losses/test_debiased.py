"""The debiased loss against a slow loop, at its floor, and against NT-Xent at a class prior of 0."""

import math

import pytest
import torch

from contrastive.errors import UserError
from contrastive.losses import debiased, nt_xent


def batch(n: int = 8, d: int = 6) -> torch.Tensor:
    return torch.randn(2, n, d, generator=torch.Generator().manual_seed(n), requires_grad=True)


def slow(z: torch.Tensor, t: float, c: float) -> torch.Tensor:
    """Equations 7 and 8, written out."""
    _, n, _ = z.shape
    flat = [z[a, i].double() / z[a, i].double().norm() for a in range(2) for i in range(n)]
    terms = []
    for i, anchor in enumerate(flat):
        positive = torch.exp(anchor @ flat[(i + n) % (2 * n)] / t)
        negatives = [torch.exp(anchor @ flat[k] / t) for k in range(2 * n) if k % n != i % n]
        g = (sum(negatives) / len(negatives) - c * positive) / (1 - c)
        g = torch.clamp(g, min=math.exp(-1 / t))
        terms.append(-torch.log(positive / (positive + len(negatives) * g)))
    return torch.stack(terms).mean().float()


@pytest.mark.parametrize("temperature", [0.07, 0.5, 2.0])
@pytest.mark.parametrize("class_prior", [0.0, 0.1, 0.5])
def test_equals_the_slow_loop(temperature: float, class_prior: float) -> None:
    z = batch()
    ours = debiased(z, temperature=temperature, class_prior=class_prior)
    torch.testing.assert_close(ours, slow(z, temperature, class_prior), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("temperature", [0.07, 0.5, 2.0])
def test_a_prior_of_0_is_nt_xent(temperature: float) -> None:
    z = batch(32, 16)
    ours, plain = debiased(z, temperature=temperature, class_prior=0.0), nt_xent(z, temperature=temperature)
    torch.testing.assert_close(ours, plain, atol=1e-5, rtol=1e-5)
    a, b = (torch.autograd.grad(loss, z)[0] for loss in (ours, plain))
    torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-4)


def test_the_floor_is_reached_when_positives_are_much_nearer_than_negatives() -> None:
    z = torch.eye(6)[None].repeat(2, 1, 1).requires_grad_()
    loss = debiased(z, temperature=0.1, class_prior=0.1)
    loss.backward()
    assert loss.item() == pytest.approx(math.log1p(10 * math.exp(-20)), rel=1e-4)
    assert torch.isfinite(z.grad).all()


def test_a_higher_prior_repels_less() -> None:
    z = batch(32, 16)[:1].repeat(2, 1, 1)  # positives nearer than the average view, as in training
    losses = [debiased(z, class_prior=c).item() for c in (0.0, 0.05, 0.1, 0.2)]
    assert losses == sorted(losses, reverse=True)


def test_a_very_low_temperature_stays_a_number() -> None:
    z = batch()
    loss = debiased(z, temperature=0.005)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(z.grad).all()


@pytest.mark.parametrize(
    ("shape", "prior", "words"),
    [((3, 8, 4), 0.1, "two views"), ((2, 1, 4), 0.1, "no negatives"), ((2, 8, 4), 1.0, "prior of 1.0")],
)
def test_what_it_is_not_defined_for_is_a_sentence(shape: tuple[int, ...], prior: float, words: str) -> None:
    with pytest.raises(UserError, match=words):
        debiased(torch.randn(shape), class_prior=prior)
