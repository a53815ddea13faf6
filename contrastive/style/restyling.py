"""Restyle whole batches with kept style codes, in pieces that fit a processor's cache, without gradients."""

import torch
from torch import Tensor

from contrastive.device import autocast, pick_precision
from contrastive.style.network import StyleNetwork

PIXELS = 24 * 64 * 64
"""Pixels that are painted at once on a CPU; more of them no longer fit its cache."""


@torch.no_grad()
def codes_of(network: StyleNetwork, pictures: Tensor, *, size: int | None = None, fast: bool = True) -> Tensor:
    """Style codes (m, k) of pictures (m, c, h, w), uint8 or in 0..1, scaled to `size` where it is given.

    `fast`: as for `restyled`.
    """
    parts = []
    for piece in pictures.split(_share(pictures)):
        x = coloured(piece)
        if size is not None and x.shape[-1] != size:
            x = torch.nn.functional.interpolate(x, (size, size), mode="bilinear", antialias=True).clamp(0, 1)
        with _format(x, fast):
            parts.append(network.code(_placed(x)))
    return torch.cat(parts)


@torch.no_grad()
def restyled(network: StyleNetwork, pictures: Tensor, codes: Tensor, alpha: Tensor, *, fast: bool = True) -> Tensor:
    """Pictures (n, c, h, w) in 0..1, each in the style of its code (n, k), `alpha` (n,) of the way -> same shape.

    Pictures of one channel get the mean of what the network paints for them. `fast`: in bfloat16 where the device
    has it, which is exact to about a grey level.
    """
    size = _share(pictures)
    painted = []
    for piece, code, share in zip(pictures.split(size), codes.split(size), alpha.split(size), strict=True):
        x = _placed(coloured(piece))
        with _format(x, fast):
            made = network.restyle(x, code, alpha=share)
        painted.append(made.mean(1, keepdim=True) if piece.shape[1] == 1 else made)
    return torch.cat(painted) if painted else pictures


def coloured(pictures: Tensor) -> Tensor:
    """(n, c, h, w), uint8 or float, one channel or three -> (n, 3, h, w) in 0..1."""
    x = pictures.float().div(255) if pictures.dtype == torch.uint8 else pictures
    return x.expand(-1, 3, -1, -1)


def _placed(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _share(pictures: Tensor) -> int:
    """How many pictures are painted at once."""
    if pictures.device.type != "cpu":
        return 256
    return max(1, PIXELS // (pictures.shape[-1] * pictures.shape[-2]))


def _format(x: Tensor, fast: bool = True):  # type: ignore[no-untyped-def]
    return autocast(x.device, pick_precision("auto") if fast else torch.float32)
