"""Whole batches: the pieces make no difference, grey pictures stay grey, and the quick format is near."""

import pytest
import torch

from contrastive import style
from contrastive.device import has_bfloat16
from contrastive.style import restyling
from contrastive.style.restyling import codes_of, restyled


@pytest.mark.parametrize("name", ["light-adaconv", "light-adain"])
def test_pieces_equal_the_whole_and_bfloat16_is_near(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network, x = style.load(name), torch.rand(5, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    alpha = torch.linspace(0.2, 1, 5)
    codes = codes_of(network, x.flip(0), fast=False)
    plain = restyled(network, x, codes, alpha, fast=False)
    with torch.inference_mode():
        torch.testing.assert_close(plain, network(x, x.flip(0), alpha=alpha), atol=1e-4, rtol=0)
    monkeypatch.setattr(restyling, "PIXELS", 2 * 32 * 32)
    pieces = restyled(network, x, codes_of(network, x.flip(0), fast=False), alpha, fast=False)
    torch.testing.assert_close(pieces, plain, atol=1e-4, rtol=0)
    if has_bfloat16():
        quick = restyled(network, x, codes_of(network, x.flip(0)), alpha)
        assert quick.dtype == torch.float32
        assert (quick - plain).abs().mean() < 0.01


def test_a_flat_picture_stays_the_same_in_a_short_format() -> None:
    network, flat = style.load("light-adain"), torch.full((1, 3, 32, 32), 0.5)
    codes = codes_of(network, torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)), fast=False)
    quick, plain = (restyled(network, flat, codes, torch.ones(1), fast=fast) for fast in (True, False))
    torch.testing.assert_close(quick, plain, atol=0.05, rtol=0)


def test_grey_and_uint8_pictures_and_an_empty_batch() -> None:
    network = style.load("light-adain")
    grey = torch.randint(0, 256, (3, 1, 28, 28), dtype=torch.uint8)
    codes = codes_of(network, grey)
    assert torch.equal(codes, codes_of(network, grey.expand(-1, 3, -1, -1)))
    assert codes_of(network, grey, size=48).shape == codes.shape
    painted = restyled(network, grey.float() / 255, codes, torch.ones(3))
    assert painted.shape == grey.shape
    assert restyled(network, torch.zeros(0, 3, 28, 28), codes[:0], torch.zeros(0)).shape == (0, 3, 28, 28)
