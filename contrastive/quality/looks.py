"""What single pictures look like: of an unusual size or shape, nearly blank, or without colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from contrastive.datasets import ImageDataset
from contrastive.quality.findings import found

BLANK_BELOW = 6.0
"""Standard deviation of the grey levels, 0 to 255."""
GREY_BELOW = 2.0
"""Mean difference between the strongest and the weakest colour of a pixel, 0 to 255."""
MADS = 6.0
SIZE_TIMES, ASPECT_TIMES = 4.0, 1.6
"""However alike the others are, an area less than 4 times and a shape less than 1.6 times off is not unusual."""
AT_ONCE = 512


def plain(dataset: ImageDataset, report: Callable[[int], None]) -> tuple[list[dict[str, Any]], list[str]]:
    """Findings `blank` and `grey`, and notes. `report` gets how many pictures were looked at."""
    spread, colour = np.empty(len(dataset)), np.empty(len(dataset))
    for start in range(0, len(dataset), AT_ONCE):
        images = np.asarray(dataset.pixels[start : start + AT_ONCE])
        block = slice(start, start + len(images))
        spread[block] = images.mean(1).std((1, 2))
        colour[block] = (images.max(1) - images.min(1)).mean((1, 2))
        report(start + len(images))
    ids = dataset.table["id"].astype(str).tolist()
    blank = spread < BLANK_BELOW
    rows = [
        found("blank", f"Its grey levels spread by {spread[r]:.1f} of 255.", spread[r], row=r, id=ids[r])
        for r in np.flatnonzero(blank).tolist()
    ]
    grey = (colour < GREY_BELOW) & ~blank
    if dataset.channels == 1 or not grey.any():
        return rows, []
    if grey.mean() > 0.5:
        return rows, [f"{int(grey.sum()):,} of {len(grey):,} pictures are grey, so grey ones are not listed."]
    few = "Grey, in a set where most pictures have colours."
    return [*rows, *(found("grey", few, colour[r], row=r, id=ids[r]) for r in np.flatnonzero(grey).tolist())], []


def outliers(dataset: ImageDataset) -> list[dict[str, Any]]:
    """Findings `size` and `aspect`, from the sizes of the originals; none for a set that has no originals.

    Robust: a logarithm lies more than six scaled median absolute deviations from the median.
    """
    if not {"width", "height"} <= set(dataset.table.columns) or not len(dataset):
        return []
    sides = dataset.table[["width", "height"]].to_numpy(dtype=float)
    known = np.flatnonzero((sides > 0).all(1))
    if not len(known):
        return []
    width, height = sides[known].T
    ids = dataset.table["id"].astype(str).to_numpy()[known]
    middle = f"{np.median(width):.0f} x {np.median(height):.0f}"
    rows = []
    for i, times in _far(np.log(width * height), SIZE_TIMES):
        said = f"{width[i]:.0f} x {height[i]:.0f} pixels, where {middle} is usual."
        rows.append(found("size", said, times, row=known[i], id=ids[i]))
    for i, _ in _far(np.log(width / height), ASPECT_TIMES):
        shape = width[i] / height[i]
        said = f"{shape:.2g} times as wide as high, where {np.exp(np.median(np.log(width / height))):.2g} is usual."
        rows.append(found("aspect", said, shape, row=known[i], id=ids[i]))
    return rows


def _far(logs: np.ndarray, times: float) -> list[tuple[int, float]]:
    """Positions that lie far from the median, with how many times they are off."""
    off = np.abs(logs - np.median(logs))
    least = max(float(np.log(times)), MADS * 1.4826 * float(np.median(off)))
    return [(int(i), float(np.exp(off[i]))) for i in np.flatnonzero(off > least)]
