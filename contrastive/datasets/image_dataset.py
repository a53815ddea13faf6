"""ImageDataset: images of one size in one array, a table with one row an image, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from PIL import Image

from contrastive.errors import UserError
from contrastive.room import room

if TYPE_CHECKING:
    from torch import Tensor

SPLITS = ("train", "val", "test")


def gather(pixels: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """The images at `indices` (n, c, h, w): in memory, or in a nameless file on disk when over the budget."""
    gathered = room((len(indices), *pixels.shape[1:]), np.uint8)
    for start in range(0, len(indices), 512):
        gathered[start : start + 512] = pixels[indices[start : start + 512]]
    return gathered


class ImageDataset:
    """Images (n, c, h, w) uint8 with a table of ids, splits and label columns.

    `pixels` is a NumPy array in memory, or a memory-mapped file when large; `images` is the same memory as a torch
    tensor, made when first asked for, so that a page can show a gallery without importing torch.
    """

    def __init__(
        self,
        name: str,
        *,
        pixels: np.ndarray,
        digests: np.ndarray,
        table: pd.DataFrame,
        classes_of: dict[str, list[str]],
        target: str,
        card: dict[str, Any] | None = None,
        opener: Callable[[str], Image.Image] | None = None,
    ) -> None:
        """`digests` (n, 16) uint8 are content hashes of the images; `classes_of` names each label column."""
        self.name = name
        self.pixels = pixels
        self.digests = digests
        self.table = table.reset_index(drop=True)
        self.classes_of = classes_of
        self.target = target
        self.card = card or {}
        self._opener = opener

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return f"ImageDataset({self.name!r}, {len(self)} images, {self.channels}x{self.size}x{self.size})"

    @property
    def channels(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def size(self) -> int:
        return int(self.pixels.shape[-1])

    @property
    def label_columns(self) -> list[str]:
        """Names of the columns that hold labels; empty for an unlabelled set."""
        return list(self.classes_of)

    @property
    def classes(self) -> list[str]:
        """Class names of the target column, in the order of the label numbers."""
        return self.classes_of.get(self.target, [])

    @cached_property
    def images(self) -> Tensor:
        """uint8 (n, c, h, w); shares memory with `pixels`."""
        import torch

        # Memory maps of prepared files are copy-on-write, which torch accepts and the file never sees.
        return torch.from_numpy(self.pixels)

    @cached_property
    def fingerprint(self) -> str:
        """Content hash (32 hex digits): same images in the same order, same labels -> same string."""
        state = hashlib.blake2b(digest_size=16)
        state.update(repr((self.pixels.shape[1:], self.target, self.classes_of)).encode())
        state.update(np.ascontiguousarray(self.digests).tobytes())
        for column in self.label_columns:
            state.update(self.codes(column).tobytes())
        return state.hexdigest()

    def codes(self, column: str | None = None) -> np.ndarray:
        """Labels (n,) int64 of a column, -1 where there is none; all -1 for an unlabelled set."""
        column = column or self.target
        if not self.classes_of and column == self.target:
            return np.full(len(self), -1, dtype=np.int64)
        if column not in self.classes_of:
            known = ", ".join(self.label_columns) or "none: it is unlabelled"
            raise UserError(f"{self.name} has no label column {column!r}.", f"Its label columns: {known}.")
        kind = pd.CategoricalDtype(self.classes_of[column])
        return self.table[column].astype(kind).cat.codes.to_numpy(dtype=np.int64)

    def labels(self, column: str | None = None) -> Tensor:
        """The same as a torch tensor (n,) int64."""
        import torch

        return torch.from_numpy(self.codes(column).copy())

    def rows(self, split: str | None = None) -> np.ndarray:
        """Row numbers of a split ("train", "val", "test"), or of everything for None or "all"."""
        if split in (None, "all"):
            return np.arange(len(self))
        if split not in SPLITS:
            raise UserError(f"There is no split {split!r}.", "Use train, val, test or all.")
        return np.flatnonzero((self.table["split"] == split).to_numpy())

    def split(self, name: str) -> ImageDataset:
        """The images of one split."""
        return self.subset(self.rows(name))

    def subset(self, indices: Sequence[int] | np.ndarray) -> ImageDataset:
        """The images at `indices`, in that order, with the same columns and class names."""
        indices = np.asarray(indices, dtype=np.int64)
        contiguous = len(indices) > 0 and np.array_equal(indices, np.arange(indices[0], indices[0] + len(indices)))
        # A contiguous range stays a view of the same memory.
        whole = slice(int(indices[0]), int(indices[-1]) + 1) if contiguous else None
        return ImageDataset(
            self.name,
            pixels=gather(self.pixels, indices) if whole is None else self.pixels[whole],
            digests=self.digests[indices],
            table=self.table.iloc[indices],
            classes_of=self.classes_of,
            target=self.target,
            card=self.card,
            opener=self._opener,
        )

    def limit(self, count: int | None, *, seed: int = 0) -> ImageDataset:
        """At most `count` images, drawn without replacement, in their own order."""
        if count is None or count >= len(self):
            return self
        return self.subset(np.sort(np.random.default_rng(seed).permutation(len(self))[:count]))

    def per_class(self, k: int, *, seed: int) -> ImageDataset:
        """`k` images of every class of the target (all of a smaller class), drawn by `seed`."""
        rng, codes = np.random.default_rng(seed), self.codes()
        picked = [rng.permutation(np.flatnonzero(codes == c))[:k] for c in range(len(self.classes))]
        return self.subset(np.sort(np.concatenate(picked)) if picked else [])

    def picture(self, i: int) -> Image.Image:
        """Image `i` at the set's own size, as the encoder sees it."""
        array = np.asarray(self.pixels[i]).transpose(1, 2, 0)
        return Image.fromarray(array[..., 0] if self.channels == 1 else array)

    def open(self, i: int) -> Image.Image:
        """Image `i` at its original resolution where there is one, else at the set's size."""
        return self._opener(str(self.table["id"].iloc[i])) if self._opener else self.picture(i)
