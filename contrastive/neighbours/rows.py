"""Embeddings as rows: checked, and at unit length."""

from __future__ import annotations

import numpy as np

from contrastive.errors import UserError
from contrastive.room import room

# Rows brought to unit length at once: a million vectors in float64 would take gigabytes.
ROWS_AT_ONCE = 2**14


def finite_rows(vectors: np.ndarray) -> np.ndarray:
    """(n, d) embeddings as float64. Errors: UserError for another shape, NaN or infinite values."""
    array = np.asarray(vectors, dtype=np.float64)
    if array.ndim != 2:
        raise UserError(
            f"Embeddings are a table of rows, not an array with {array.ndim} dimension(s).",
            "Pass shape (images, numbers per image).",
        )
    # Larger than float32 can hold is as good as infinite: embeddings are kept in float32. NaN compares false.
    if not (np.abs(array) <= np.finfo(np.float32).max).all():
        raise UserError("The embeddings contain NaN or infinite values.", "Check the encoder they come from.")
    return array


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """(n, d) rows at unit length as float32; a row of zeros stays zero. Errors: as `finite_rows`.

    Past the budget for arrays in memory they lie in a nameless file (`contrastive.room`).
    """
    vectors = np.asarray(vectors)
    if vectors.ndim != 2 or len(vectors) <= ROWS_AT_ONCE:
        return _unit(finite_rows(vectors))
    out = room(vectors.shape, np.float32)
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        out[part] = _unit(finite_rows(vectors[part]))
    return out


def _unit(array: np.ndarray) -> np.ndarray:
    # Dividing by the largest entry first keeps tiny vectors from underflowing to length 0 when squared.
    largest = np.abs(array).max(axis=1, keepdims=True, initial=0.0)
    array = np.divide(array, largest, out=np.zeros_like(array), where=largest > 0)
    length = np.linalg.norm(array, axis=1, keepdims=True)
    return np.divide(array, length, out=array, where=length > 0).astype(np.float32)
