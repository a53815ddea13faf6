"""What the labels look like: classes too large or too small, and labels that the neighbours contradict."""

from __future__ import annotations

from typing import Any

import numpy as np

from contrastive.counted import counted
from contrastive.datasets import ImageDataset
from contrastive.datasets.image_dataset import SPLITS
from contrastive.neighbours import tally
from contrastive.quality.findings import found

VOTERS = 20
LEAD = 0.4
"""By how much of the vote another label has to lead; see docs/results.md for what that finds."""
AGREEING_AT_LEAST = 0.5
TINY_BELOW = 10


def balance(dataset: ImageDataset) -> tuple[list[dict[str, Any]], list[str]]:
    """Findings `majority` and `tiny` of the target column, and notes. They concern classes: their id is empty."""
    codes, classes = dataset.codes(), dataset.classes
    if not classes or not (codes >= 0).any():
        return [], ["No labels: classes and label suspects cannot be checked."]
    counts = np.bincount(codes[codes >= 0], minlength=len(classes))
    largest, share = int(counts.argmax()), counts.max() / counts.sum()
    rows = []
    if len(classes) > 1 and share > 1.5 / len(classes):
        said = f"{classes[largest]}: always answering it is right {share:.0%} of the time."
        rows.append(found("majority", said, share))
    for name, count in zip(classes, counts.tolist(), strict=True):
        if count < TINY_BELOW:
            rows.append(found("tiny", f"{name}: {counted(count, 'picture')}.", count))
            continue
        own = codes == classes.index(name)
        for split in SPLITS:
            part = dataset.rows(split)
            if len(part) and not own[part].any():
                rows.append(found("tiny", f"{name}: no picture in {split}.", 0))
    notes = ["There is one class only: nothing to tell apart."] if len(classes) == 1 else []
    missing = int((codes < 0).sum())
    return rows, [*notes, f"Without any {dataset.target}: {counted(missing, 'picture')}."] if missing else notes


def suspects(
    dataset: ImageDataset, indices: np.ndarray, scores: np.ndarray, cluster: np.ndarray
) -> tuple[list[dict[str, Any]], list[str]]:
    """Findings `label`: the neighbours of a picture vote, copies of itself excepted, and disagree with its label.

    indices, scores (n, k): the neighbours of every picture, itself excluded. cluster (n,): equal numbers for
    copies of one picture, which do not vote for each other. Where the vote meets the labels too rarely to be
    believed, nothing is listed and a note says so.
    """
    codes, classes = dataset.codes(), dataset.classes
    labelled = np.flatnonzero(codes >= 0)
    if len(classes) < 2 or len(labelled) < 3 or not indices.shape[1]:
        return [], []
    # One row past the end stands for nobody, who has no label and no vote.
    voters = np.where(cluster[indices] == cluster[:, None], len(codes), indices)
    nearest = np.argsort(voters == len(codes), axis=1, kind="stable")[:, :VOTERS]
    voters, scores = np.take_along_axis(voters, nearest, 1), np.take_along_axis(scores, nearest, 1)
    shares = tally(np.append(codes, -1), voters, scores, len(classes))
    own = shares[labelled, codes[labelled]]
    shares[labelled, codes[labelled]] = -1
    other = shares[labelled].argmax(1)
    lead = shares[labelled, other] - own
    agreeing = float((lead <= 0).mean())
    if agreeing < AGREEING_AT_LEAST:
        return [], [
            f"The neighbours agree with the labels for only {agreeing:.0%} of the pictures, too few to suspect one. "
            "Check again with an encoder that tells these classes apart."
        ]
    ids = dataset.table["id"].astype(str).to_numpy()
    rows = []
    for place in np.flatnonzero(lead >= LEAD):
        row = labelled[place]
        said = (
            f"Labelled {classes[codes[row]]}; {shares[row, other[place]]:.0%} of the vote is {classes[other[place]]}."
        )
        rows.append(found("label", said, lead[place], row=row, id=ids[row]))
    return rows, [f"The neighbours agree with the labels for {agreeing:.0%} of the pictures."]
