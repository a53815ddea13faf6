"""Reliability: whether answers given with a confidence of .8 are right eight times of ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrastive.evaluate.proportions import wilson

BINS = 10


@dataclass(frozen=True)
class Reliability:
    """Binned confidence against accuracy; lists have one entry for each bin that is not empty."""

    bins: int  # how many bins of equal width there are between 0 and 1
    ece: float  # expected calibration error: mean gap of confidence and accuracy, 0..1, weighted by images
    confidence: list[float]  # mean confidence of the bin's images
    accuracy: list[float]  # share of them that was named correctly
    intervals: list[list[float]]  # 95 % [low, high] of that share
    counts: list[int]  # images in the bin

    @property
    def gap(self) -> float:
        """Mean confidence less accuracy: above 0, the probe is surer than it is right."""
        weights = np.array(self.counts) / sum(self.counts)
        return float(weights @ (np.array(self.confidence) - np.array(self.accuracy)))


def reliability(
    confidence: Sequence[float] | np.ndarray, right: Sequence[bool] | np.ndarray, *, bins: int = BINS
) -> Reliability:
    """confidence (m,) in 0..1 and whether each answer was right (m,), m at least 1.

    Bins are of equal width, closed on the right. Source: Guo et al. 2017, arXiv:1706.04599, eq. 2 and 3.
    """
    sure, hit = np.asarray(confidence, np.float64), np.asarray(right, np.float64)
    of = np.clip(np.ceil(sure * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(of, minlength=bins)
    filled = counts > 0
    n = counts[filled]
    hits = np.bincount(of, hit, minlength=bins)[filled]
    mean = np.bincount(of, sure, minlength=bins)[filled] / n
    return Reliability(
        bins=bins,
        ece=float((n * np.abs(hits / n - mean)).sum() / n.sum()),
        confidence=mean.tolist(),
        accuracy=(hits / n).tolist(),
        intervals=wilson(hits, n).tolist(),
        counts=n.tolist(),
    )
