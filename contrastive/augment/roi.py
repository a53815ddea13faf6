"""ROI crop: a crop around what stands out in the picture."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment.blur import blurred
from contrastive.augment.colour import grey
from contrastive.augment.geometry import Crop, resampled, window_sides
from contrastive.augment.op import Drawn, knob

LOOK = 64
"""Side in pixels at which the salient place is sought; smaller pictures are looked at as they are."""


@dataclass(frozen=True)
class Roi(Crop):
    """Region of interest: a crop around the place that stands out most, resampled to the full size.

    What stands out is what a picture's spectrum does not lead one to expect: the spectral residual of its grey
    values at 64 pixels. The window never reaches beyond the picture; one without anything in it is cropped about its
    middle. Sources: Hou and Zhang 2007, CVPR, doi:10.1109/CVPR.2007.383267, equations 3 to 5, and the subset study
    this project grew from, which names the operation and not how it was done.
    """

    area: tuple[float, float] = knob((0.2, 0.7), 0.01, 1.0, "Area of the window, as a share of the picture's.")
    wander: float = knob(0.2, 0.0, 1.0, "How far its centre may stray from the place, as a share of half the window.")

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """height, width of the window; down, across: how far its centre strays, in pixels."""
        _, h, w = shape
        kept = self.keep(n, generator)
        height, width = window_sides(kept, h, w, self.area, self.ratio, generator)
        stray = (torch.rand(n, 2, generator=generator, device=generator.device) * 2 - 1) * (self.wander / 2)
        return {"height": height, "width": width, "down": stray[:, 0] * height, "across": stray[:, 1] * width}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> (n, c, size, size)."""
        return resampled(x, self.window(x, drawn), self.size)

    def window(self, x: Tensor, drawn: Drawn) -> Drawn:
        """top, left, height, width of the windows that `apply` cuts out, in whole pixels."""
        row, column = salient_place(x).unbind(1)
        height, width = drawn["height"], drawn["width"]
        top = (row + drawn["down"] - height / 2).round().clamp(min=0).minimum(x.shape[2] - height)
        left = (column + drawn["across"] - width / 2).round().clamp(min=0).minimum(x.shape[3] - width)
        return {"top": top, "left": left, "height": height, "width": width}


def salient_place(x: Tensor) -> Tensor:
    """x (n, c, h, w) in 0..1 -> (n, 2): row and column in pixels of the place that stands out most."""
    h, w = x.shape[-2:]
    salient = saliency(x)
    rows, columns = ((torch.arange(side, device=x.device) + 0.5) / side for side in salient.shape[-2:])
    # Where nothing stands out, rounding would choose: a trace of preference for the middle chooses instead.
    off_centre = (rows[:, None] - 0.5) ** 2 + (columns - 0.5) ** 2
    highest = (salient - 1e-6 * off_centre).flatten(1).argmax(1)
    across = salient.shape[-1]
    return torch.stack([rows[highest // across] * h, columns[highest % across] * w], 1)


def saliency(x: Tensor) -> Tensor:
    """How much each place stands out: x (n, c, h, w) in 0..1 -> (n, h', w') of at most 64 pixels a side.

    The logarithm of the spectrum's amplitudes less its own average over 3 x 3 frequencies, carried back to the
    picture with the phases it had, squared and blurred by 8 of 64 pixels, the paper's sigma (its authors' code
    has 2.5, which finds the rims of things). Amplitudes have a floor of 1e-3 so that an even picture has none.
    """
    h, w = x.shape[-2:]
    small = grey(x) if x.shape[1] == 3 else x
    if max(h, w) > LOOK:
        small = functional.interpolate(small, (min(h, LOOK), min(w, LOOK)), mode="bilinear", antialias=True)
    spectrum = torch.fft.fft2(small - small.mean((2, 3), keepdim=True), norm="ortho")
    amplitude = spectrum.abs() + 1e-3
    expected = functional.avg_pool2d(functional.pad(amplitude.log(), (1, 1, 1, 1), mode="circular"), 3, stride=1)
    # exp(log amplitude - expected) with the phase of the spectrum: its amplitude is divided by the expected one.
    salient = torch.fft.ifft2(spectrum * torch.exp(-expected), norm="ortho").abs().square()
    sigma = 8 / LOOK * min(small.shape[-2:])
    kernel = 2 * round(2 * sigma) + 1
    return blurred(salient, torch.full((len(x),), sigma, device=x.device), kernel, "constant")[:, 0]
