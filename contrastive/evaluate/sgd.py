"""The probe of study B: a linear layer, trained step by step as a network is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from contrastive.evaluate.descent import chosen_on, descend, shares
from contrastive.evaluate.grading import grade_scores
from contrastive.evaluate.inputs import Count, Positive, Seed, Share, split, standardise
from contrastive.evaluate.report import Report

Held = tuple[np.ndarray, np.ndarray]
"""Vectors (n, d) and their labels (n,)."""


def sgd_probe(
    train_vectors: np.ndarray,
    train_labels: np.ndarray,
    test_vectors: np.ndarray,
    test_labels: np.ndarray,
    classes: Sequence[str],
    *,
    sampler: Literal["none", "weighted"] = "none",
    epochs: Count = 80,
    lr: Positive = 0.0025,
    weight_decay: Share = 1e-3,
    batch_size: Count = 40,
    scale: bool = False,
    seed: Seed = 0,
    validation: Held | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """A linear layer trained step by step, as in study B: AdamW, 80 epochs, falling learning rate.

    With `sampler` "weighted", every class is drawn equally often, so small ones count as much as large ones. With
    validation vectors and labels, the epoch that reads them best is kept, else the last. `scale` standardises the
    features. Shape: vectors (n, d) and (m, d), labels (n,) and (m,), -1 = unlabelled. Confidence is the probability
    of the answer. Errors: UserError as for `linear_probe`, and for a learning rate that is too high.
    Source: arXiv:2002.05709, appendix B.6, with the settings of study B.
    """
    train, known, test, asked = split(train_vectors, train_labels, test_vectors, test_labels, len(classes))
    scores, note = sgd_scores(
        (train, known),
        test,
        len(classes),
        sampler=sampler,
        epochs=epochs,
        lr=lr,
        weight_decay=weight_decay,
        batch_size=batch_size,
        scale=scale,
        seed=seed,
        validation=validation,
        progress=progress,
    )
    return grade_scores("sgd", classes, known, asked, scores, note=note, seed=seed)


def sgd_scores(
    train: Held,
    asked: np.ndarray,
    n_classes: int,
    *,
    epochs: int = 80,
    lr: float = 0.0025,
    weight_decay: float = 1e-3,
    batch_size: int = 40,
    sampler: str = "none",
    scale: bool = False,
    seed: int = 0,
    validation: Held | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[np.ndarray, str]:
    """Probabilities (m, n_classes) for vectors `asked` (m, d), -inf for a class never learned, and the note.

    train: checked vectors (n, d) and labels (n,) without -1. Errors: as for `sgd_probe`.
    """
    import torch

    vectors, known = train
    present, targets = np.unique(known, return_inverse=True)
    held = None
    if validation is not None:
        _, _, held_vectors, held_labels = split(vectors, known, *validation, n_classes)
        # A class that was never learned cannot be answered rightly, in whatever epoch.
        counted = np.isin(held_labels, present)
        if counted.any():
            held = held_vectors[counted], np.searchsorted(present, held_labels[counted])
    if scale:
        asked = standardise(vectors, asked)[1]
        held = held and (standardise(vectors, held[0])[1], held[1])
        vectors = standardise(vectors, vectors)[1]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = torch.nn.Linear(vectors.shape[1], len(present))
    epoch = descend(
        layer,
        torch.from_numpy(vectors).float(),
        targets,
        epochs=epochs,
        lr=lr,
        weight_decay=weight_decay,
        batch_size=batch_size,
        sampler=sampler,
        seed=seed,
        validation=held and (torch.from_numpy(held[0]).float(), held[1]),
        progress=progress,
    )
    scores = np.full((len(asked), n_classes), -np.inf)
    scores[:, present] = shares(layer, torch.from_numpy(asked).float())
    return scores, chosen_on(held, epoch, epochs)
