"""The k largest of each row, quickly and in a settled order."""

from __future__ import annotations

import numpy as np

# A float32 cosine is good to about 3e-7; rounding below that lets exact copies of an image tie exactly,
# whatever order the matrix product added them up in.
DECIMALS = 6

# Cosines that share one maximum. Only blocks with the largest maxima can hold the best ones: most are never sorted.
BLOCK = 64


def best(cosines: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k largest of each row (m, n), rounded, descending, ties in column order: values, columns, both (m, k)."""
    n = cosines.shape[1]
    kept = min(k + 1, n)
    columns = _candidates(cosines, kept)
    values = np.round(np.take_along_axis(cosines, columns, axis=1), DECIMALS)
    order = np.lexsort((columns, -values), axis=1)[:, :kept]
    columns = np.take_along_axis(columns, order, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    if kept > k:
        # Where the first one left out scores like the last one kept, the choice was made among equals.
        for row in np.flatnonzero(values[:, k - 1] == values[:, k]):
            rounded = np.round(cosines[row], DECIMALS)
            able = np.flatnonzero(rounded >= values[row, k - 1])
            columns[row, :k] = able[np.argsort(-rounded[able], kind="stable")[:k]]
            values[row, :k] = rounded[columns[row, :k]]
    return values[:, :k], columns[:, :k]


def _candidates(cosines: np.ndarray, kept: int) -> np.ndarray:
    """Columns (m, at least kept) among which are the `kept` largest of each row."""
    m, n = cosines.shape
    blocks = n // BLOCK
    if kept >= n:
        return np.tile(np.arange(n), (m, 1))
    if blocks <= 2 * kept:
        return np.argpartition(cosines, n - kept, axis=1)[:, n - kept :]
    # Block b holds the columns b, b + blocks, b + 2 blocks, ...: its maximum is then taken along whole rows.
    even = blocks * BLOCK
    tops = cosines[:, :even].reshape(m, BLOCK, blocks).max(axis=1)
    chosen = np.argpartition(tops, blocks - kept, axis=1)[:, blocks - kept :]  # (m, kept)
    inside = (chosen[:, :, None] + blocks * np.arange(BLOCK)).reshape(m, -1)
    inside = np.concatenate([inside, np.tile(np.arange(even, n), (m, 1))], axis=1)
    values = np.take_along_axis(cosines, inside, axis=1)
    largest = np.argpartition(values, inside.shape[1] - kept, axis=1)[:, inside.shape[1] - kept :]
    return np.take_along_axis(inside, largest, axis=1)
