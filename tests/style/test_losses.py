"""Style losses against slow loops; nothing between equal pictures, and a gradient everywhere."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from contrastive.style.losses import SMALL, cmd_loss, content_loss, gram, gram_loss, moments_loss, variation
from contrastive.style.statistics import EPSILON

LOSSES = [content_loss, moments_loss, gram_loss, cmd_loss]


def maps() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(3, 4, 6, 5, generator=generator), torch.randn(3, 4, 6, 5, generator=generator) * 2 + 1


def relative(own: Tensor, wanted: Tensor) -> float:
    return float((own - wanted).square().sum() / (wanted.square().sum() + SMALL))


def deviation(channel: Tensor) -> Tensor:
    return (channel.var(correction=0) + EPSILON).sqrt()


def test_content_is_a_loop_over_normalised_channels() -> None:
    x, y = maps()
    total = 0.0
    for i in range(3):
        for c in range(4):
            a, b = ((z[i, c] - z[i, c].mean()) / deviation(z[i, c]) for z in (x, y))
            total += float((a - b).square().mean()) / 12
    assert float(content_loss(x, y)) == pytest.approx(total, rel=1e-4)
    torch.testing.assert_close(content_loss(x * 3 + 1, x), torch.zeros(()), atol=1e-6, rtol=0)


def test_moments_are_a_loop_over_pictures() -> None:
    x, y = maps()
    total = 0.0
    for a, b in zip(x, y, strict=True):
        for statistic in (torch.mean, deviation):
            total += relative(*(torch.stack([statistic(channel) for channel in z]) for z in (a, b))) / 3
    assert float(moments_loss(x, y)) == pytest.approx(total, rel=1e-4)


def test_gram_is_a_loop_over_pairs_of_channels() -> None:
    x, y = maps()
    slow = torch.empty(2, 3, 4, 4)
    for which, z in enumerate((x, y)):
        for i in range(3):
            for a in range(4):
                for b in range(4):
                    slow[which, i, a, b] = (z[i, a] * z[i, b]).mean()
    torch.testing.assert_close(gram(x), slow[0], atol=1e-5, rtol=1e-4)
    total = sum(relative(slow[0, i], slow[1, i]) for i in range(3)) / 3
    assert float(gram_loss(x, y)) == pytest.approx(total, rel=1e-4)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_cmd_is_a_loop_over_moments(order: int) -> None:
    x, y = maps()
    total = 0.0
    for a, b in zip(x.sigmoid(), y.sigmoid(), strict=True):
        centres = [torch.stack([channel.mean() for channel in z]) for z in (a, b)]
        total += float((centres[0] - centres[1]).norm()) / 3
        for power in range(2, order + 1):
            central = [torch.stack([((channel - channel.mean()) ** power).mean() for channel in z]) for z in (a, b)]
            total += float((central[0] - central[1]).norm()) / 3
    assert float(cmd_loss(x, y, order=order)) == pytest.approx(total, rel=1e-4)


@pytest.mark.parametrize("loss", LOSSES)
def test_equal_pictures_are_at_zero_and_every_picture_has_a_gradient(loss: Callable[..., Tensor]) -> None:
    x, y = maps()
    # The square root of CMD has a small number in it, once for each of five moments.
    assert float(loss(x, x)) == pytest.approx(0, abs=6 * SMALL)
    assert float(loss(x, y)) > 0.01
    flat = torch.full_like(x, 0.5)
    for own, wanted in ((x, x), (flat, flat), (flat, y), (x, flat), (torch.zeros_like(x), torch.zeros_like(x))):
        leaf = own.clone().requires_grad_()
        loss(leaf, wanted).backward()
        assert torch.isfinite(leaf.grad).all()


@pytest.mark.parametrize("loss", [moments_loss, gram_loss, cmd_loss])
def test_a_style_may_have_another_shape(loss: Callable[..., Tensor]) -> None:
    x, y = maps()
    assert torch.isfinite(loss(x, y[..., :3]))
    torch.testing.assert_close(loss(x, x.repeat(1, 1, 2, 1)), torch.zeros(()), atol=6 * SMALL, rtol=0)


def test_variation_counts_differences_of_neighbours() -> None:
    x = torch.zeros(1, 1, 3, 4)
    x[..., 2:] = 1
    assert float(variation(x)) == pytest.approx(1 / 3)
