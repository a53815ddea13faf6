"""Copies: pictures that are equal, or one and the same picture seen a little differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from contrastive.datasets import ImageDataset
from contrastive.datasets.image_dataset import SPLITS
from contrastive.quality.alignment import Aligner
from contrastive.quality.findings import found

SAME_AT_LEAST = 0.945
"""Correlation from which two pictures are taken for one; set on paintings, see docs/results.md."""
SAME_WITHIN = 0.2
"""A copy is also at most this share as far away as the nearest other picture usually is."""
ALIKE_AT_LEAST, ALIKE_WITHIN = 0.8, 0.5
"""The same for fingerprints: from where two pictures are worth comparing closely."""
PRINTS_ASKED, NEIGHBOURS_ASKED = 3, 8
SCORES_AT_ONCE = 2**25

Links = dict[tuple[int, int], float]


def copies(
    dataset: ImageDataset, neighbours: np.ndarray, report: Callable[[int], None]
) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Findings `exact`, `conflict`, `near` and `leak`, and a number (n,) that copies of one picture share.

    neighbours (n, k): rows that an encoder finds alike, the nearest first. `report` gets how many rows are done.
    """
    ids, splits = dataset.table["id"].astype(str).tolist(), dataset.table["split"].tolist()
    codes, classes = dataset.codes(), dataset.classes
    rows: list[dict[str, Any]] = []

    def add(kind: str, a: int, b: int, score: float, reason: str) -> None:
        # What is left out is only ever missed in training, so the training picture of a pair is offered first.
        a, b = (a, b) if (splits[a] == "train") > (splits[b] == "train") else (b, a)
        rows.append(found(kind, reason, score, row=a, id=ids[a], other_row=b, other_id=ids[b]))

    equal = np.arange(len(dataset))
    for group in exact_groups(dataset.digests):
        first = int(group[0])
        equal[group] = first
        for other in group[1:].tolist():
            add("exact", first, other, 1, "Equal in every pixel.")
            if codes[first] != codes[other] and min(codes[first], codes[other]) >= 0:
                labels = f"{classes[codes[first]]} and {classes[codes[other]]}"
                add("conflict", first, other, 1, f"Labelled {labels}.")
    cluster = equal.copy()
    links = near_copies(dataset, np.flatnonzero(equal == np.arange(len(equal))), neighbours, report)
    for (a, b), score in links.items():
        add("near", a, b, score, f"Their pixels correlate {score:.3f}.")
        cluster[cluster == cluster[b]] = cluster[a]
    for a, b, score in _across(splits, equal, cluster, links):
        add("leak", a, b, score, f"One is in {splits[a]}, its copy in {splits[b]}.")
    return rows, cluster


def exact_groups(digests: np.ndarray) -> list[np.ndarray]:
    """Rows of equal pictures, at least two in each group, in row order. `digests` (n, 16) are content hashes."""
    _, which, count = np.unique(digests, axis=0, return_inverse=True, return_counts=True)
    groups = np.split(np.argsort(which.ravel(), kind="stable"), np.cumsum(count)[:-1])
    return sorted((group for group in groups if len(group) > 1), key=lambda group: int(group[0]))


def near_copies(
    dataset: ImageDataset, rows: np.ndarray, neighbours: np.ndarray, report: Callable[[int], None]
) -> Links:
    """Pairs of near copies among `rows`, the smaller row number first, with the correlation of their pixels.

    Candidates are the nearest by a fingerprint of 8 x 8 pixels, as they are and mirrored, and the first of
    `neighbours` (n, k), which an encoder finds alike; pixels confirm them. Where all pictures resemble each other,
    digits for one, a copy has to be far nearer than its nearest neighbour usually is.
    """
    if len(rows) < 2:
        report(len(dataset))
        return {}
    aligner = Aligner(dataset)
    candidates, usual = _alike(aligner, rows, lambda done: report(done // 2))
    near = neighbours[:, :NEIGHBOURS_ASKED]
    first, place = np.nonzero(np.isin(near, rows) & np.isin(np.arange(len(near)), rows)[:, None])
    candidates = np.concatenate([candidates, np.stack([first, near[first, place]], 1)])
    candidates = np.unique(np.sort(candidates, axis=1), axis=0)
    half = len(dataset) // 2
    alike = max(ALIKE_AT_LEAST, 1 - ALIKE_WITHIN * (1 - usual))
    scores = aligner.correlations(candidates, alike, lambda share: report(half + round(half * share)))
    same = scores >= max(SAME_AT_LEAST, 1 - SAME_WITHIN * (1 - usual))
    return dict(zip(map(tuple, candidates[same].tolist()), scores[same].tolist(), strict=True))


def _alike(aligner: Aligner, rows: np.ndarray, report: Callable[[int], None]) -> tuple[np.ndarray, float]:
    """Pairs of rows with like fingerprints (m, 2), and how alike the nearest usually is."""
    import torch

    prints = aligner.prints[rows]
    turned = aligner.mirrored(prints)
    k = min(PRINTS_ASKED, len(rows) - 1)
    pairs, nearest = [], []
    step = max(1, SCORES_AT_ONCE // len(rows))
    for start in range(0, len(rows), step):
        block = torch.arange(start, min(start + step, len(rows)))
        for others in (prints, turned):
            cosines = prints[block] @ others.T
            cosines[torch.arange(len(block)), block] = -1
            scores, places = cosines.topk(k)
            if others is prints:
                nearest.append(scores[:, 0])
            enough = scores >= ALIKE_AT_LEAST
            mine = block[:, None].expand_as(places)[enough]
            pairs.append(np.stack([rows[mine.numpy()], rows[places[enough].numpy()]], 1))
        report(int(block[-1]) + 1)
    return np.concatenate(pairs), float(torch.cat(nearest).median())


def _across(
    splits: list[str], equal: np.ndarray, cluster: np.ndarray, links: Links
) -> Iterator[tuple[int, int, float]]:
    """Each picture that has a copy in a later split, the likeliest copy, and how alike they are."""

    def likeness(a: int, b: int) -> float:
        x, y = sorted((int(equal[a]), int(equal[b])))
        return 1.0 if x == y else links.get((x, y), 0.0)

    order = np.argsort(cluster, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(cluster[order])) + 1):
        if len(members) < 2:
            continue
        for a in members.tolist():
            later = [b for b in members.tolist() if SPLITS.index(splits[b]) > SPLITS.index(splits[a])]
            best = max(later, key=lambda b: likeness(a, b), default=a)
            if best != a and likeness(a, best) > 0:
                yield a, best, likeness(a, best)
