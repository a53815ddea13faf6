"""Mistakes: which classes are taken for which, which wrong answers are surest, and what stands nearest to them."""

from __future__ import annotations

import numpy as np

from contrastive.evaluate.report import Report
from contrastive.neighbours import Index


def confused_pairs(report: Report) -> list[tuple[int, int, int]]:
    """(count, true class, answered class) of every kind of mistake that was made, the most frequent first."""
    counts = np.array(report.confusion)
    wrong = counts * ~np.eye(len(counts), dtype=bool)
    true, answered = np.nonzero(wrong)
    order = np.lexsort((answered, true, -wrong[true, answered]))
    return [(int(wrong[true[k], answered[k]]), int(true[k]), int(answered[k])) for k in order]


def confident_errors(report: Report, truth: np.ndarray) -> np.ndarray:
    """Positions of the wrong answers, the surest first: mistakes of the probe, or of whoever gave the label.

    truth: (m,) class numbers of the images of the report, -1 = unlabelled, which is never wrong. Empty for a probe
    without confidence. Source: the idea of confident learning, Northcutt et al. 2021, arXiv:1911.00068.
    """
    if not report.confidence:
        return np.zeros(0, np.int64)
    wrong = np.flatnonzero((truth >= 0) & (np.array(report.predictions) != truth))
    return wrong[np.argsort(-np.array(report.confidence)[wrong], kind="stable")]


def nearest_right(vectors: np.ndarray, right: np.ndarray, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of the rows `asked` (k,), the most similar other row that was named rightly, and its cosine.

    vectors: (m, d); right: (m,) whether each row was. Row numbers (k,), -1 where there is none, and scores (k,).
    """
    able = np.flatnonzero(right)
    if not len(able) or not len(asked):
        return np.full(len(asked), -1), np.zeros(len(asked), np.float32)
    position = np.full(len(vectors), -1)
    position[able] = np.arange(len(able))
    scores, found = Index(vectors[able]).search(vectors[asked], 2)
    # A picture is not its own neighbour; copies of it are.
    own = found == position[asked][:, None]
    if found.shape[1] < 2:
        return np.where(own[:, 0], -1, able[found[:, 0]]), scores[:, 0]
    pick = own[:, 0].astype(int)
    k = np.arange(len(asked))
    return able[found[k, pick]], scores[k, pick]
