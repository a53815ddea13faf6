"""Which embeddings point the same way as this one, exactly, and what their labels vote for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contrastive.errors import UserError

# Scores held at once: 2**24 float32 are 64 MB, so memory does not grow with the number of queries.
SCORES_AT_ONCE = 2**24

# A float32 cosine is good to about 3e-7; rounding below that lets exact copies of an image tie exactly,
# whatever order the matrix product added them up in.
DECIMALS = 6


class Index:
    """Exact cosine search over embeddings.

    vectors: (n, d) floats, n and d at least 1. ids: (n,) what the caller calls the rows, kept as `.ids`
    (default: row numbers); `search` always answers in row numbers. The vectors are copied, at unit length.
    A vector of zeros has no direction: it scores 0 against everything.
    Errors: UserError for NaN or infinite values and for anything but a table of rows.
    """

    def __init__(self, vectors: np.ndarray, ids: Sequence | np.ndarray | None = None) -> None:
        self.directions = unit_rows(vectors)  # (n, d), unit length or zero
        if not self.directions.size:
            raise UserError("There are no embeddings to search in.", "Choose a dataset with images.")
        self.ids = np.arange(len(self.directions)) if ids is None else np.asarray(ids)
        if len(self.ids) != len(self.directions):
            raise ValueError(f"{len(self.ids)} ids for {len(self.directions)} vectors")

    def __len__(self) -> int:
        return len(self.directions)

    def search(
        self, queries: np.ndarray, k: int, *, exclude: Sequence[int] | np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The k most similar rows for each query: scores (m, k) float32 and row numbers (m, k) int64.

        queries: (m, d). Scores are cosines in -1..1, rounded to 6 decimals, descending; equal scores come in
        row order. exclude: (m,) one row number per query never to be returned for it, because an image is not
        its own neighbour; -1 excludes nothing. k larger than what there is (n, or n - 1 with `exclude`) is
        clipped. Errors: UserError for NaN, a wrong width or k below 1.
        """
        directions = unit_rows(queries)
        n, width = self.directions.shape
        if directions.shape[1] != width:
            raise UserError(
                f"These embeddings have {directions.shape[1]} numbers each, the indexed ones {width}.",
                "Embed both with the same encoder.",
            )
        if k < 1:
            raise UserError(f"Asked for {k} neighbours.", "Ask for at least one.")
        m = len(directions)
        hidden = None if exclude is None else np.asarray(exclude, dtype=np.int64)
        if hidden is not None and (hidden.shape != (m,) or (hidden < -1).any() or (hidden >= n).any()):
            raise ValueError(f"exclude must be ({m},) row numbers below {n}, or -1")
        k = min(k, n if hidden is None else n - 1)

        scores = np.empty((m, k), np.float32)
        indices = np.empty((m, k), np.int64)
        if k == 0:
            return scores, indices
        step = max(1, SCORES_AT_ONCE // n)
        for start in range(0, m, step):
            rows = slice(start, start + step)
            cosines = directions[rows] @ self.directions.T  # (step, n)
            if hidden is not None:
                asked = np.flatnonzero(hidden[rows] >= 0)
                cosines[asked, hidden[rows][asked]] = -np.inf
            scores[rows], indices[rows] = _best(cosines, k)
        return scores, indices


def votes(
    labels: np.ndarray, indices: np.ndarray, scores: np.ndarray, *, temperature: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """What the neighbours say each query is: winning class (m,) int64 and its share of the vote (m,) float32.

    labels: (n,) classes of the indexed rows, -1 = unlabelled, which do not vote. indices, scores: (m, k) from
    `Index.search`. Shares are 0..1; with no labelled neighbour the winner is -1 and its share 0. Equal votes
    go to the lower class number. The weights are those of `tally`.
    """
    shares = tally(labels, indices, scores, int(np.max(labels, initial=0)) + 1, temperature=temperature)
    winners = shares.argmax(axis=1)
    best = shares[np.arange(len(shares)), winners]
    return np.where(best > 0, winners, -1).astype(np.int64), best.astype(np.float32)


def tally(
    labels: np.ndarray, indices: np.ndarray, scores: np.ndarray, n_classes: int, *, temperature: float = 0.1
) -> np.ndarray:
    """Every class's share of the neighbours' vote, (m, n_classes) float64; rows sum to 1 (no voters: 0).

    A neighbour's vote weighs exp(score / temperature), so near ones count for more; labels of -1 do not vote.
    Shape: labels (n,), indices and scores (m, k). Source: InstDisc, arXiv:1805.01978, section 3.4.
    Errors: UserError for a temperature that is not positive.
    """
    if not temperature > 0:
        raise UserError(f"A temperature of {temperature} cannot weigh votes.", "Use one above 0: 0.1, say.")
    classes = np.asarray(labels)[indices]  # (m, k)
    voting = classes >= 0
    exponents = np.where(voting, np.asarray(scores, np.float64) / temperature, -np.inf)
    # Shares do not change when every exponent drops by the same amount, and exp cannot overflow then.
    highest = exponents.max(axis=1, keepdims=True, initial=-np.inf)
    weights = np.exp(exponents - np.where(np.isfinite(highest), highest, 0.0))
    shares = np.zeros((len(classes), n_classes))
    rows, columns = np.nonzero(voting)
    np.add.at(shares, (rows, classes[rows, columns]), weights[rows, columns])
    total = shares.sum(axis=1, keepdims=True)
    return np.divide(shares, total, out=shares, where=total > 0)


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
    """(n, d) rows at unit length as float32; a row of zeros stays zero. Errors: as `finite_rows`."""
    array = finite_rows(vectors)
    # Dividing by the largest entry first keeps tiny vectors from underflowing to length 0 when squared.
    largest = np.abs(array).max(axis=1, keepdims=True, initial=0.0)
    array = np.divide(array, largest, out=np.zeros_like(array), where=largest > 0)
    length = np.linalg.norm(array, axis=1, keepdims=True)
    return np.divide(array, length, out=array, where=length > 0).astype(np.float32)


def _best(cosines: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k largest of each row, descending, ties in column order: values and columns, both (m, k)."""
    m, n = cosines.shape
    kept = min(k + 1, n)
    if kept < n:
        columns = np.argpartition(-cosines, kept - 1, axis=1)[:, :kept]
    else:
        columns = np.tile(np.arange(n), (m, 1))
    values = np.round(np.take_along_axis(cosines, columns, axis=1), DECIMALS)
    order = np.lexsort((columns, -values), axis=1)
    columns = np.take_along_axis(columns, order, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    if kept > k:
        # Where the first one left out scores like the last one kept, the partition chose among equals.
        for row in np.flatnonzero(values[:, k - 1] == values[:, k]):
            rounded = np.round(cosines[row], DECIMALS)
            able = np.flatnonzero(rounded >= values[row, k - 1])
            columns[row, :k] = able[np.argsort(-rounded[able], kind="stable")[:k]]
            values[row, :k] = rounded[columns[row, :k]]
    return values[:, :k], columns[:, :k]
