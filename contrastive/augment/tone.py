"""Solarize and posterize: tones turned over, and tones made few."""

from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive.augment.op import Drawn, Op, knob, uniform

ALL_BITS = 8
"""Bits a channel has at rest: posterizing to as many changes nothing."""


@dataclass(frozen=True)
class Solarize(Op):
    """Bright tones become their negative, as on film that saw too much light.

    As torchvision's `solarize`. Source: Grill et al. 2020, arXiv:2006.07733, appendix B (one view in five).
    """

    probability: float = knob(0.2, 0.0, 1.0, "Share of the pictures it is applied to.")
    threshold: float = knob(0.5, 0.0, 1.0, "Tones at least this bright are turned over (0 black, 1 white).")

    def weaker(self, strength: float) -> Op:
        """Fewer pictures are solarized."""
        return self.with_knobs(probability=self.probability * strength)

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """solarize: which pictures are solarized."""
        return {"solarize": self.keep(n, generator)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape."""
        return torch.where(drawn["solarize"][:, None, None, None] & (x >= self.threshold), 1 - x, x)


@dataclass(frozen=True)
class Posterize(Op):
    """Fewer tones a channel, as on a poster printed from few plates.

    As torchvision's `posterize` of floats, with a number of bits of each image's own; 8 bits leave the picture as
    it is. Source: Cubuk et al. 2018, arXiv:1805.09501, table 6.
    """

    probability: float = knob(0.5, 0.0, 1.0, "Share of the pictures it is applied to.")
    bits: tuple[int, int] = knob((2, 5), 1, ALL_BITS, "Bits kept a channel: 2 are four tones, 8 are all.")

    def weaker(self, strength: float) -> Op:
        """More bits are kept."""
        low, high = (max(1, round(ALL_BITS - (ALL_BITS - b) * strength)) for b in self.bits)
        return self.with_knobs(bits=(low, high))

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """bits: how many are kept, 8 for pictures left as they are."""
        kept = self.keep(n, generator)
        bits = uniform(n, self.bits[0], self.bits[1] + 1, generator).floor().clamp(max=self.bits[1])
        return {"bits": torch.where(kept, bits, float(ALL_BITS))}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape."""
        bits = drawn["bits"][:, None, None, None]
        levels = 2**bits
        few = torch.minimum((x * levels).floor(), levels - 1) / levels
        return torch.where(bits < ALL_BITS, few, x)
