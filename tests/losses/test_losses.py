"""What every registered loss promises: a scalar, finite gradients, half precision close, its source told."""

import inspect
import re
from typing import Any

import pytest
import torch

from contrastive.losses import LOSSES


def vectors(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(len(shape) + shape[0]))


def arguments(name: str) -> list[Any]:
    """A random batch for a loss, told from the names of its parameters."""
    made = {
        "z": vectors(2, 24, 16),
        "labels": torch.arange(24) % 4,
        "similar": torch.where(torch.arange(24) % 3 == 0, 1, -1),
    }
    names = [p.name for p in inspect.signature(LOSSES[name]).parameters.values() if p.kind != p.KEYWORD_ONLY]
    return [made[key] if key in made else vectors(24, 16).roll(i, 0) for i, key in enumerate(names)]


@pytest.mark.parametrize("name", LOSSES)
def test_a_float32_scalar_with_finite_gradients(name: str) -> None:
    values = [v.clone().requires_grad_() if v.is_floating_point() else v for v in arguments(name)]
    loss = LOSSES[name](*values)
    loss.backward()
    assert (loss.shape, loss.dtype) == ((), torch.float32)
    assert torch.isfinite(values[0].grad).all()


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16])
def test_half_precision_stays_close(name: str, kind: torch.dtype) -> None:
    values = arguments(name)
    half = [v.to(kind) if v.is_floating_point() else v for v in values]
    torch.testing.assert_close(LOSSES[name](*half), LOSSES[name](*values), atol=0.03, rtol=0.02)


@pytest.mark.parametrize("name", LOSSES)
def test_autocast_changes_nothing(name: str) -> None:
    values = arguments(name)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = LOSSES[name](*values)
    torch.testing.assert_close(mixed, LOSSES[name](*values), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_it_says_its_shapes_and_source_and_its_knobs_are_keywords(name: str) -> None:
    said = inspect.getdoc(LOSSES[name]) or ""
    assert re.search(r"Shape: .*-> scalar", said, re.DOTALL)
    assert "Source: " in said
    for parameter in inspect.signature(LOSSES[name]).parameters.values():
        assert (parameter.default is not parameter.empty) == (parameter.kind == parameter.KEYWORD_ONLY)
