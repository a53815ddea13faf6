"""Precision at k: of the k nearest pictures, how many are of the query's own class; and what chance would give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contrastive.errors import UserError
from contrastive.evaluate.bootstrap import interval_of_mean
from contrastive.neighbours import Index


@dataclass(frozen=True)
class Precision:
    """mean over queries of the share of their k nearest that are of their class, its 95 % interval, and chance.

    chance: the mean share of the query's class among all candidates, which is what neighbours at random give.
    """

    k: int
    queries: int
    candidates: int
    mean: float
    interval: tuple[float, float]
    chance: float


def precision(
    vectors: np.ndarray, codes: np.ndarray, *, k: int = 5, queries: np.ndarray, candidates: np.ndarray
) -> Precision:
    """How well cosine neighbours agree with labels. vectors (n, d); codes (n,), -1 unlabelled.

    queries, candidates: rows; a query is never its own candidate, and rows without a label take no part. Source:
    Manning, Raghavan and Schuetze, Introduction to Information Retrieval, 2008, section 8.4. Raises UserError where
    no query or fewer than k + 1 candidates are left.
    """
    queries, candidates = (rows[codes[rows] >= 0] for rows in (np.asarray(queries), np.asarray(candidates)))
    if not len(queries):
        raise UserError("None of the queries has a label.", "Choose another label column or split.")
    if len(candidates) <= k:
        raise UserError(f"There are {len(candidates)} labelled pictures to find {k} neighbours in.", "Lower k.")
    place = np.full(len(codes), -1)
    place[candidates] = np.arange(len(candidates))
    _, found = Index(vectors[candidates]).search(vectors[queries], k, exclude=place[queries])
    hits = (codes[candidates][found] == codes[queries][:, None]).mean(1)
    counts = np.bincount(codes[candidates], minlength=int(codes.max()) + 1)
    itself = (place[queries] >= 0).astype(int)
    chance = (counts[codes[queries]] - itself) / (len(candidates) - itself)
    low, high = interval_of_mean(hits)
    return Precision(k, len(queries), len(candidates), float(hits.mean()), (low, high), float(chance.mean()))
