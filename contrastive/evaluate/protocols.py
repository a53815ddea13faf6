"""Protocols: the evaluations of the published studies, slip for slip, so that our figures can stand beside theirs.

Study C's needs no function: it is the probe `kmeans` (Hungarian-matched, 10 restarts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from contrastive.evaluate.examine import FLATTERS, MEMORY
from contrastive.evaluate.grading import grade_scores
from contrastive.evaluate.inputs import classes_of, split
from contrastive.evaluate.probes import knn, linear_probe
from contrastive.evaluate.report import Report
from contrastive.evaluate.sgd import Held, sgd_scores
from contrastive.neighbours import finite_rows


def study_a(vectors: np.ndarray, labels: np.ndarray, classes: Sequence[str], *, seed: int) -> dict[str, Report]:
    """Study A: the test images are split 80/20 by `seed`; four fifths of them teach, one fifth is read.

    So its classifiers never see a training image: they are taught by test images and asked about test images.
    "linear" is logistic regression on unscaled vectors (max_iter 1000), with its top-3 in `top_k`; "knn" is a plain
    vote of the 30 nearest by Euclidean distance. For the study's figures, `vectors` come from
    `embed.encode(..., batch_statistics=True)`. Shape: vectors (n, d), labels (n,), -1 = unlabelled, left out.
    Errors: UserError as for the probes.
    """
    rows, truth = finite_rows(vectors), classes_of(labels, len(vectors), len(classes))
    order = np.random.default_rng(seed).permutation(np.flatnonzero(truth >= 0))
    teach, ask = np.split(order, [round(0.8 * len(order))])
    parts = rows[teach], truth[teach], rows[ask], truth[ask], classes
    return {"linear": linear_probe(*parts, scale=False), "knn": knn(*parts, k=30, metric="euclidean")}


def study_b(
    parts: Mapping[str, Held], classes: Sequence[str], *, sampler: str = "none", seed: int = 0, epochs: int = 80
) -> dict[str, Report]:
    """Study B: one linear layer trained on "train", its epoch chosen on "val", read on each part that is given.

    parts: vectors (n, d) and labels (n,) of "train", "val" and "test"; sampler: "none" or "weighted" (every class
    drawn equally often). The study chose the epoch by the validation images that it then reports, which flatters;
    the notes say so. Settings as in `sgd_probe`. Errors: UserError as for it.
    """
    vectors, labels = (np.concatenate([np.asarray(part[i]) for part in parts.values()]) for i in (0, 1))
    train, known, everything, truth = split(*parts["train"], vectors, labels, len(classes))
    scores, note = sgd_scores(
        (train, known),
        everything,
        len(classes),
        sampler=sampler,
        epochs=epochs,
        seed=seed,
        validation=parts["val"],
    )
    reports = {}
    ends = np.cumsum([len(part[1]) for part in parts.values()])
    for name, own, asked in zip(parts, np.split(scores, ends[:-1]), np.split(truth, ends[:-1]), strict=True):
        remark = {"train": MEMORY, "val": FLATTERS}.get(name, "")
        said = f"{note} {remark}".strip()
        reports[name] = grade_scores("sgd", classes, known, asked, own, note=said, seed=seed)
    return reports
