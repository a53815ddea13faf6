"""Map: a layout of embeddings that stays where it is while new points are put on it."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np

from contrastive.errors import UserError
from contrastive.maps.knobs import Knob
from contrastive.maps.pca import PCA
from contrastive.maps.tsne import TSNE
from contrastive.maps.umap import UMAP
from contrastive.neighbours import finite_rows
from contrastive.storage import write_bytes


class Layout(Protocol):
    """What a map method is: made from vectors, it draws them once and places others on what was drawn."""

    KNOBS: ClassVar[dict[str, Knob]]

    def __init__(self, vectors: np.ndarray, dims: int, seed: int, knobs: Mapping[str, float]) -> None: ...
    @staticmethod
    def limits(n: int) -> dict[str, float]: ...
    def draw(self, progress: Callable[[float], object] | None = None) -> np.ndarray: ...
    def follow(self, points: np.ndarray) -> np.ndarray: ...
    def place(self, points: np.ndarray, queries: np.ndarray) -> np.ndarray: ...


# To add a method: a class like these in a file of its own, and its name here.
METHODS: dict[str, type[Layout]] = {"tsne": TSNE, "umap": UMAP, "pca": PCA}


@dataclass(eq=False)
class Map:
    """A 2-D or 3-D layout of embeddings.

    points: (n, dims) float32, read-only: they never move. vectors: (n, d) float32, what was laid out.
    knobs: the values used. note: what was changed to make them fit, or "".
    """

    points: np.ndarray
    method: str
    dims: int
    seed: int
    knobs: dict[str, float]
    vectors: np.ndarray = field(repr=False)
    note: str = ""
    # Made when the first point is placed, then kept; a map just fitted brings its own.
    layout: Layout | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.points.setflags(write=False)

    def place(self, vectors: np.ndarray) -> np.ndarray:
        """Where new embeddings belong on this map, (m, d) -> (m, dims) float32, by the method's own rule.

        The same vectors give the same places, also after save and load. Errors: UserError for NaN or a width
        other than d.
        """
        queries = finite_rows(vectors).astype(np.float32)
        if queries.shape[1] != self.vectors.shape[1]:
            raise UserError(
                f"These embeddings have {queries.shape[1]} numbers each, the map's {self.vectors.shape[1]}.",
                "Embed them with the encoder the map was made with.",
            )
        if not len(queries):
            return np.empty((0, self.dims), np.float32)
        if self.layout is None:
            self.layout = METHODS[self.method](self.vectors, self.dims, self.seed, self.knobs)
        return self.layout.place(self.points, queries).astype(np.float32)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write points and settings, not the vectors, to an .npz without pickles; in whole or not at all."""
        about = {name: getattr(self, name) for name in ("method", "dims", "seed", "knobs", "note")}
        content = io.BytesIO()
        np.savez_compressed(content, points=self.points, about=json.dumps(about), mean=_mean(self.vectors))
        write_bytes(Path(path), content.getvalue())

    @classmethod
    def load(cls, path: str | os.PathLike[str], vectors: np.ndarray) -> Map:
        """Read what `save` wrote; `vectors` are the embeddings the map was made from, for placing others.

        Errors: UserError for a file that is no map, or vectors that are not the map's.
        """
        rows = finite_rows(vectors).astype(np.float32)
        try:
            # From memory, because numpy leaves a damaged file open.
            with np.load(io.BytesIO(Path(path).read_bytes()), allow_pickle=False) as stored:
                points, mean, about = stored["points"], stored["mean"], json.loads(str(stored["about"]))
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
            raise UserError(f"{Path(path).name} is not a saved map.", "Make the map again.") from error
        # A tenth of a standard deviation: another encoder is far outside, another machine's rounding inside.
        close = (len(points), len(mean)) == rows.shape and np.allclose(
            mean, _mean(rows), rtol=0, atol=0.1 * float(rows.std()) + 1e-12
        )
        if not close:
            raise UserError(f"{Path(path).name} is a map of other embeddings.", "Give those it was made from.")
        return cls(points=points, vectors=rows, **about)


def _mean(vectors: np.ndarray) -> np.ndarray:
    """(d,): enough to recognise the embeddings a map was made from."""
    return vectors.mean(axis=0, dtype=np.float64)
