"""UMAP, by umap-learn: neighbours stay neighbours, and the way from group to group shows."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from contrastive.maps.knobs import Knob
from contrastive.maps.pca import start
from contrastive.neighbours import unit_rows

FOLLOW_EPOCHS = 100
"""Of umap-learn's own counting, from where the same images lay before; a map drawn afresh takes 500 of them."""

# numba's fallback thread pool aborts the whole process when two threads enter it at once; pages are threads.
_ALONE = threading.Lock()


class UMAP:
    """Draws the web of nearest neighbours, and keeps its large shape better than t-SNE does.

    Groups are dense, with paths between related ones; empty space between them means little. Angles between
    embeddings count, not lengths. A new image starts among its neighbours and is settled by chance moves from
    a fixed seed: placed in other company it may land a little elsewhere. The first map takes many seconds,
    because the method is compiled then. Source: arXiv:1802.03426.
    """

    KNOBS: ClassVar[dict[str, Knob]] = {
        "n_neighbors": Knob(15, 2, 200, 1, "How many neighbours an image is tied to; more: larger shapes."),
        "min_dist": Knob(0.1, 0.0, 0.99, 0.01, "How near to each other images may be drawn."),
    }

    def __init__(self, vectors: np.ndarray, dims: int, seed: int, knobs: Mapping[str, float]) -> None:
        self.directions, self.dims, self.seed, self.knobs = unit_rows(vectors), dims, seed, knobs
        self.model: Any = None

    @staticmethod
    def limits(n: int) -> dict[str, float]:
        """There are only n - 1 others to be neighbours."""
        return {"n_neighbors": n - 1}

    def draw(self, progress: Callable[[float], object] | None = None) -> np.ndarray:
        """The vectors' own positions, (n, dims); `progress` hears of the epochs, once neighbours are found."""
        with _ALONE:
            self.model = self._fitted(epochs=None, progress=progress)
        return self.model.embedding_

    def follow(self, points: np.ndarray) -> np.ndarray:
        """The vectors' own positions (n, dims), reached from `points`, where the same images lay before."""
        with _ALONE:
            self.model = self._fitted(epochs=FOLLOW_EPOCHS, first=points - points.mean(axis=0))
        return self.model.embedding_

    def place(self, points: np.ndarray, queries: np.ndarray) -> np.ndarray:
        """New positions (m, dims) by umap-learn's transform."""
        with _ALONE:
            if self.model is None:
                # No epochs: only the web of neighbours is made again; the stored points become its layout.
                self.model = self._fitted(epochs=0)
                self.model.n_epochs = None
            self.model.embedding_ = np.array(points)
            # Asked for its own vectors, umap-learn hands out its own points, not a copy.
            return np.array(self.model.transform(unit_rows(queries)))

    def _fitted(
        self,
        epochs: int | None,
        first: np.ndarray | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> Any:
        with warnings.catch_warnings():
            # umap-learn announces on import that its neural variant lacks TensorFlow.
            warnings.filterwarnings("ignore", message="Tensorflow not installed", category=ImportWarning)
            import umap
        if first is None:
            first = start(self.directions, self.dims, self.seed)
        return umap.UMAP(
            n_components=self.dims,
            n_neighbors=int(self.knobs["n_neighbors"]),
            min_dist=self.knobs["min_dist"],
            metric="cosine",
            # Spectral start, the default, fails on few points and on groups without a tie between them.
            init=10 * first / np.abs(first).max(),
            n_epochs=epochs,
            random_state=self.seed,
            transform_seed=self.seed,
            n_jobs=1,  # a seed allows only one, and anything else is a warning
            disconnection_distance=np.inf,  # opposite vectors are far, not unreachable
            tqdm_kwds=_listening(progress) if progress else None,
        ).fit(self.directions)


class _Ear:
    """A file that tqdm writes its bar to; it hands on the share, and what `progress` raises ends the fit."""

    def __init__(self, progress: Callable[[float], object]) -> None:
        self.progress, self.share = progress, 0.0

    def write(self, said: str) -> None:
        share = float(said.strip() or 0) / 100
        if share > self.share:
            self.share = share
            self.progress(share)

    def flush(self) -> None:
        """There is nothing to wait for."""


def _listening(progress: Callable[[float], object]) -> dict[str, Any]:
    """How umap-learn is made to tell how far it is: it hands these to its progress bar."""
    return {"disable": False, "file": _Ear(progress), "bar_format": "{percentage}", "leave": False, "mininterval": 0}
