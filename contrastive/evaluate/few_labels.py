"""Low-label curves: how much of the accuracy is left when only a few images of each class carry a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from contrastive.errors import UserError
from contrastive.evaluate.inputs import split
from contrastive.evaluate.spec import Probe

PER_CLASS = (1, 2, 5, 10, 20, 50, 100)
LEARNING = ("linear", "sgd", "knn")
"""Probes on vectors that learn from labels."""


def low_label(
    train_vectors: np.ndarray,
    train_labels: np.ndarray,
    test_vectors: np.ndarray,
    test_labels: np.ndarray,
    classes: Sequence[str],
    *,
    per_class: Sequence[int] = PER_CLASS,
    draws: int = 5,
    seed: int = 0,
    probe: str | Mapping[str, Any] | Probe = "linear",
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, float]]:
    """A row for each number of labelled images a class: per_class, images, draws, accuracy, low, high, macro_f1.

    Accuracy and macro-F1 (0..1) are means over `draws` random choices of training images; low and high are the 95 %
    interval of the mean accuracy over those choices (Student's t). `images` were learned from in each: a class with
    fewer images gives all it has, and where every class does, there is only one choice and no interval. Shape:
    vectors (n, d) and (m, d), labels (n,) and (m,), -1 = unlabelled. Errors: UserError for a probe that learns from
    no labels, a number below 1, and as for the probe.
    """
    from scipy.stats import t

    probe = Probe.read(probe)
    if probe.name not in LEARNING:
        raise UserError(f"The probe {probe.name} draws no low-label curve.", f"Use one of {', '.join(LEARNING)}.")
    if draws < 1 or not per_class or min(per_class) < 1:
        raise UserError("A low-label curve needs at least one image a class and one draw.")
    train, known, test, asked = split(train_vectors, train_labels, test_vectors, test_labels, len(classes))
    members = [np.flatnonzero(known == c) for c in np.unique(known)]
    rows = []
    for number, k in enumerate(per_class):
        all_used = k >= max(len(rows_of) for rows_of in members)
        reports = []
        for draw in range(1 if all_used else draws):
            rng = np.random.default_rng([seed, k, draw])
            picked = np.sort(np.concatenate([rng.permutation(rows_of)[:k] for rows_of in members]))
            reports.append(probe(train[picked], known[picked], test, asked, classes))
            if progress:
                progress(number * draws + draw + 1, len(per_class) * draws)
        reached = np.array([report.accuracy for report in reports])
        reach = 0.0
        if len(reached) > 1:
            reach = float(t.ppf(0.975, len(reached) - 1) * reached.std(ddof=1) / np.sqrt(len(reached)))
        rows.append(
            {
                "per_class": k,
                "images": len(picked),
                "draws": len(reports),
                "accuracy": float(reached.mean()),
                "low": max(0.0, float(reached.mean()) - reach),
                "high": min(1.0, float(reached.mean()) + reach),
                "macro_f1": float(np.mean([report.macro_f1 for report in reports])),
            }
        )
    return rows
