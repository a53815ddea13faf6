"""What an export is made of: pictures, their vectors, their map, and the encoder all of it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

if TYPE_CHECKING:
    from contrastive.maps import Map

TOLD = ("title", "artist", "url")
"""Columns beside id, split and labels that are taken along where a data set has them."""


@dataclass(frozen=True, eq=False)
class Contents:
    """Pictures (n), vectors (n, d) and a map of them; a kind of export that needs no map or vectors gets None."""

    known: Known
    dataset: ImageDataset
    vectors: np.ndarray | None = None
    map: Map | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an image: id, split, the label columns (missing ones None), then what else is told of it."""
        columns = ["id", "split", *self.dataset.label_columns]
        columns += [name for name in TOLD if name in self.dataset.table.columns and name not in columns]
        table = self.dataset.table[columns].astype(object)
        return table.where(table.notna(), None)

    def about(self) -> dict[str, Any]:
        """Where it comes from, ready for JSON."""
        said: dict[str, Any] = {
            "encoder": self.known.name,
            "dataset": self.dataset.name,
            "fingerprint": self.dataset.fingerprint,
            "images": len(self.dataset),
        }
        if self.map is not None:
            said |= {"method": self.map.method, "seed": self.map.seed, "knobs": self.map.knobs}
        return said
