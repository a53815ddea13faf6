"""Crop and flip: where in the picture one looks."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive.augment.op import Drawn, Op, knob, uniform


@dataclass(frozen=True)
class Crop(Op):
    """Random resized crop: a window of random area and shape, resampled to the full size.

    Exact antialiased bilinear resampling, as torchvision's `resized_crop(antialias=True)`, written as two matrix
    products with weights of each image's own. Source: Szegedy et al. 2014, arXiv:1409.4842, as used by SimCLR.
    """

    size: int = 32
    area: tuple[float, float] = knob((0.08, 1.0), 0.01, 1.0, "Area of the window, as a share of the picture's.")
    ratio: tuple[float, float] = knob((3 / 4, 4 / 3), 0.25, 4.0, "Width of the window divided by its height.")

    def weaker(self, strength: float) -> Op:
        """Strength 0 keeps the whole picture; 1 draws from the declared areas and shapes."""
        # Beyond 1 a declared 0.08 would become less than nothing; a hundredth of the picture is the smallest window.
        low, high = (max(min(a, 0.01), 1 + (a - 1) * strength) for a in self.area)
        stretch = tuple(r**strength for r in self.ratio)
        return self.with_knobs(area=(low, high), ratio=stretch)

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """top, left, height, width of the window, in pixels (whole numbers, as torchvision draws them)."""
        _, h, w = shape
        kept = self.keep(n, generator)
        area = uniform(n, *self.area, generator) * (h * w)
        aspect = torch.exp(uniform(n, math.log(self.ratio[0]), math.log(self.ratio[1]), generator))
        # torchvision draws again when a window does not fit; clamping the longer side keeps one draw an image.
        height = (area / aspect).sqrt().round().clamp(1, h)
        width = (area * aspect).sqrt().round().clamp(1, w)
        height, width = torch.where(kept, height, h), torch.where(kept, width, w)
        top = (torch.rand(n, generator=generator, device=generator.device) * (h - height + 1)).floor()
        left = (torch.rand(n, generator=generator, device=generator.device) * (w - width + 1)).floor()
        return {"top": top, "left": left, "height": height, "width": width}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> (n, c, size, size)."""
        rows = resampling(drawn["top"], drawn["height"], x.shape[2], self.size)  # (n, size, h)
        columns = resampling(drawn["left"], drawn["width"], x.shape[3], self.size)  # (n, size, w)
        return _separable(x, rows, columns)


@dataclass(frozen=True)
class Flip(Op):
    """Horizontal mirror. Not for writing: a mirrored 2 is not a 2."""

    probability: float = knob(0.5, 0.0, 1.0, "Share of the pictures it is applied to.")

    def weaker(self, strength: float) -> Op:
        """Fewer pictures are mirrored."""
        return self.with_knobs(probability=self.probability * strength)

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """flip: which pictures are mirrored."""
        return {"flip": self.keep(n, generator)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape."""
        return torch.where(drawn["flip"][:, None, None, None], x.flip(-1), x)


def _separable(x: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Apply row weights (n, h', h) and column weights (n, w', w) to x (n, c, h, w) -> (n, c, h', w')."""
    n, c, h, w = x.shape
    wide = torch.bmm(x.reshape(n, c * h, w), columns.transpose(1, 2)).view(n, c, h, -1)
    tall = rows[:, None] @ wide
    return tall.clamp(0, 1)


def resampling(start: Tensor, length: Tensor, source: int, target: int) -> Tensor:
    """Weights of antialiased bilinear resampling of a window onto `target` pixels.

    Shape: start, length (n,) in source pixels -> (n, target, source), rows summing to 1. A triangle filter as
    wide as the larger of a source and a target pixel, cut off at the window's edges, as in Pillow.
    """
    scale = length / target  # source pixels per target pixel
    support = scale.clamp(min=1.0)
    middle = (torch.arange(target, device=start.device) + 0.5) * scale[:, None]  # (n, target), within the window
    pixel = torch.arange(source, device=start.device) + 0.5 - start[:, None]  # (n, source), within the window
    distance = (pixel[:, None, :] - middle[:, :, None]).abs() / support[:, None, None]
    inside = (pixel > 0) & (pixel < length[:, None])
    weights = (1 - distance).clamp(min=0) * inside[:, None, :]
    return weights / weights.sum(-1, keepdim=True)
