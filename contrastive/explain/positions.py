"""Where a representation comes from: the part of it that each position of the encoder's last map contributes."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrastive.encoders import Encoder

AGREEMENT = 1e-4
"""How far the parts may miss the representation, relative to its length, and still be called exact."""

Parts = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Positions:
    """How an encoder makes h of its feature map. `parts`: (n, c, h', w') -> (n, positions, dim), summing to h.

    `grid`: rows and columns of the positions; `exact`: whether the parts do sum to h; `said`: how, in a sentence.
    """

    parts: Parts
    grid: tuple[int, int]
    exact: bool
    said: str


def positions(encoder: Encoder, x: Tensor) -> Positions:
    """How this encoder pools, found out by trying on the images x (n, c, h, w) in 0..1, already suited to it.

    An average over positions, a layer norm after it, and positions in a row are taken apart exactly. For anything
    else (a class token, attention pooling) the mean of the map stands in for h, and `exact` is false.
    """
    with torch.no_grad():
        features, h = encoder.feature_map(x), encoder(x)
    height, width = features.shape[2:]
    tries: list[tuple[Parts | None, tuple[int, int], str]] = [
        (_mean, (height, width), "The encoder averages over positions, so the maps add up to the similarity."),
        (
            _normed(encoder),
            (height, width),
            "The encoder averages over positions and then scales the average; with that scale held fixed the maps "
            "add up to the similarity.",
        ),
        (
            *_in_a_row(features.shape[1], encoder.dim),
            "The encoder compares each place with the same place of the other picture only, and the maps add up to "
            "the similarity.",
        ),
    ]
    for parts, grid, said in tries:
        if parts is None:
            continue
        with torch.no_grad():
            total = parts(features).sum(1)
        if total.shape == h.shape and bool(((total - h).norm() <= AGREEMENT * h.norm()).all()):
            return Positions(parts, grid, True, said)
    said = (
        "The encoder does not average over positions. The maps are approximate: they take apart the similarity of "
        "the two averages over its patches, which is not the number the neighbours are ranked by."
    )
    return Positions(_mean, (height, width), False, said)


def _mean(features: Tensor) -> Tensor:
    flat = features.flatten(2).transpose(1, 2)
    return flat / flat.shape[1]


def _normed(encoder: Encoder) -> Parts | None:
    """A layer norm behind the average is linear in the positions once its scale is known."""
    for place in ("head.norm", "fc_norm"):
        try:
            norm = encoder.body.get_submodule(place)
        except AttributeError:
            continue
        if isinstance(norm, nn.LayerNorm):
            return lambda features, norm=norm: _through(norm, features)  # type: ignore[misc]
    return None


def _through(norm: nn.LayerNorm, features: Tensor) -> Tensor:
    flat = features.flatten(2).transpose(1, 2)  # (n, positions, c)
    scale = (flat.mean(1, keepdim=True).var(2, unbiased=False, keepdim=True) + norm.eps).sqrt()
    out = (flat - flat.mean(2, keepdim=True)) / scale
    return (out * (1 if norm.weight is None else norm.weight) + (0 if norm.bias is None else norm.bias)) / flat.shape[
        1
    ]


def _in_a_row(channels: int, dim: int) -> tuple[Parts | None, tuple[int, int]]:
    """The map, averaged down to what fits into h, position by position: each has numbers of h to itself."""
    side = round((dim / channels) ** 0.5)
    if channels * side**2 != dim:
        return None, (0, 0)

    def parts(features: Tensor) -> Tensor:
        small = functional.adaptive_avg_pool2d(features, side)  # (n, c, side, side)
        apart = torch.diag_embed(small.flatten(2))  # (n, c, positions, positions)
        return apart.transpose(1, 2).flatten(2)

    return parts, (side, side)
