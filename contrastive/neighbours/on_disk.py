"""Cosine search in a file of vectors that is larger than the memory: read once from one end to the other a search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from contrastive.errors import UserError
from contrastive.neighbours.best import best
from contrastive.neighbours.rows import unit_rows

ROWS = 2**15
"""Vectors in memory at a time: of 256 numbers each, 32 MiB."""


class OnDisk:
    """The vectors (n, d) float32 of an .npy file, searched where they lie.

    Answers as `Index` does where it is exact: the same rows, scores and errors; the time is that of reading the file,
    so many queries at once cost little more than one.
    """

    recall: float | None = None
    """It is always exact."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with open(path, "rb") as file:
            version = np.lib.format.read_magic(file)
            header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, columns_first, kind = header(file)
            self.start = file.tell()
        if len(shape) != 2 or 0 in shape or columns_first or kind != np.float32:
            raise UserError(f"{path.name} is not a table of vectors (n, d) float32.", "Embed the data set again.")
        self.shape: tuple[int, int] = (int(shape[0]), int(shape[1]))

    @classmethod
    def of(cls, vectors: np.ndarray) -> OnDisk:
        """The same for vectors that are mapped from a whole .npy file."""
        path = getattr(vectors, "filename", None)
        if path is None:
            raise UserError("These vectors lie in no file.", "Embed the data set again.")
        return cls(Path(path))

    def __len__(self) -> int:
        return self.shape[0]

    def search(
        self, queries: np.ndarray, k: int, *, exclude: Sequence[int] | np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The k most similar rows for each of queries (m, d): scores (m, k) float32, row numbers (m, k) int64.

        exclude: (m,) one row number for each query that is never returned for it, -1 for none. Raises UserError for
        NaN, a wrong width or k below 1.
        """
        asked = unit_rows(queries)
        n, width = self.shape
        if asked.shape[1] != width:
            raise UserError(
                f"These embeddings have {asked.shape[1]} numbers each, those of the file {width}.",
                "Embed both with the same encoder.",
            )
        if k < 1:
            raise UserError(f"Asked for {k} neighbours.", "Ask for at least one.")
        hidden = np.full(len(asked), -1) if exclude is None else np.asarray(exclude, dtype=np.int64)
        k = min(k, n - int((hidden >= 0).any()))
        scores = np.empty((len(asked), 0), np.float32)
        places = np.empty((len(asked), 0), np.int64)
        room = np.empty((min(ROWS, n), width), np.float32)
        with open(self.path, "rb", buffering=0) as file:
            file.seek(self.start)
            for first in range(0, n, ROWS):
                block = room[: min(ROWS, n - first)]
                if file.readinto(block.data.cast("B")) != block.nbytes:
                    raise UserError(f"{self.path.name} is shorter than it says.", "Embed the data set again.")
                lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
                if not np.isfinite(lengths).all():
                    raise UserError("The embeddings contain NaN or infinite values.", "Embed the data set again.")
                # A vector of zeros has no direction: it scores 0 against everything.
                cosines = asked @ block.T / np.where(lengths > 0, lengths, 1)
                inside = np.flatnonzero((hidden >= first) & (hidden < first + len(block)))
                cosines[inside, hidden[inside] - first] = -np.inf
                found, rows = best(cosines, min(k, len(block)))
                # Earlier rows stand first, so that equal scores keep the order of the rows.
                scores = np.concatenate([scores, found], axis=1)
                places = np.concatenate([places, rows + first], axis=1)
                scores, kept = best(scores, min(k, scores.shape[1]))
                places = np.take_along_axis(places, kept, axis=1)
        return scores, places
