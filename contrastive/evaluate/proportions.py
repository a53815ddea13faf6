"""Intervals of shares: how far a precision, recall or F1 counted on few images could be off."""

from __future__ import annotations

import numpy as np

Z = 1.959963984540054
"""The normal distribution's two-sided 95 %."""


def wilson(hits: np.ndarray, n: np.ndarray) -> np.ndarray:
    """95 % intervals (c, 2) of the shares hits / n, both (c,); 0 to 1 where n is 0: nothing is known there.

    Honest for few images, where a bootstrap is not: three right of three are no certainty, but 0.44 to 1.
    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    hits, n = np.asarray(hits, np.float64), np.asarray(n, np.float64)
    total = np.maximum(n, 1)
    share = hits / total
    middle = share + Z**2 / (2 * total)
    reach = Z * np.sqrt(share * (1 - share) / total + Z**2 / (4 * total**2))
    bounds = np.stack([middle - reach, middle + reach], axis=1) / (1 + Z**2 / total)[:, None]
    return np.where((n > 0)[:, None], bounds.clip(0, 1), [0.0, 1.0])


def class_intervals(confusion: np.ndarray) -> dict[str, np.ndarray]:
    """95 % intervals (c, 2) of every class's precision, recall and f1, from counts (c, c), [true][predicted].

    F1 rises with the share s of hits among the images that are of a class or were called it: F1 = 2 s / (1 + s).
    So its bounds are those of s, turned the same way.
    """
    hits, support, answers = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    either = wilson(hits, support + answers - hits)
    return {
        "precision": wilson(hits, answers),
        "recall": wilson(hits, support),
        "f1": 2 * either / (1 + either),
    }
