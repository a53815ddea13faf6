"""Which embeddings point the same way as this one: exactly, or nearly so where there are very many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contrastive.errors import UserError
from contrastive.neighbours.approximate import APPROXIMATE_FROM, Approximate
from contrastive.neighbours.best import best
from contrastive.neighbours.rows import unit_rows

# Scores held at once: 2**24 float32 are 64 MB, so memory does not grow with the number of queries.
SCORES_AT_ONCE = 2**24


class Index:
    """Cosine search over embeddings.

    vectors: (n, d) floats, n and d at least 1. ids: (n,) what the caller calls the rows, kept as `.ids`
    (default: row numbers); `search` always answers in row numbers. The vectors are copied, at unit length: in memory,
    or past the budget for arrays (`contrastive.room`) in a nameless file; an approximate search keeps a second copy.
    A vector of zeros has no direction: it scores 0 against everything.
    approximate: whether to look only where neighbours are likely; by default from 200,000 vectors on.
    `.recall`: the share of the ten nearest that such a search finds, measured on a sample; None where it is exact.
    Errors: UserError for NaN or infinite values and for anything but a table of rows.
    """

    def __init__(
        self, vectors: np.ndarray, ids: Sequence | np.ndarray | None = None, *, approximate: bool | None = None
    ) -> None:
        self.directions = unit_rows(vectors)  # (n, d), unit length or zero
        if not self.directions.size:
            raise UserError("There are no embeddings to search in.", "Choose a dataset with images.")
        self.ids = np.arange(len(self.directions)) if ids is None else np.asarray(ids)
        if len(self.ids) != len(self.directions):
            raise ValueError(f"{len(self.ids)} ids for {len(self.directions)} vectors")
        self._approximate: Approximate | None = None
        self.recall: float | None = None
        if len(self.directions) >= APPROXIMATE_FROM if approximate is None else approximate:
            self._approximate = Approximate(self.directions)
            self.recall = self._approximate.settle(self._exact)

    def __len__(self) -> int:
        return len(self.directions)

    def search(
        self,
        queries: np.ndarray,
        k: int,
        *,
        exclude: Sequence[int] | np.ndarray | None = None,
        among: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The k most similar rows for each query: scores (m, k) float32 and row numbers (m, k) int64.

        queries: (m, d). Scores are cosines in -1..1, rounded to 6 decimals, descending; equal scores come in
        row order. exclude: (m,) one row number per query never to be returned for it, because an image is not
        its own neighbour; -1 excludes nothing. among: (n,) booleans, the only rows that may be returned; such a
        search is always exact. k larger than what there is to return is clipped.
        Errors: UserError for NaN, a wrong width or k below 1.
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
        barred = None if among is None else ~np.asarray(among, dtype=bool)
        if barred is not None and barred.shape != (n,):
            raise ValueError(f"among must be ({n},) booleans")
        # What is hidden from a query is one row less for it, unless it was barred from all.
        fewer = 0 if hidden is None else int((hidden >= 0 if barred is None else ~barred[hidden]).any())
        k = min(k, max(0, n - (0 if barred is None else int(barred.sum())) - fewer))
        if k == 0 or m == 0:
            return np.empty((m, k), np.float32), np.empty((m, k), np.int64)
        if self._approximate is not None and barred is None:
            return self._approximate.search(directions, k, hidden, otherwise=self._exact)
        return self._exact(directions, k, hidden, barred)

    def _exact(
        self, directions: np.ndarray, k: int, hidden: np.ndarray | None, barred: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """`search` for unit vectors, over all of them but the barred."""
        m, n = len(directions), len(self.directions)
        scores, indices = np.empty((m, k), np.float32), np.empty((m, k), np.int64)
        step = max(1, SCORES_AT_ONCE // n)
        # One piece of memory for all parts: taking it anew costs more than the comparing.
        room = np.empty((min(step, m), n), np.float32)
        for start in range(0, m, step):
            rows = slice(start, start + step)
            cosines = np.matmul(directions[rows], self.directions.T, out=room[: len(directions[rows])])
            if barred is not None:
                cosines[:, barred] = -np.inf
            if hidden is not None:
                asked = np.flatnonzero(hidden[rows] >= 0)
                cosines[asked, hidden[rows][asked]] = -np.inf
            scores[rows], indices[rows] = best(cosines, k)
        return scores, indices
