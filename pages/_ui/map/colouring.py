"""Colour by: any label column, one's own columns, the split, or what the vectors say of every picture."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from _ui.map.scene import Scene
from contrastive import selections
from contrastive.datasets import ImageDataset

STEPS = 32
DERIVED = {
    "prediction": "What the ten nearest other pictures vote for; a picture's own label takes no part.",
    "right or wrong": "Whether that vote meets the label.",
    "cluster": "Groups that k-means finds in the vectors, without a label being shown.",
    "outlier score": "Mean cosine distance to the ten nearest pictures: the higher, the lonelier.",
}


@dataclass(frozen=True, eq=False)
class Colouring:
    """codes (n,) number `classes`, -1 where there is none; `scale` (lowest, highest, name) where they are steps."""

    name: str
    classes: list[str]
    codes: np.ndarray
    scale: tuple[str, str, str] | None = None

    @property
    def labels(self) -> list[str]:
        """The class of each picture in words, "" where there is none."""
        return [self.classes[code] if code >= 0 else "" for code in self.codes.tolist()]


def options(images: ImageDataset) -> list[str]:
    """Names that can be coloured by, the label columns first."""
    plain = [*images.label_columns, *selections.columns(images)]
    labelled = bool(images.classes)
    derived = [name for name in DERIVED if labelled or name not in ("prediction", "right or wrong")]
    return [*plain, *(name for name in ("split", *derived) if name not in plain)]


def colouring(name: str, scene: Scene, groups: int = 10) -> Colouring:
    """What a column says of every picture on the map; `groups` is the number of clusters."""
    part = scene.part
    if name in part.label_columns:
        return Colouring(name, part.classes_of[name], part.codes(name))
    kept = selections.columns(scene.images)
    if name in kept:
        return Colouring(name, [name, selections.OTHERS], kept[name][scene.rows])
    if name == "split":
        splits = [split for split in ("train", "val", "test") if len(part.rows(split))]
        numbers = {split: code for code, split in enumerate(splits)}
        return Colouring(name, splits, np.array([numbers[split] for split in part.table["split"]]))
    if name == "cluster":
        codes = _groups(scene.key, groups, scene.vectors)
        return Colouring(name, [f"cluster {number + 1}" for number in range(groups)], codes)
    with st.spinner("Finding the neighbours of every picture", show_time=True):
        near = scene.neighbourhood(wait=True)
    assert near is not None
    if name == "outlier score":
        return _in_steps(name, near.outlier_scores())
    truth = part.codes()
    said = near.predictions(truth, len(part.classes))
    if name == "prediction":
        return Colouring(name, part.classes, said)
    return Colouring(name, ["right", "wrong"], np.where((truth < 0) | (said < 0), -1, (said != truth).astype(int)))


@st.cache_resource(max_entries=16, show_spinner="Parting the pictures into groups")
def _groups(key: str, groups: int, _vectors: np.ndarray) -> np.ndarray:
    from contrastive.aspects import groups as found

    return found(np.asarray(_vectors), groups)


def _in_steps(name: str, values: np.ndarray) -> Colouring:
    """A continuous value in steps of equal width; the outermost hundredths share the end steps."""
    low, high = np.percentile(values, [1, 99])
    width = max(float(high - low), 1e-9) / STEPS
    codes = np.clip((values - low) / width, 0, STEPS - 1).astype(int)
    names = [f"{name} {low + (step + 0.5) * width:.3f}" for step in range(STEPS)]
    return Colouring(name, names, codes, (f"{low:.3f}", f"{high:.3f}", name))
