"""In which order pictures hang on a wall: each beside one that the encoder finds like it, where a map is at hand."""

from pathlib import Path

import numpy as np

from _ui import loading
from contrastive import catalogue
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.maps import KNOBS

METHODS = ("tsne", "umap", "pca")


def drawn(known: Known, images: ImageDataset) -> Path | None:
    """The file of a map that was drawn before; None where none was."""
    for method in METHODS:
        knobs = {name: knob.default for name, knob in KNOBS[method].items()}
        place = loading.map_file(known, catalogue.map_name(known, images, method, 2, 0, knobs))
        if place is not None:
            return place
    return None


def read(place: Path) -> np.ndarray:
    """Points (n, 2) of such a file."""
    with np.load(place) as stored:
        return np.asarray(stored["points"])


def places(known: Known, images: ImageDataset) -> np.ndarray | None:
    """Points (n, 2) of a map that was drawn before; None where none was, because a wall is not worth drawing one."""
    place = drawn(known, images)
    return None if place is None else read(place)


def in_order(points: np.ndarray) -> np.ndarray:
    """(n,) the order of a walk over points (n, 2): from the leftmost always on to the nearest not yet seen."""
    left = list(range(len(points)))
    walk = [left.pop(int(points[:, 0].argmin()))] if left else []
    while left:
        away = ((points[left] - points[walk[-1]]) ** 2).sum(axis=1)
        walk.append(left.pop(int(away.argmin())))
    return np.array(walk, dtype=int)
