"""The check itself: one pass over a data set, block by block, that collects every finding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from contrastive import catalogue
from contrastive.datasets import ImageDataset
from contrastive.datasets.prepare import Progress
from contrastive.neighbours import Index
from contrastive.quality.copies import copies
from contrastive.quality.findings import Findings, found
from contrastive.quality.labels import VOTERS, balance, suspects
from contrastive.quality.looks import outliers, plain

ASKED = VOTERS + 10
"""Neighbours searched for: copies of the picture, which may not vote, take some of the places."""


def check(dataset: ImageDataset, *, vectors: np.ndarray | None = None, progress: Progress | None = None) -> Findings:
    """Everything that may be wrong with a data set, as `Findings`.

    `vectors` (n, d): its embedding, by which candidates for near copies and label suspects are found; by default
    that of the encoder `catalogue.default_for` names, computed now or read from the cache. `progress(done, total)`
    counts steps, four a picture; an exception from it cancels the check.
    """
    count = len(dataset)
    if not count:
        return Findings.of([], ["There are no pictures."])

    def stage(number: int) -> Callable[[int], None]:
        return lambda done: progress(number * count + done, 4 * count) if progress else None

    if vectors is None:
        from contrastive.embed import embed

        embedded = stage(0)
        vectors = embed(catalogue.default_for(dataset.name), dataset, progress=lambda done, total: embedded(done))
    indices, scores = _neighbours(np.asarray(vectors), stage(1))
    rows, cluster = copies(dataset, indices, stage(2))
    looks, plain_notes = plain(dataset, stage(3))
    classes, class_notes = balance(dataset)
    labels, label_notes = suspects(dataset, indices, scores, cluster)
    unreadable = [
        found("unreadable", bad["reason"], 1, id=str(bad["id"])) for bad in dataset.card.get("unreadable", [])
    ]
    return Findings.of(
        [*unreadable, *rows, *labels, *looks, *outliers(dataset), *classes],
        [*class_notes, *label_notes, *plain_notes],
    )


def _neighbours(vectors: np.ndarray, report: Callable[[int], None]) -> tuple[np.ndarray, np.ndarray]:
    """The pictures most like each, itself excluded: row numbers and cosines, both (n, k)."""
    index = Index(vectors)
    step = max(1, min(4096, 2**25 // len(index)))
    parts = []
    for start in range(0, len(index), step):
        rows = np.arange(start, min(start + step, len(index)))
        parts.append(index.search(index.directions[rows], ASKED, exclude=rows))
        report(int(rows[-1]) + 1)
    scores, indices = (np.concatenate(part) for part in zip(*parts, strict=True))
    return indices, scores
