"""Mean and deviation of every channel: against torch.std_mean, and in a result that has the style's."""

import pytest
import torch

from contrastive.style.statistics import EPSILON, adain, moments, normalised


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_moments_and_adain_equal_the_formula(layout: torch.memory_format) -> None:
    generator = torch.Generator().manual_seed(0)
    x = (torch.randn(3, 5, 7, 9, generator=generator) * 4 + 30).contiguous(memory_format=layout)
    style = torch.randn(3, 5, 4, 4, generator=generator)
    mean, deviation = moments(x)
    spread, centre = torch.std_mean(x, (2, 3), correction=0, keepdim=True)
    torch.testing.assert_close(mean, centre, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(deviation, (spread.square() + EPSILON).sqrt(), atol=1e-5, rtol=1e-5)
    wide, middle = torch.std_mean(style, (2, 3), correction=0, keepdim=True)
    expected = (wide.square() + EPSILON).sqrt() * (x - centre) / (spread.square() + EPSILON).sqrt() + middle
    torch.testing.assert_close(adain(x, *moments(style)), expected, atol=1e-5, rtol=1e-5)


def test_what_was_restyled_has_the_statistics_of_the_style() -> None:
    x, style = torch.rand(2, 6, 16, 16), torch.randn(2, 6, 20, 11) * 3 + 1
    for own, wanted in zip(moments(adain(x, *moments(style))), moments(style), strict=True):
        torch.testing.assert_close(own, wanted, atol=1e-3, rtol=1e-3)


def test_a_flat_channel_stays_finite_in_value_and_gradient() -> None:
    x = torch.full((1, 2, 4, 4), 0.5, requires_grad=True)
    flat = normalised(x)
    assert flat.abs().max() < 1e-3
    flat.sum().backward()
    assert torch.isfinite(x.grad).all()
