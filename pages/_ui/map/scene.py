"""The scene that the parts of the page share: which pictures hang on the map, where, and who their neighbours are."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from _ui import background, loading
from contrastive import datasets
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

if TYPE_CHECKING:
    from contrastive.aspects import Neighbourhood
    from contrastive.maps import Map

MOST = {"pca": 100_000}
"""Pictures on one map; the other methods take minutes above their 20,000."""
PATIENCE = 1.0
"""Seconds that the first drawing waits for the neighbours; afterwards they join with the next one."""


@dataclass(frozen=True)
class Wish:
    """Which map: method, dims, seed and the values of its knobs."""

    method: str
    dims: int
    seed: int
    knobs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Scene:
    """`part` is what hangs on the map: all of `images`, or a sample whose row numbers in it are `rows` (n,)."""

    images: ImageDataset
    part: ImageDataset
    rows: np.ndarray
    known: Known
    wish: Wish
    made: "Map"

    @property
    def key(self) -> str:
        """Names encoder and pictures."""
        return f"{self.known.hash(self.part)} {self.part.fingerprint}"

    @property
    def vectors(self) -> np.ndarray:
        """(n, d): the embedding of `part`."""
        return loading.vectors(self.known, self.part)

    def neighbourhood(self, *, wait: bool) -> "Neighbourhood | None":
        """The neighbours of every picture; None while they are not found yet, unless told to wait."""
        vectors = self.vectors

        def steps() -> Any:
            from contrastive.aspects import neighbourhood

            yield neighbourhood(vectors)

        began = time.monotonic()
        while not (found := background.work(f"neighbourhood {self.key}", steps)).done:
            if not wait and time.monotonic() - began > PATIENCE:
                return None
            time.sleep(0.01)
        return found.found[0]

    def nearest(self, row: int, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows and cosines of the k pictures on the map that are most like one of them."""
        index = loading.index(self.key, self.vectors)
        scores, rows = index.search(np.asarray(self.vectors[row])[None], k, exclude=np.array([row]))
        return rows[0], scores[0]

    def name(self, row: int) -> str:
        """The title of a picture, else its id."""
        record = self.part.table.iloc[row]
        title = record.get("title")
        return title if isinstance(title, str) and title else str(record["id"])


def sample(images: ImageDataset, method: str) -> tuple[ImageDataset, np.ndarray]:
    """At most as many of the pictures as a map can take, and their row numbers."""
    most = MOST.get(method, 20_000)
    if len(images) <= most:
        return images, np.arange(len(images))
    part = _limited(images.fingerprint, most, images)
    # The route of the thumbnails looks pictures up by the fingerprint of what is shown.
    datasets.remember(part)
    return part, np.flatnonzero(images.table["id"].isin(part.table["id"]))


@st.cache_resource(max_entries=2, show_spinner="Drawing a sample")
def _limited(fingerprint: str, most: int, _images: ImageDataset) -> ImageDataset:
    return _images.limit(most)
