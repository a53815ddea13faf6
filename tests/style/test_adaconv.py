"""AdaConv: a batch at once is what a loop over pictures gives, as is its gradient; untrained, it changes nothing."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from contrastive.style.adaconv import KernelPredictor, Kernels, adaptive_convolution


def loop(x: Tensor, kernels: Kernels) -> Tensor:
    """The formula, picture by picture."""
    made = []
    for picture, spatial, pointwise, bias in zip(x, *kernels, strict=True):
        c = len(picture)
        deviation, mean = torch.std_mean(picture, (1, 2), correction=0, keepdim=True)
        plain = (picture - mean) / (deviation.square() + 1e-5).sqrt()
        plain = functional.pad(plain[None], (1, 1, 1, 1), mode="replicate")
        plain = torch.conv2d(plain, spatial[:, None], groups=c)
        width = pointwise.shape[1]
        made.append(torch.conv2d(plain, pointwise[..., None, None], bias, groups=c // width)[0])
    return torch.stack(made)


@pytest.mark.parametrize(("n", "c", "g", "shape"), [(3, 32, 16, (9, 14)), (1, 8, 4, (16, 16)), (4, 6, 6, (5, 1))])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_a_batch_equals_the_loop_over_its_pictures(
    n: int, c: int, g: int, shape: tuple[int, int], layout: torch.memory_format
) -> None:
    generator = torch.Generator().manual_seed(0)

    def some(*size: int) -> Tensor:
        return torch.randn(*size, generator=generator, requires_grad=True)

    x, kernels = some(n, c, *shape), Kernels(some(n, c, 3, 3), some(n, c, g), some(n, c))
    ours, theirs = adaptive_convolution(x.contiguous(memory_format=layout), kernels), loop(x, kernels)
    # A channel of few positions may be nearly constant; what is divided by its deviation is then large.
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    weights = torch.randn(ours.shape, generator=generator)
    for a, b in zip(*(torch.autograd.grad((y * weights).sum(), [x, *kernels]) for y in (ours, theirs)), strict=True):
        torch.testing.assert_close(a, b, atol=2e-4, rtol=1e-4)


def test_kernels_in_another_number_format_follow_the_picture() -> None:
    x, predict = torch.rand(2, 16, 8, 8), KernelPredictor(8, 16)
    kernels = predict(torch.randn(2, 8, 3, 3))
    low = adaptive_convolution(x.bfloat16(), kernels)
    assert low.dtype == torch.bfloat16
    torch.testing.assert_close(low.float(), adaptive_convolution(x, kernels), atol=0.1, rtol=0.05)


@pytest.mark.parametrize("channels", [16, 24, 96])
def test_an_untrained_predictor_passes_the_normalised_picture(channels: int) -> None:
    torch.manual_seed(0)
    x, predict = torch.rand(2, channels, 12, 12), KernelPredictor(64, channels)
    kernels = predict(torch.zeros(2, 64, 3, 3))
    torch.testing.assert_close(adaptive_convolution(x, kernels), functional.instance_norm(x), atol=1e-5, rtol=1e-5)
    near = adaptive_convolution(x, predict(torch.randn(2, 64, 3, 3)))
    assert torch.corrcoef(torch.stack([near.flatten(), functional.instance_norm(x).flatten()]))[0, 1] > 0.8
