"""Noise and cutout: what is spoiled, and what is missing."""

from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive.augment.op import Drawn, Op, knob, uniform


@dataclass(frozen=True)
class Noise(Op):
    """Gaussian noise on every pixel and channel, with a deviation of each image's own.

    sigma is in units of the range 0..1; sums beyond it are clamped. Source: Chen et al. 2020, arXiv:2002.05709,
    section 3 (among the operations compared).
    """

    probability: float = knob(0.5, 0.0, 1.0, "Share of the pictures it is applied to.")
    sigma: tuple[float, float] = knob((0.0, 0.15), 0.0, 0.5, "Standard deviation of the noise, of tones in 0..1.")

    def weaker(self, strength: float) -> Op:
        """Fainter noise."""
        low, high = self.sigma
        return self.with_knobs(sigma=(low * strength, high * strength))

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """sigma: the deviation, 0 for pictures left as they are; noise (n, c, h, w): of deviation 1."""
        kept = self.keep(n, generator)
        sigma = torch.where(kept, uniform(n, *self.sigma, generator), 0.0)
        return {"sigma": sigma, "noise": torch.randn(n, *shape, generator=generator, device=generator.device)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape."""
        return torch.addcmul(x, drawn["noise"], drawn["sigma"][:, None, None, None]).clamp(0, 1)


@dataclass(frozen=True)
class Cutout(Op):
    """A square of the picture is covered with middle grey.

    Its centre may be any pixel, so that it may reach beyond the edge. Middle grey is what encoders here take for
    nothing (0 after normalisation). Source: DeVries and Taylor 2017, arXiv:1708.04552, section 3.2 (half the side).
    """

    share: float = knob(0.5, 0.0, 1.0, "Side of the square, as a share of the picture's side.")

    def weaker(self, strength: float) -> Op:
        """A smaller square."""
        return self.with_knobs(share=min(1.0, self.share * strength))

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """row, column: the centre in pixels; side: of the square in pixels, 0 for pictures left as they are."""
        _, h, w = shape
        kept = self.keep(n, generator)
        place = torch.rand(n, 2, generator=generator, device=generator.device)
        side = float(round(self.share * min(h, w)))
        row, column = (place[:, 0] * h).floor(), (place[:, 1] * w).floor()
        return {"row": row, "column": column, "side": torch.where(kept, side, 0.0)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape."""
        down = covered(drawn["row"], drawn["side"], x.shape[2])  # (n, h)
        across = covered(drawn["column"], drawn["side"], x.shape[3])  # (n, w)
        return x.masked_fill((down[:, :, None] & across[:, None, :])[:, None], 0.5)


def covered(centre: Tensor, side: Tensor, length: int) -> Tensor:
    """Which of `length` pixels lie within `side` pixels around the centre: centre, side (n,) -> (n, length) bool."""
    pixel = torch.arange(length, device=centre.device)
    start = centre - (side / 2).floor()
    return (pixel >= start[:, None]) & (pixel < (start + side)[:, None])
