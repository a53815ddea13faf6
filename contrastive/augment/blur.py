"""Gaussian blur: how sharp one sees."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment.op import Drawn, Op, knob, uniform


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
        reach = self.kernel_size(min(x.shape[-2:])) // 2
        offsets = torch.arange(-reach, reach + 1, device=x.device)
        kernel = torch.exp(-0.5 * (offsets / drawn["sigma"][chosen, None]) ** 2)  # (m, k)
        kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(x.shape[1], 0)  # (m c, k)
        some = x[chosen].flatten(0, 1)[None]  # (1, m c, h, w): every channel has a kernel of its own
        some = functional.pad(some, (reach,) * 4, mode="reflect")
        some = functional.conv2d(some, kernel[:, None, None, :], groups=len(kernel))
        some = functional.conv2d(some, kernel[:, None, :, None], groups=len(kernel))
        return x.index_copy(0, chosen, some.view(len(chosen), *x.shape[1:]))
