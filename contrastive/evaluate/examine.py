"""Examine: from an encoder and pictures to a report, whatever the probe needs: vectors, projections or pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from contrastive import catalogue
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.embed import embed, project
from contrastive.errors import UserError
from contrastive.evaluate.finetuning import finetune
from contrastive.evaluate.report import Report
from contrastive.evaluate.spec import Probe
from contrastive.runs import Run

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

Source = Union[str, Known, "Encoder"]
Progress = Callable[[int, int], None]
MEMORY = "The classifier learned from these very images: this is memory, not reading."
FLATTERS = "These images also chose the epoch, which flatters."


def vectors_of(
    source: Source, dataset: ImageDataset, *, after_head: bool = False, progress: Progress | None = None
) -> np.ndarray:
    """Vectors (n, d) of every image: representations h, or projections z when asked for them `after_head`.

    Raises UserError for an encoder that has no projection head.
    """
    known = catalogue.find(source) if isinstance(source, str) else source
    vectors = np.asarray(embed(known, dataset, progress=progress))
    if not after_head:
        return vectors
    if not isinstance(known, Known) or known.kind != "run":
        name = known.name
        raise UserError(f"No projection head was kept of {name}.", "Only a run of your own has one to look behind.")
    return project(Run.open(known.name), vectors)


def examine(
    source: Source,
    probe: str | Mapping[str, Any] | Probe,
    train: ImageDataset,
    test: ImageDataset,
    *,
    validation: ImageDataset | None = None,
    column: str | None = None,
    after_head: bool = False,
    progress: Progress | None = None,
) -> Report:
    """How well a probe that learned from `train` names the images of `test`, seen through an encoder.

    `probe`: as `Probe.read` takes it. `validation` lets sgd and finetune choose their epoch. The note of the report
    says when test images are those that were learned from, or that chose. Errors: UserError as for the probes.
    """
    probe = Probe.read(probe)
    if validation is not None and not len(validation):
        validation = None
    if probe.name == "finetune":
        if after_head:
            raise UserError("Fine-tuning stands on the encoder, not behind its head.", "Leave the head out.")
        known = catalogue.find(source) if isinstance(source, str) else source
        encoder = known.load(test) if isinstance(known, Known) else known
        report = finetune(
            encoder, train, test, column=column, validation=validation, progress=progress, **probe.options
        )
    else:
        classes = test.classes_of.get(column or test.target, [])
        asked, b = test.codes(column), vectors_of(source, test, after_head=after_head, progress=progress)
        a, held = b, None
        if probe.name != "kmeans":
            a = vectors_of(source, train, after_head=after_head, progress=progress)
        if probe.name == "sgd" and validation is not None:
            held = vectors_of(source, validation, after_head=after_head, progress=progress), validation.codes(column)
        report = probe(a, train.codes(column), b, asked, classes, validation=held)
    notes = [report.note]
    if probe.name != "kmeans" and train.fingerprint == test.fingerprint:
        notes.append(MEMORY)
    if probe.name in ("sgd", "finetune") and validation and validation.fingerprint == test.fingerprint:
        notes.append(FLATTERS)
    return replace(report, note=" ".join(filter(None, notes)))
