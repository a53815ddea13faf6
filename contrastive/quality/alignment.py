"""How alike two pictures are pixel by pixel, where one may be mirrored or slightly cropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from contrastive.datasets import ImageDataset

if TYPE_CHECKING:
    from torch import Tensor

COARSE, FINE = 8, 32
WORKED_AT = 48
"""Pixels that larger pictures are brought to before windows are cut out of them."""
SCALES, PLACES = (0.95, 0.9), (0.0, 0.5, 1.0)
"""Windows beside the whole picture: their share of its side, and where between its edges they lie."""
IMAGES_AT_ONCE, PAIRS_AT_ONCE, PRINTS_AT_ONCE = 512, 128, 2**14


class Aligner:
    """Compares pictures of a data set at low resolution."""

    def __init__(self, dataset: ImageDataset) -> None:
        self.pixels = dataset.pixels
        self.shape = (dataset.channels, COARSE, COARSE)
        self.prints = self._fingerprints()
        """Every picture as 8 x 8 pixels without their mean, at unit length: (n, c * 64); a blank one is all zeros."""

    def _fingerprints(self) -> Tensor:
        import torch

        parts = []
        for start in range(0, len(self.pixels), IMAGES_AT_ONCE):
            images = torch.from_numpy(np.ascontiguousarray(self.pixels[start : start + IMAGES_AT_ONCE])).float()
            parts.append(_unit(_shrunk(images, COARSE)))
        return torch.cat(parts)

    def mirrored(self, prints: Tensor) -> Tensor:
        """Fingerprints of the mirrored pictures."""
        return prints.reshape(-1, *self.shape).flip(-1).flatten(1)

    def correlations(self, pairs: np.ndarray, least: float, report: Callable[[float], None]) -> np.ndarray:
        """Correlation of each pair (m, 2) at 32 x 32 pixels, at the best window of one within the other: (m,).

        Pairs whose fingerprints correlate less than `least`, mirrored or not, are not looked at further and score 0.
        `report` gets the share that is done.
        """
        flipped = self.mirrored(self.prints)
        straight = np.empty(len(pairs), np.float32)
        turned = np.empty(len(pairs), np.float32)
        for start in range(0, len(pairs), PRINTS_AT_ONCE):
            block = slice(start, start + PRINTS_AT_ONCE)
            first, second = pairs[block].T
            straight[block] = (self.prints[first] * self.prints[second]).sum(1).numpy()
            turned[block] = (self.prints[first] * flipped[second]).sum(1).numpy()
        scores = np.zeros(len(pairs), np.float32)
        worth = np.flatnonzero(np.maximum(straight, turned) >= least)
        for start in range(0, len(worth), PAIRS_AT_ONCE):
            chosen = worth[start : start + PAIRS_AT_ONCE]
            scores[chosen] = self._aligned(pairs[chosen], turned[chosen] > straight[chosen])
            report(start / len(worth))
        report(1.0)
        return scores

    def _aligned(self, pairs: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
        import torch

        first, second = (torch.from_numpy(self.pixels[rows]).float() for rows in pairs.T)
        turn = torch.from_numpy(mirrored)
        second[turn] = second[turn].flip(-1)
        first, second = _windows(first), _windows(second)  # (m, windows, c * 32 * 32)
        one_way = first @ second[:, 0, :, None]
        other_way = second @ first[:, 0, :, None]
        return torch.cat([one_way, other_way], 1).amax((1, 2)).numpy()


def _windows(images: Tensor) -> Tensor:
    """Every window of (m, c, h, w) at 32 x 32 pixels, without its mean, at unit length; the whole picture first."""
    import torch

    if images.shape[-1] > WORKED_AT:
        images = _shrunk(images, WORKED_AT)
    size = images.shape[-1]
    parts = [_unit(_shrunk(images, FINE))]
    for scale in SCALES:
        places = torch.cat([_averaging(size, FINE, scale, place) for place in PLACES])  # (places * 32, size)
        windows = (places @ images @ places.T).unflatten(-1, (len(PLACES), FINE)).unflatten(-3, (len(PLACES), FINE))
        windows = windows.permute(0, 2, 4, 1, 3, 5).flatten(0, 2)  # (m * places * places, c, 32, 32)
        parts.append(_unit(windows))
    return torch.cat([part.unflatten(0, (len(images), -1)) for part in parts], 1)


def _shrunk(images: Tensor, side: int) -> Tensor:
    """(m, c, h, w) at `side` pixels."""
    whole = _averaging(images.shape[-1], side, 1.0, 0.0)
    return whole @ images @ whole.T


def _averaging(size: int, side: int, scale: float, place: float) -> Tensor:
    """(side, size): row i averages the i-th part of a window that is `scale` of the size.

    `place`: 0 at the first pixel, 1 so that it ends with the last one.
    """
    import torch

    edges = size * (place * (1 - scale) + scale * torch.arange(side + 1) / side)
    pixels = torch.arange(size)
    shares = torch.minimum(edges[1:, None], pixels + 1) - torch.maximum(edges[:-1, None], pixels)
    shares = shares.clamp(min=0)
    return shares / shares.sum(1, keepdim=True)


def _unit(images: Tensor) -> Tensor:
    """(m, c, h, w) without the mean of each channel, at unit length: (m, c * h * w)."""
    # Channel by channel: two specks on the same blue sky would otherwise correlate by the blue.
    flat = (images - images.mean((-2, -1), keepdim=True)).flatten(1)
    length = flat.norm(dim=1, keepdim=True)
    # What is left of a blank picture is rounding, and has no direction.
    return flat / length.clamp(min=1e-6) * (length > 1e-3 * flat.shape[1] ** 0.5)
