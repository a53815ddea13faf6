"""Distillation against slow loops: what it is zero for, what it does not look at, and where it pulls."""

import pytest
import torch
from torch.nn import functional

from contrastive.errors import UserError
from contrastive.losses import distil_features, distil_relations


def vectors() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(2, 6, 5, generator=generator), torch.randn(6, 5, generator=generator)


def test_features_equal_the_slow_loop() -> None:
    guess, wanted = vectors()
    terms = [1 - (a @ b) / (a.norm() * b.norm()) for view in guess for a, b in zip(view, wanted, strict=True)]
    torch.testing.assert_close(distil_features(guess, wanted), torch.stack(terms).mean())
    assert distil_features(3 * wanted[None], wanted).item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("temperature", [0.1, 1.0])
def test_relations_equal_the_slow_loop(temperature: float) -> None:
    h, wanted = vectors()
    terms = []
    for view in h:
        for i in range(6):
            others = [j for j in range(6) if j != i]
            own, goal = (
                torch.stack([functional.cosine_similarity(x[i], x[j], dim=0) for j in others]) / temperature
                for x in (view, wanted)
            )
            p = goal.softmax(0)
            terms.append((p * (p.log() - own.log_softmax(0))).sum())
    found = distil_relations(h, wanted, temperature=temperature)
    torch.testing.assert_close(found, torch.stack(terms).mean(), atol=1e-5, rtol=1e-5)


def test_relations_are_zero_for_a_turned_and_stretched_teacher_alone() -> None:
    h, wanted = vectors()
    turn = torch.linalg.qr(torch.randn(5, 5, generator=torch.Generator().manual_seed(1))).Q
    assert distil_relations(2 * (wanted @ turn)[None], wanted).item() == pytest.approx(0, abs=1e-5)
    assert distil_relations(h, wanted).item() > 0.1


def test_half_precision_gives_the_same_within_rounding() -> None:
    h, wanted = vectors()
    for loss in (distil_features, distil_relations):
        torch.testing.assert_close(loss(h.bfloat16(), wanted), loss(h, wanted), atol=0.03, rtol=0.03)


def test_two_pictures_have_no_relations() -> None:
    with pytest.raises(UserError, match="batch of 2"):
        distil_relations(torch.randn(2, 2, 4), torch.randn(2, 4))
