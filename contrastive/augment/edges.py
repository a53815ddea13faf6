"""Sobel: the picture as a drawing of its edges."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment.colour import grey
from contrastive.augment.op import Drawn, Op, chosen_only, knob


@dataclass(frozen=True)
class Sobel(Op):
    """Sobel filter: how steeply the tones change, in place of the tones themselves.

    The magnitude of the gradient of the grey value, in units of the range 0..1 a pixel times four (a sharp edge
    from black to white is 1); the same in all channels; at its edges the picture is continued by its last pixel.
    Source: Chen et al. 2020, arXiv:2002.05709, section 3 (among the operations compared).
    """

    probability: float = knob(0.5, 0.0, 1.0, "Share of the pictures it is applied to.")

    def weaker(self, strength: float) -> Op:
        """Fewer pictures become drawings."""
        return self.with_knobs(probability=self.probability * strength)

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """edges: which pictures become drawings of their edges."""
        return {"edges": self.keep(n, generator)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape; only the chosen pictures are touched."""
        return chosen_only(x, drawn["edges"], edges)


def edges(x: Tensor) -> Tensor:
    """x (n, c, h, w) -> same shape: how steeply the grey value changes at each pixel."""
    padded = functional.pad(grey(x) if x.shape[1] == 3 else x, (1, 1, 1, 1), mode="replicate")
    across = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], device=x.device) / 4
    both = functional.conv2d(padded, torch.stack([across, across.T])[:, None].to(x.dtype))  # (n, 2, h, w)
    return both.norm(dim=1, keepdim=True).clamp(max=1).expand_as(x)
