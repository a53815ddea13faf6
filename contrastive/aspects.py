"""Aspects: what vectors alone say of every picture, to colour a map by: neighbours, predictions, outliers, groups."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from contrastive.errors import UserError
from contrastive.neighbours import Index, tally, unit_rows

NEIGHBOURS = 10
ROWS_AT_ONCE = 2048


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """The nearest other pictures of each: rows (n, k) int64 and their cosines scores (n, k) float32, descending."""

    rows: np.ndarray
    scores: np.ndarray

    def outlier_scores(self) -> np.ndarray:
        """Mean cosine distance to the k neighbours, (n,) float32: the larger, the lonelier a picture is.

        Source: Angiulli and Pizzuti 2002, doi:10.1007/3-540-45681-3_2 (the sum there is the mean here).
        """
        return 1 - self.scores.mean(axis=1)

    def counts(self, codes: np.ndarray, classes: int) -> np.ndarray:
        """How many neighbours are of each class, (n, classes) uint8; codes (n,), -1 = unlabelled, is not counted."""
        found = np.zeros((len(self.rows), classes + 1), np.uint8)
        # -1 falls into the last column, which is cut off.
        np.add.at(found, (np.arange(len(self.rows))[:, None], np.asarray(codes)[self.rows]), 1)
        return found[:, :classes]

    def predictions(self, codes: np.ndarray, classes: int) -> np.ndarray:
        """The class (n,) int64 that the neighbours vote for; -1 where none of them is labelled.

        A picture is not its own neighbour, so that its own label takes no part (leave one out). The vote is that of
        the kNN probe.
        """
        shares = tally(np.asarray(codes), self.rows, self.scores, classes)
        return np.where(shares.max(axis=1, initial=0) > 0, shares.argmax(axis=1), -1).astype(np.int64)


def neighbourhood(vectors: np.ndarray, k: int = NEIGHBOURS) -> Neighbourhood:
    """The k most similar other rows of each of the vectors (n, d), by cosine; k is clipped to n - 1.

    Errors: UserError for fewer than two vectors, and for NaN.
    """
    if len(vectors) < 2:
        raise UserError("A single picture has no neighbours.", "Choose at least two.")
    index = Index(np.asarray(vectors))
    parts = []
    for start in range(0, len(index), ROWS_AT_ONCE):
        rows = np.arange(start, min(start + ROWS_AT_ONCE, len(index)))
        parts.append(index.search(index.directions[rows], k, exclude=rows))
    scores, found = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Neighbourhood(found, scores)


def groups(vectors: np.ndarray, k: int, *, seed: int = 0) -> np.ndarray:
    """k-means on vectors (n, d) at unit length: the group of each, (n,) int64, the largest group first.

    Errors: UserError for k below 2 or above n, and for NaN.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    directions = unit_rows(vectors)
    if not 2 <= k <= len(directions):
        raise UserError(f"{len(directions):,} pictures cannot be parted into {k} groups.", "Choose another number.")
    with warnings.catch_warnings():
        # Fewer distinct pictures than groups: some groups stay empty, which is seen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = KMeans(k, n_init=3, random_state=seed).fit_predict(directions)
    order = np.argsort(-np.bincount(found, minlength=k), kind="stable")
    place = np.empty(k, np.int64)
    place[order] = np.arange(k)
    return place[found]
