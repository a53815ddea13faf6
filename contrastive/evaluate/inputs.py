"""Inputs: the embeddings and labels a probe is given, checked once, with one sentence for each mistake."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from contrastive.errors import UserError
from contrastive.neighbours import finite_rows

# What an option of a probe may be when it is written in a study or on the command line.
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


def classes_of(labels: np.ndarray, n_rows: int, n_classes: int | None = None) -> np.ndarray:
    """(n,) int64 labels, one a row, each -1 or a class number. Errors: ValueError (a bug of the caller)."""
    array = np.asarray(labels, dtype=np.int64)
    if array.shape != (n_rows,):
        raise ValueError(f"labels of shape {array.shape} for {n_rows} vectors")
    if (array < -1).any() or (n_classes is not None and (array >= n_classes).any()):
        raise ValueError(f"labels must be -1 or class numbers below {n_classes}")
    return array


def labelled(vectors: np.ndarray, labels: np.ndarray, *, which: str = "training") -> tuple[np.ndarray, np.ndarray]:
    """Only the rows to learn from. Errors: UserError unless two images of two classes carry a label."""
    kept = labels >= 0
    if not kept.any():
        raise UserError(
            f"None of the {which} images has a label.", "Choose another label column or label some images."
        )
    if kept.sum() < 2:
        raise UserError(f"Only one of the {which} images has a label.", "A probe needs at least two of them.")
    if len(np.unique(labels[kept])) < 2:
        raise UserError(f"All labelled {which} images are of one class.", "A probe needs two classes to tell apart.")
    return vectors[kept], labels[kept]


def split(
    train_vectors: np.ndarray,
    train_labels: np.ndarray,
    test_vectors: np.ndarray,
    test_labels: np.ndarray,
    n_classes: int | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Checked (train_vectors, train_labels, test_vectors, test_labels), the training ones without -1.

    Unlabelled test rows stay: they are predicted, not counted. Errors: UserError, also for test images
    without any label or with embeddings of another width.
    """
    train, test = finite_rows(train_vectors), finite_rows(test_vectors)
    if train.shape[1] != test.shape[1]:
        raise UserError(
            f"Training embeddings have {train.shape[1]} numbers each, test embeddings {test.shape[1]}.",
            "Embed both with the same encoder.",
        )
    train, train_classes = labelled(train, classes_of(train_labels, len(train), n_classes))
    test_classes = classes_of(test_labels, len(test), n_classes)
    if not (test_classes >= 0).any():
        raise UserError("None of the test images has a label.", "Choose another label column or split.")
    return train, train_classes, test, test_classes


def standardise(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both with the training rows' mean 0 and standard deviation 1 a column; a constant column becomes 0.

    Shape: train (n, d), test (m, d), float64.
    """
    mean, spread = train.mean(axis=0), train.std(axis=0)
    # The spread of a constant column is rounding error; dividing by it would turn test rows into huge values.
    varies = spread > 1e-7 * np.abs(train).max(axis=0)
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=varies)
    return (train - mean) * scale, (test - mean) * scale
