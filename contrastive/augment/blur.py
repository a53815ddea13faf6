"""Gaussian blur: how sharp one sees."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment.geometry import LARGE
from contrastive.augment.op import Drawn, Op, knob, uniform

ENOUGH = 5
"""Deviations from its middle at which a Gaussian ends: what lies beyond is a millionth of the whole."""


@dataclass(frozen=True)
class Blur(Op):
    """Gaussian blur with a width of each image's own.

    The kernel spans `share` of the picture's side (an odd number of pixels, at least 3); sigma is in pixels. Beyond
    its edges the picture is mirrored, as in torchvision's `gaussian_blur`.
    Source: Chen et al. 2020, arXiv:2002.05709, appendix A (sigma 0.1 to 2.0, kernel a tenth of the side).
    """

    probability: float = knob(0.5, 0.0, 1.0, "Share of the pictures it is applied to.")
    sigma: tuple[float, float] = knob((0.1, 2.0), 0.1, 5.0, "Width of the blur, in pixels.")
    share: float = knob(0.1, 0.0, 0.3, "Reach of the blur, as a share of the picture's side; at least 3 pixels.")

    def weaker(self, strength: float) -> Op:
        """Fewer and softer blurs."""
        low, high = self.sigma
        return self.with_knobs(probability=self.probability * strength, sigma=(low, low + (high - low) * strength))

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """blur: which pictures are blurred; sigma: the width in pixels."""
        return {"blur": self.keep(n, generator), "sigma": uniform(n, *self.sigma, generator)}

    def kernel_size(self, side: int) -> int:
        """Odd number of pixels the kernel spans for pictures of that side."""
        return max(3, round(side * self.share) // 2 * 2 + 1)

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape; only the chosen pictures are touched."""
        chosen = drawn["blur"].nonzero().flatten()
        if not len(chosen):
            return x
        kernel = self.kernel_size(min(x.shape[-2:]))
        some = blurred(x.index_select(0, chosen), drawn["sigma"][chosen], kernel)
        # Weights that sum to 1 only as far as float32 can tell would leave white a little whiter.
        return x.index_copy(0, chosen, some.clamp_(0, 1))


def blurred(x: Tensor, sigma: Tensor, size: int, beyond: str = "reflect") -> Tensor:
    """x (n, c, h, w), each blurred by its own sigma (n,) in pixels with a kernel of `size` pixels, an odd number.

    `beyond`: what lies beyond the edges, "reflect" or "constant" (zero).
    """
    reach = size // 2
    if x.device.type == "cpu" and max(x.shape[-2:]) > LARGE:
        return torch.stack(
            [_shifted(one, width, reach, beyond) for one, width in zip(x, sigma.tolist(), strict=True)]
        )
    offsets = torch.arange(-reach, reach + 1, device=x.device)
    kernel = torch.exp(-0.5 * (offsets / sigma[:, None]) ** 2)  # (n, size)
    kernel = kernel / kernel.sum(1, keepdim=True)
    padded = functional.pad(x, (reach,) * 4, mode=beyond)
    # Sums of shifted pictures take half the time of a convolution, as long as they are few.
    return _three_taps(padded, kernel) if size == 3 else _convolved(padded, kernel)


def _shifted(x: Tensor, sigma: float, reach: int, beyond: str) -> Tensor:
    """One picture (c, h, w), large enough that sums of its shifted copies beat a convolution; (c, h, w).

    Its kernel ends where a Gaussian is too small for float32 to notice, which for most widths is long before `reach`.
    """
    reach = min(reach, max(1, math.ceil(ENOUGH * sigma)))
    weights = [math.exp(-0.5 * (step / sigma) ** 2) for step in range(reach + 1)]
    weights = [weight / (2 * sum(weights) - weights[0]) for weight in weights]
    x = functional.pad(x, (reach,) * 4, mode=beyond)
    for axis in (1, 2):
        side = x.shape[axis] - 2 * reach
        made = x.narrow(axis, reach, side) * weights[0]
        for step, weight in enumerate(weights[1:], 1):
            for start in (reach - step, reach + step):
                made.add_(x.narrow(axis, start, side), alpha=weight)
        x = made
    return x


def _three_taps(padded: Tensor, kernel: Tensor) -> Tensor:
    """Pictures with a margin of one pixel (n, c, h + 2, w + 2), kernels (n, 3) -> (n, c, h, w)."""
    side, middle, _ = kernel[:, :, None, None, None].unbind(1)
    tall = (padded[..., :-2] + padded[..., 2:]).mul_(side).addcmul_(padded[..., 1:-1], middle)
    return (tall[..., :-2, :] + tall[..., 2:, :]).mul_(side).addcmul_(tall[..., 1:-1, :], middle)


def _convolved(padded: Tensor, kernel: Tensor) -> Tensor:
    """Pictures with a margin as wide as the kernel's reach (n, c, H, W), kernels (n, k) -> (n, c, h, w)."""
    n, c = padded.shape[:2]
    each = kernel.repeat_interleave(c, 0)  # (n c, k): every channel of every picture has a kernel of its own
    wide = functional.conv2d(padded.flatten(0, 1)[None], each[:, None, None, :], groups=n * c)
    return functional.conv2d(wide, each[:, None, :, None], groups=n * c).unflatten(1, (n, c))[0]
