"""Crop and flip: where in the picture one looks."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment.op import Drawn, Op, chosen_only, knob, uniform

LARGE = 64
"""Side in pixels above which a processor resamples windows one by one: matrix products win at 32, lose at 96."""


@dataclass(frozen=True)
class Crop(Op):
    """Random resized crop: a window of random area and shape, resampled to the full size.

    Exact antialiased bilinear resampling, as torchvision's `resized_crop(antialias=True)`.
    Source: Szegedy et al. 2014, arXiv:1409.4842, as used by SimCLR.
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
        height, width = window_sides(kept, h, w, self.area, self.ratio, generator)
        top = (torch.rand(n, generator=generator, device=generator.device) * (h - height + 1)).floor()
        left = (torch.rand(n, generator=generator, device=generator.device) * (w - width + 1)).floor()
        return {"top": top, "left": left, "height": height, "width": width}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> (n, c, size, size)."""
        return resampled(x, drawn, self.size)


@dataclass(frozen=True)
class Flip(Op):
    """Horizontal mirror. Not for writing: a mirrored 2 is not a 2. Source: arXiv:2002.05709, appendix A."""

    probability: float = knob(0.5, 0.0, 1.0, "Share of the pictures it is applied to.")

    def weaker(self, strength: float) -> Op:
        """Fewer pictures are mirrored."""
        return self.with_knobs(probability=self.probability * strength)

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """flip: which pictures are mirrored."""
        return {"flip": self.keep(n, generator)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape."""
        return chosen_only(x, drawn["flip"], lambda some: some.flip(-1))


def window_sides(
    kept: Tensor,
    h: int,
    w: int,
    area: tuple[float, float],
    ratio: tuple[float, float],
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Height and width (n,) in whole pixels of windows of random area and shape; the whole picture where not kept."""
    pixels = uniform(len(kept), *area, generator) * (h * w)
    aspect = torch.exp(uniform(len(kept), math.log(ratio[0]), math.log(ratio[1]), generator))
    # torchvision draws again when a window does not fit; clamping the longer side keeps one draw an image.
    height = (pixels / aspect).sqrt().round().clamp(1, h)
    width = (pixels * aspect).sqrt().round().clamp(1, w)
    return torch.where(kept, height, h), torch.where(kept, width, w)


def resampled(x: Tensor, window: Drawn, size: int) -> Tensor:
    """Each picture's window (top, left, height, width in pixels), resampled: (n, c, h, w) -> (n, c, size, size).

    Small pictures are two matrix products for the whole batch, with weights of each image's own. These grow with
    the third power of the side, so that on a processor large pictures are resampled one by one.
    """
    if x.device.type == "cpu" and max(x.shape[-2:]) > LARGE:
        views = x.new_empty(*x.shape[:2], size, size)
        places = zip(*(window[side].long().tolist() for side in ("top", "left", "height", "width")), strict=True)
        for i, (top, left, height, width) in enumerate(places):
            part = x[i : i + 1, :, top : top + height, left : left + width]
            views[i] = functional.interpolate(part, (size, size), mode="bilinear", antialias=True)[0]
        return views.clamp_(0, 1)
    rows = resampling(window["top"], window["height"], x.shape[2], size)  # (n, size, h)
    columns = resampling(window["left"], window["width"], x.shape[3], size)  # (n, size, w)
    wide = torch.bmm(x.flatten(1, 2), columns.transpose(1, 2)).unflatten(1, x.shape[1:3])  # (n, c, h, size)
    # One product a channel: a product with all of them at once would first copy the weights for each.
    return torch.stack([torch.bmm(rows, channel) for channel in wide.unbind(1)], 1).clamp_(0, 1)


def resampling(start: Tensor, length: Tensor, source: int, target: int) -> Tensor:
    """Weights of antialiased bilinear resampling of a window onto `target` pixels.

    Shape: start, length (n,) in source pixels -> (n, target, source), rows summing to 1. A triangle filter as
    wide as the larger of a source and a target pixel, cut off at the window's edges, as in Pillow.
    """
    scale = length / target  # source pixels per target pixel
    support = scale.clamp(min=1.0)[:, None]
    middle = (torch.arange(target, device=start.device) + 0.5) * scale[:, None]  # (n, target), within the window
    pixel = torch.arange(source, device=start.device) + 0.5 - start[:, None]  # (n, source), within the window
    pixel = torch.where((pixel > 0) & (pixel < length[:, None]), pixel / support, torch.inf)
    # In place: fresh memory costs more than the arithmetic.
    weights = (pixel[:, None, :] - (middle / support)[:, :, None]).abs_().neg_().add_(1).clamp_(min=0)
    return weights.div_(weights.sum(-1, keepdim=True))
