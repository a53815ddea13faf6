"""Grading: from true and predicted classes to a `Report`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contrastive.evaluate.bootstrap import intervals
from contrastive.evaluate.proportions import class_intervals
from contrastive.evaluate.report import Report

TOP = (3, 5)
ENDS = ("low", "high")


def grade(
    probe: str,
    classes: Sequence[str],
    train_labels: np.ndarray,
    test_labels: np.ndarray,
    predicted: np.ndarray,
    *,
    scores: np.ndarray | None = None,
    confidence: np.ndarray | None = None,
    note: str = "",
    seed: int = 0,
) -> Report:
    """Compare predictions with labels.

    train_labels: (n,); test_labels, predicted: (m,) class numbers; labels may be -1 and are then not counted.
    scores: (m, classes), higher = more likely, -inf for a class never learned; they give `top_k`.
    confidence: (m,) 0..1. seed: of the bootstrap.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    counted = test_labels >= 0
    truth, answer = test_labels[counted], predicted[counted]
    confusion = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(confusion, (truth, answer), 1)

    hits, support, answers = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    precision, recall = _ratio(hits, answers), _ratio(hits, support)
    f1 = _ratio(2 * hits, support + answers)
    bounds = class_intervals(confusion)
    majority = int(np.bincount(train_labels[train_labels >= 0]).argmax())

    return Report(
        probe=probe,
        accuracy=float(hits.sum() / len(truth)),
        balanced_accuracy=float(recall[support > 0].mean()),
        macro_f1=float(f1[support + answers > 0].mean()),
        weighted_f1=float(np.average(f1, weights=support)),
        top_k={} if scores is None else _top(scores[counted], truth),
        nmi=float(normalized_mutual_info_score(truth, answer)),
        ari=float(adjusted_rand_score(truth, answer)),
        majority_baseline=float((truth == majority).mean()),
        majority_class=str(classes[majority]),
        per_class=[
            {
                "label": str(label),
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "support": int(support[i]),
                **{f"{name}_{end}": float(both[i, k]) for name, both in bounds.items() for k, end in enumerate(ENDS)},
            }
            for i, label in enumerate(classes)
        ],
        confusion=confusion.tolist(),
        classes=[str(label) for label in classes],
        n_train=int((train_labels >= 0).sum()),
        n_test=len(truth),
        intervals=intervals(confusion, seed=seed),
        note=note,
        predictions=predicted.tolist(),
        confidence=[] if confidence is None else confidence.astype(float).tolist(),
    )


def grade_scores(
    probe: str,
    classes: Sequence[str],
    train_labels: np.ndarray,
    test_labels: np.ndarray,
    scores: np.ndarray,
    *,
    note: str = "",
    seed: int = 0,
) -> Report:
    """As `grade`, for a probe that answers with the class of the highest score (m, classes), its confidence."""
    return grade(
        probe,
        classes,
        train_labels,
        test_labels,
        scores.argmax(axis=1),
        scores=scores,
        confidence=scores.max(axis=1),
        note=note,
        seed=seed,
    )


def _top(scores: np.ndarray, truth: np.ndarray) -> dict[int, float]:
    """Share of items whose true class is among the k best, for each k that leaves a learned class out."""
    learned = np.isfinite(scores).any(axis=0).sum()
    own = scores[np.arange(len(truth)), truth]
    # A tie counts against the probe: a class without a single vote must not be among the best for free.
    ahead = (scores >= own[:, None]).sum(axis=1) - 1
    return {k: float((ahead < k).mean()) for k in TOP if learned > k}


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, and 0 where there is nothing to divide by (scikit-learn's zero_division=0)."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
