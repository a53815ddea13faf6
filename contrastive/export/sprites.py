"""Sprites: thumbnails of many pictures in few large ones."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from contrastive.datasets import ImageDataset


def sheet(dataset: ImageDataset, rows: np.ndarray, *, side: int, across: int) -> Image.Image:
    """The pictures of `rows`, `side` pixels each, row by row on one sheet `across` pictures wide."""
    wide = min(across, len(rows))
    made = Image.new("RGB", (wide * side, -(-len(rows) // wide) * side))
    for k, row in enumerate(rows):
        picture = dataset.picture(int(row)).convert("RGB")
        if picture.size != (side, side):
            # Small pictures keep their pixels; large ones are averaged.
            picture = picture.resize(
                (side, side), Image.Resampling.NEAREST if picture.width < side else Image.Resampling.BOX
            )
        made.paste(picture, (k % wide * side, k // wide * side))
    return made


LOSSLESS = 2_000
"""Up to so many pictures of so few pixels that faults of lossy coding would show, sheets are lossless."""


def sheets(dataset: ImageDataset, *, side: int, across: int) -> Iterator[bytes]:
    """All pictures as WebP sheets of across x across."""
    exact = side < 48 and len(dataset) <= LOSSLESS
    for start in range(0, len(dataset), across * across):
        rows = np.arange(start, min(len(dataset), start + across * across))
        buffer = io.BytesIO()
        sheet(dataset, rows, side=side, across=across).save(buffer, "WEBP", quality=80, lossless=exact)
        yield buffer.getvalue()
