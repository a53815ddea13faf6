"""The live probe: a linear classifier solved in one step, quick enough to watch while a run trains."""

from __future__ import annotations

import numpy as np

from contrastive.errors import UserError
from contrastive.evaluate.inputs import split, standardise


def ridge_accuracy(
    train_vectors: np.ndarray,
    train_labels: np.ndarray,
    test_vectors: np.ndarray,
    test_labels: np.ndarray,
    *,
    penalty: float = 1.0,
) -> float:
    """Test accuracy, 0..1, of ridge regression onto one-hot classes of standardised features.

    Minimises |X W - Y|^2 + penalty |W|^2 with X and Y centred (so the intercept is free), the closed form of
    Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634; milliseconds for 1000 images of 256 numbers.
    Shape: vectors (n, d) and (m, d), labels (n,) and (m,), -1 = unlabelled. A test image of a class that was
    never trained on counts as wrong. Errors: UserError as for `linear_probe`, and for a penalty not above 0.
    """
    if not penalty > 0:
        raise UserError(f"A ridge penalty of {penalty} has no unique solution.", "Use a value above 0.")
    train, known, test, asked = split(train_vectors, train_labels, test_vectors, test_labels)
    counted = asked >= 0
    answers = ridge_answers(train, known, test[counted], penalty=penalty)
    return float((answers == asked[counted]).mean())


def ridge_answers(train: np.ndarray, known: np.ndarray, test: np.ndarray, *, penalty: float = 1.0) -> np.ndarray:
    """The class numbers (m,) it gives test (m, d), for checked train (n, d) with labels known (n,) without -1."""
    x, queries = standardise(train, test)
    classes, positions = np.unique(known, return_inverse=True)
    y = np.eye(len(classes))[positions]  # (n, c)
    share = y.mean(axis=0)
    n, d = x.shape
    # The same solution either way; the smaller of the two systems is the fast one.
    if d <= n:
        weights = np.linalg.solve(x.T @ x + penalty * np.eye(d), x.T @ (y - share))
    else:
        weights = x.T @ np.linalg.solve(x @ x.T + penalty * np.eye(n), y - share)
    return classes[(queries @ weights + share).argmax(axis=1)]
