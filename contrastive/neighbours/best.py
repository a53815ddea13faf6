"""The k largest of each row, quickly and in a settled order."""

from __future__ import annotations

import numpy as np

# A float32 cosine is good to about 3e-7; rounding below that lets exact copies of an image tie exactly,
# whatever order the matrix product added them up in.
DECIMALS = 6

# Cosines that share one maximum: the k-th largest of these maxima is no larger than the k-th largest cosine, so that
# whatever lies below it need not be sorted.
BLOCK = 64


def best(cosines: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k largest of each row (m, n), rounded, descending, ties in column order: values, columns, both (m, k)."""
    values, columns = np.empty((len(cosines), k), cosines.dtype), np.empty((len(cosines), k), np.int64)
    for row, found in enumerate(cosines):
        # Twice what rounding can lift: all that may tie with the last one kept is among those able.
        able = (found >= _floor(found, k) - 2 * 10.0**-DECIMALS).nonzero()[0]
        rounded = found[able].round(DECIMALS)
        order = (-rounded).argsort(kind="stable")[:k]
        values[row], columns[row] = rounded[order], able[order]
    return values, columns


def _floor(found: np.ndarray, k: int) -> float:
    """A number that at least k of `found` (n,) reach, and few others."""
    blocks = len(found) // BLOCK
    if blocks > 2 * k:
        # Block b holds the columns b, b + blocks, b + 2 blocks, ...: its maximum is then taken along whole rows.
        found = found[: blocks * BLOCK].reshape(BLOCK, blocks).max(0)
    place = len(found) - k
    return float(np.partition(found, place)[place])
