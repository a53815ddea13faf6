"""The report itself: a probe learns from the training pictures and answers for the chosen split, once."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from _ui import loading
from _ui.report.choices import Choice
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.embed import project
from contrastive.evaluate import Probe, Report
from contrastive.evaluate.examine import MEMORY
from contrastive.health import health
from contrastive.runs import Run


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read: vectors (n, d) of all pictures, the rows (m,) that were asked, their true class numbers (m,).

    `name` names encoder, data and choice: two readings of one name are the same.
    """

    images: ImageDataset
    known: Known
    choice: Choice
    name: str
    vectors: np.ndarray
    rows: np.ndarray
    truth: np.ndarray

    @property
    def classes(self) -> list[str]:
        """Names of the class numbers."""
        return self.images.classes_of[self.choice.column]


def look(images: ImageDataset, known: Known, choice: Choice) -> Reading:
    """The vectors and labels of a choice, embedding the pictures if that was never done."""
    vectors, name = loading.vectors(known, images), f"{known.hash(images)} {images.fingerprint}"
    if choice.after_head:
        name += " after the head"
        vectors = _projected(name, known.name, vectors)
    rows = images.rows(choice.split)
    name += f" {choice.column} {choice.split}"
    return Reading(images, known, choice, name, vectors, rows, images.codes(choice.column)[rows])


def read(reading: Reading, probe: str | None = None) -> Report:
    """The report of a probe, written as on the command line; the chosen one unless told."""
    return _graded(reading.name, probe or reading.choice.probe, reading)


@st.cache_data(max_entries=64, show_spinner=False)
def signs_of(name: str, _vectors: np.ndarray) -> dict[str, float]:
    """Health of the vectors of up to five hundred pictures."""
    return health(_vectors[:: max(1, len(_vectors) // 500)])


@st.cache_data(max_entries=64, show_spinner=False)
def _graded(name: str, probe: str, _reading: Reading) -> Report:
    images, vectors, column = _reading.images, _reading.vectors, _reading.choice.column
    train, val, asked = images.rows("train"), images.rows("val"), Probe.read(probe)
    codes = images.codes(column)
    held = (vectors[val], codes[val]) if (codes[val] >= 0).any() else None
    report = asked(
        vectors[train], codes[train], vectors[_reading.rows], _reading.truth, _reading.classes, validation=held
    )
    if asked.name != "kmeans" and _reading.choice.split == "train":
        return replace(report, note=" ".join(filter(None, [report.note, MEMORY])))
    return report


@st.cache_resource(max_entries=4, show_spinner=False)
def _projected(name: str, run: str, _vectors: np.ndarray) -> np.ndarray:
    """What the head of a run makes of its vectors."""
    return project(Run.open(run), _vectors)
