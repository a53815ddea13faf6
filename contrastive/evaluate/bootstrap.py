"""Bootstrap: how far accuracy, macro-F1 or a mean would move with another draw of test images."""

from __future__ import annotations

import numpy as np

RESAMPLES = 1000


def intervals(confusion: np.ndarray, *, seed: int = 0, resamples: int = RESAMPLES) -> dict[str, list[float]]:
    """95 % percentile intervals {"accuracy": [low, high], "macro_f1": [low, high]} from a confusion matrix.

    confusion: (c, c) counts, [true][predicted], at least one item. Drawing n test images with replacement is
    the same as drawing the cells they fall in from one multinomial, so no image is touched and 1000
    resamples are a few matrix products. A resample's macro-F1 averages the classes that occur in it or
    were predicted in it. Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    truth, answer = np.nonzero(confusion)
    counts = confusion[truth, answer]
    n = int(counts.sum())
    draws = np.random.default_rng(seed).multinomial(n, counts / n, size=resamples)  # (resamples, cells)

    one_hot = np.eye(len(confusion))
    support = draws @ one_hot[truth]  # (resamples, c)
    answers = draws @ one_hot[answer]
    hits = draws @ (one_hot[truth] * one_hot[answer])

    seen = support + answers
    f1 = np.divide(2 * hits, seen, out=np.zeros_like(hits), where=seen > 0)
    drawn = {"accuracy": hits.sum(axis=1) / n, "macro_f1": f1.sum(axis=1) / (seen > 0).sum(axis=1)}
    return {name: np.percentile(values, [2.5, 97.5]).tolist() for name, values in drawn.items()}


def interval_of_mean(values: np.ndarray, *, seed: int = 0, resamples: int = RESAMPLES) -> tuple[float, float]:
    """95 % percentile interval of the mean of values (n,), each of one test image. Source: as above."""
    draws = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    low, high = np.percentile(np.asarray(values)[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
