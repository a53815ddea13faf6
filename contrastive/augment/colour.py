"""Colour jitter and grayscale: what the light does."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive.augment.op import Drawn, Op, chosen_only, knob, uniform

LUMA = (0.2989, 0.587, 0.114)
"""Weights of red, green and blue in a grey (ITU-R BT.601, rounded as in torchvision)."""


def grey(x: Tensor) -> Tensor:
    """x (n, 3, h, w) -> (n, 1, h, w)."""
    return (LUMA[0] * x[:, 0:1]).add_(x[:, 1:2], alpha=LUMA[1]).add_(x[:, 2:3], alpha=LUMA[2])


@dataclass(frozen=True)
class Colour(Op):
    """Colour jitter: brightness, contrast, saturation and hue, always in this order.

    The first three are torchvision's. Hue is a turn of the chroma plane of YIQ, the same way round as torchvision's
    and by the same share of a circle: rgb' = T^-1 R(turn) T rgb, with T from RGB to YIQ. It keeps the grey value (up
    to clamping); torchvision turns HSV's hexagon, which does not, at many times the cost. Over the colours of the
    whole cube the two differ by 0.13 on average at a turn of 0.2; at most, on saturated colours, by 0.69 within turns
    of 0.2 and by 0.78 at any turn. Saturation and hue leave grey pictures as they are.
    Source: Chen et al. 2020, arXiv:2002.05709, appendix A.
    """

    probability: float = knob(0.8, 0.0, 1.0, "Share of the pictures it is applied to.")
    brightness: float = knob(0.8, 0.0, 1.0, "How far the factor strays from 1; 0 of brightness is black.")
    contrast: float = knob(0.8, 0.0, 1.0, "How far the factor strays from 1; 0 of contrast is even grey.")
    saturation: float = knob(0.8, 0.0, 1.0, "How far the factor strays from 1; 0 of saturation is grey.")
    hue: float = knob(0.2, 0.0, 0.5, "The largest turn of the colour circle to either side; 0.5 is all of it.")

    def weaker(self, strength: float) -> Op:
        """All four ranges shrink together."""
        names = ("brightness", "contrast", "saturation", "hue")
        return self.with_knobs(**{name: getattr(self, name) * strength for name in names})

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """Factors around 1 for brightness, contrast and saturation; turn: the hue as a share of a circle."""
        kept = self.keep(n, generator)
        drawn = {
            name: torch.where(kept, uniform(n, max(0.0, 1 - spread), 1 + spread, generator), 1.0)
            for name, spread in (
                ("brightness", self.brightness),
                ("contrast", self.contrast),
                ("saturation", self.saturation),
            )
        }
        drawn["turn"] = torch.where(kept, uniform(n, -self.hue, self.hue, generator), 0.0)
        return drawn

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape; clamped to 0..1 after each of the four, as torchvision does."""
        factor = {name: value[:, None, None, None] for name, value in drawn.items()}
        # In place from here on: fresh memory costs more than the arithmetic.
        x = (x * factor["brightness"]).clamp_(0, 1)
        # The mean grey of a picture is the grey of its mean colours, which needs one pass less.
        mean = x.mean((2, 3), keepdim=True)
        middle = grey(mean) if x.shape[1] == 3 else mean
        x = x.mul_(factor["contrast"]).add_(middle * (1 - factor["contrast"])).clamp_(0, 1)
        if x.shape[1] == 1:
            return x
        flat = torch.bmm(saturation_matrices(drawn["saturation"]), x.flatten(2)).clamp_(0, 1)  # (n, 3, h w)
        return torch.bmm(hue_matrices(drawn["turn"]), flat).clamp_(0, 1).view_as(x)


def saturation_matrices(factor: Tensor) -> Tensor:
    """(n,) factors -> (n, 3, 3) RGB matrices that scale the distance from the grey value."""
    factor = factor[:, None, None]
    return factor * torch.eye(3, device=factor.device) + (1 - factor) * torch.tensor(LUMA, device=factor.device)


def hue_matrices(turn: Tensor) -> Tensor:
    """(n,) shares of a circle -> (n, 3, 3) RGB matrices that turn I and Q of YIQ and keep Y."""
    to_yiq = torch.tensor([list(LUMA), [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]], device=turn.device)
    angle = -turn * (2 * math.pi)  # torchvision counts from red to yellow, which is the other way round in YIQ
    zero, one, cos, sin = torch.zeros_like(angle), torch.ones_like(angle), angle.cos(), angle.sin()
    rotation = torch.stack([one, zero, zero, zero, cos, -sin, zero, sin, cos], -1).view(-1, 3, 3)
    return torch.linalg.inv(to_yiq) @ rotation @ to_yiq


@dataclass(frozen=True)
class Grayscale(Op):
    """All three channels become the grey value. Source: arXiv:2002.05709, appendix A."""

    probability: float = knob(0.2, 0.0, 1.0, "Share of the pictures it is applied to.")

    def weaker(self, strength: float) -> Op:
        """Fewer pictures lose their colour."""
        return self.with_knobs(probability=self.probability * strength)

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """grey: which pictures lose their colour."""
        return {"grey": self.keep(n, generator)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape."""
        if x.shape[1] == 1:
            return x
        return chosen_only(x, drawn["grey"], lambda some: grey(some).expand_as(some))
