"""Label columns that a person made by selecting pictures, kept on disk beside the data set's other things."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from contrastive.errors import UserError
from contrastive.storage import data_dir, digest, read_json, safe_name, write_json

if TYPE_CHECKING:
    from contrastive.datasets import ImageDataset

OTHERS = "all others"


def columns(dataset: ImageDataset) -> dict[str, np.ndarray]:
    """The kept columns of a data set by name, oldest first: codes (n,) int64, 0 in the selection, 1 not.

    Their classes are the name of the column and `OTHERS`. They belong to exactly these pictures and labels: another
    fingerprint has columns of its own.
    """
    found = sorted(_folder(dataset).glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    kept = {}
    for record in map(read_json, found):
        kept[record["name"]] = np.where(dataset.table["id"].astype(str).isin(record["ids"]), 0, 1)
    return kept


def keep(name: str, dataset: ImageDataset, rows: Iterable[int]) -> None:
    """Keep the pictures in `rows` as the label column `name`; written in one step.

    Errors: UserError for a name that is taken or cannot be one, and for an empty selection.
    """
    name = safe_name(name.strip(), what="label column")
    chosen = dataset.table["id"].astype(str).iloc[sorted(set(rows))].tolist()
    if not chosen:
        raise UserError("No picture is selected.", "Draw around some of them first.")
    if name in {*dataset.table.columns, *columns(dataset), OTHERS}:
        raise UserError(f"There is already a column called {name!r}.", "Choose another name.")
    write_json(_place(dataset, name), {"name": name, "data set": dataset.name, "ids": chosen})


def remove(name: str, dataset: ImageDataset) -> np.ndarray:
    """Delete a kept column and return the rows it held, with which `keep` brings it back."""
    kept = columns(dataset)
    if name not in kept:
        raise UserError(f"There is no kept column called {name!r}.")
    _place(dataset, name).unlink()
    return np.flatnonzero(kept[name] == 0)


def _folder(dataset: ImageDataset) -> Path:
    return data_dir() / "selections" / dataset.fingerprint


def _place(dataset: ImageDataset, name: str) -> Path:
    return _folder(dataset) / f"{digest(name)}.json"
