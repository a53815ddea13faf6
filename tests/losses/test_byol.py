"""BYOL's loss against a slow loop and lightly; its target is never pulled."""

import pytest
import torch

from contrastive.errors import UserError
from contrastive.losses import byol


def pair() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    p, t = (torch.randn(2, 16, 8, generator=generator, requires_grad=True) for _ in range(2))
    return p, t


def test_equals_the_slow_loop() -> None:
    p, t = pair()
    terms = []
    for a, b in zip(p.flatten(0, 1), t.flatten(0, 1), strict=True):
        terms.append((a / a.norm() - b / b.norm()).square().sum())
    torch.testing.assert_close(byol(p, t), torch.stack(terms).mean(), atol=1e-5, rtol=1e-5)


def test_is_two_and_twice_lightlys_negative_cosine() -> None:
    peer = pytest.importorskip("lightly.loss").NegativeCosineSimilarity()
    p, t = (side.flatten(0, 1) for side in pair())
    torch.testing.assert_close(byol(p, t), 2 + 2 * peer(p, t), atol=1e-5, rtol=1e-5)


def test_no_gradient_flows_into_the_target() -> None:
    p, t = pair()
    byol(p, t).backward()
    assert t.grad is None
    assert torch.isfinite(p.grad).all()
    assert p.grad.abs().sum() > 0


def test_agreement_is_0_and_opposites_are_4() -> None:
    p, _ = pair()
    assert byol(p, 3 * p).item() == pytest.approx(0, abs=1e-5)
    assert byol(p, -p).item() == pytest.approx(4, abs=1e-5)


def test_nothing_to_predict_is_a_sentence() -> None:
    with pytest.raises(UserError, match="no predictions"):
        byol(torch.ones(0, 4), torch.ones(0, 4))
