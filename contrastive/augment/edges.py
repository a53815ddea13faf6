"""Sobel: the picture as a drawing of its edges."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment.colour import grey
from contrastive.augment.op import Drawn, Op, knob


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
        chosen = drawn["edges"].nonzero().flatten()
        if not len(chosen):
            return x
        some = x[chosen]
        some = functional.pad(grey(some) if x.shape[1] == 3 else some, (1, 1, 1, 1), mode="replicate")
        across = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], device=x.device) / 4
        both = functional.conv2d(some, torch.stack([across, across.T])[:, None].to(x.dtype))  # (m, 2, h, w)
        steep = both.norm(dim=1, keepdim=True).clamp(max=1)
        return x.index_copy(0, chosen, steep.expand(-1, x.shape[1], -1, -1).contiguous())
