"""Search among very many vectors: only in the groups nearest to the query (faiss, inverted file)."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from contrastive.neighbours.best import DECIMALS

APPROXIMATE_FROM = 200_000
"""Vectors from which an exact answer takes long enough to be felt: some 30 ms a query on two cores."""

AIM = 0.992
"""Recall at 10 that is asked for on the sample; a little above what is promised, since a sample can flatter."""
SAMPLE = 500
Exact = Callable[[np.ndarray, int, "np.ndarray | None"], tuple[np.ndarray, np.ndarray]]


class Approximate:
    """Vectors (n, d) of unit length in about 4 sqrt(n) groups; a query is compared with the nearest groups only.

    Source: Jegou et al. 2011, doi:10.1109/TPAMI.2010.57, section 4 (the coarse quantiser, without the codes).
    """

    def __init__(self, directions: np.ndarray, *, seed: int = 0) -> None:
        faiss = _faiss()
        n, d = directions.shape
        groups = max(1, min(int(4 * n**0.5), n // 39))
        # Kept here, since the index only points to it.
        self._centres = faiss.IndexFlatIP(d)
        self._index = faiss.IndexIVFFlat(self._centres, d, groups, faiss.METRIC_INNER_PRODUCT)
        self._index.cp.seed = seed
        few = np.random.default_rng(seed).permutation(n)[: 40 * groups]
        self._index.train(directions[np.sort(few)])
        self._index.add(directions)
        self._directions = directions

    def settle(self, exact: Exact, *, k: int = 10, seed: int = 1) -> float:
        """Look in as many groups as it takes for the recall at `k` that is aimed at; returns what was measured.

        Half of a sample of the vectors themselves decides, each excepted from its own answer; the other half, which
        had no say, is what the recall is measured on.
        """
        n = len(self._directions)
        k = min(k, n - 1)
        rows = np.random.default_rng(seed).permutation(n)[: 2 * SAMPLE]
        queries, truth = self._directions[rows], exact(self._directions[rows], k, rows)[0]
        half = len(rows) // 2
        while True:
            found = self.search(queries, k, rows, otherwise=exact)[0]
            # By score, since a copy of a neighbour is as right as the neighbour.
            hits = (found >= truth[:, -1:] - 10.0**-DECIMALS).mean(1)
            if hits[:half].mean() >= AIM or self._index.nprobe >= self._index.nlist:
                return float(hits[half:].mean() if half else 1.0)
            self._index.nprobe = min(self._index.nlist, -(-self._index.nprobe * 5 // 4))

    def search(
        self, directions: np.ndarray, k: int, hidden: np.ndarray | None, *, otherwise: Exact
    ) -> tuple[np.ndarray, np.ndarray]:
        """Scores and rows (m, k), as `Index.search`; a query whose groups hold fewer than k is answered exactly."""
        asked = min(k + (hidden is not None), len(self._directions))
        scores, rows = self._index.search(np.ascontiguousarray(directions), asked)
        scores = np.round(np.where(rows < 0, -np.inf, scores), DECIMALS)
        if hidden is not None:
            scores[rows == hidden[:, None]] = -np.inf
        order = np.lexsort((rows, -scores), axis=1)[:, :k]
        scores, rows = np.take_along_axis(scores, order, axis=1), np.take_along_axis(rows, order, axis=1)
        short = np.flatnonzero(np.isneginf(scores).any(1))
        if len(short):
            scores[short], rows[short] = otherwise(directions[short], k, None if hidden is None else hidden[short])
        return scores, rows


def _faiss() -> Any:
    with warnings.catch_warnings():
        # Its generated bindings name types in a way that newer Pythons deprecate; nothing we could mend.
        warnings.simplefilter("ignore", DeprecationWarning)
        import faiss
    return faiss
