"""Fine-tuning: a copy of the encoder learns the classes itself, with a linear layer on its representation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.evaluate.descent import chosen_on, descend, shares
from contrastive.evaluate.grading import grade_scores
from contrastive.evaluate.inputs import Count, Positive, Seed, Share, labelled
from contrastive.evaluate.report import Report

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

FEW = 16
"""Batches below this size say too little about means and variances."""


def finetune(
    encoder: Encoder,
    train: ImageDataset,
    test: ImageDataset,
    *,
    blocks: Literal["all", "last"] = "all",
    epochs: Count = 10,
    lr: Positive = 0.0025,
    encoder_share: Share = 0.1,
    weight_decay: Share = 1e-3,
    batch_size: Count = 40,
    sampler: Literal["none", "weighted"] = "none",
    seed: Seed = 0,
    column: str | None = None,
    validation: ImageDataset | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """A copy of the encoder goes on learning with labels: how good a start was it?

    All of it, or its last block only, and a linear layer on h; AdamW, the learning rate falling as in study B. The
    encoder learns at `encoder_share` of the rate, because a layer with random weights would first undo what it
    knows (arXiv:1801.06146, section 3.2). The encoder that is given stays as it is. With a validation set, the epoch
    that reads it best is kept, else the last. Batch-norm keeps its stored statistics in what is not trained, and
    everywhere in batches of fewer than 16 images. `column`: the labels, the set's target unless told. Confidence is
    the probability of the answer. Errors: UserError for too few labels or classes, an encoder without weights, or a
    loss that is no longer a number.
    """
    import torch

    from contrastive.evaluate.classifier import Classifier

    classes = train.classes_of.get(column or train.target, [])
    rows, known = labelled(np.arange(len(train)), train.codes(column))
    asked = test.codes(column)
    if not (asked >= 0).any():
        raise UserError("None of the test images has a label.", "Choose another label column or split.")
    present, targets = np.unique(known, return_inverse=True)
    held = None
    if validation is not None:
        kept = np.flatnonzero(np.isin(validation.codes(column), present))
        if len(kept):
            truth = np.searchsorted(present, validation.codes(column)[kept])
            held = validation.images[torch.from_numpy(kept)], truth

    small = min(batch_size, len(rows)) < FEW
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = Classifier(encoder, len(present), blocks=blocks, stored=small)
        epoch = descend(
            model,
            train.images[torch.from_numpy(rows)],
            targets,
            parts=[(model.encoder, encoder_share), (model.linear, 1.0)],
            epochs=epochs,
            lr=lr,
            weight_decay=weight_decay,
            batch_size=batch_size,
            sampler=sampler,
            seed=seed,
            validation=held,
            progress=progress,
        )
    scores = np.full((len(test), len(classes)), -np.inf)
    scores[:, present] = shares(model, test.images)
    notes = [chosen_on(held, epoch, epochs)]
    if small:
        notes.append(f"Batch-norm kept its stored statistics, because batches have fewer than {FEW} images.")
    return grade_scores("finetune", classes, known, asked, scores, note=" ".join(filter(None, notes)), seed=seed)
