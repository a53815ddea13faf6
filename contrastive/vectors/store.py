"""Vectors that were kept: data/vectors/NAME with vectors.npy, whose pictures they are, and a card."""

import shutil
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from contrastive.errors import UserError
from contrastive.storage import data_dir, digest, read_json, safe_name, write_json
from contrastive.vectors.reading import Table

if TYPE_CHECKING:
    from contrastive.datasets import ImageDataset


def _folder(name: str = "") -> Path:
    return data_dir() / "vectors" / name


def names() -> list[str]:
    """Names of the tables that were kept, sorted."""
    return sorted(path.parent.name for path in _folder().glob("*/card.json"))


def card(name: str) -> dict[str, Any]:
    """What is known of a table: dataset, fingerprint, rows, dim, source, matched, ignored, hash, path."""
    return {**read_json(_folder(name) / "card.json"), "path": _folder(name)}


def matched(table: Table, dataset: "ImageDataset") -> tuple[np.ndarray, int]:
    """The vectors (n, d) in the order of the pictures, and how many rows belong to none of them.

    By id; a table without ids has to have a row for every picture, in their order. Raises UserError when a picture
    has no vector, or one with values that are not numbers.
    """
    wanted, count = pd.Index(dataset.table["id"].astype(str)), len(dataset)
    if table.ids is None:
        if len(table.vectors) != count:
            raise UserError(
                f"{table.source} has {len(table.vectors):,} rows and {dataset.name} {count:,} pictures.",
                "Without ids, row k belongs to picture k; add a CSV with a column id that says whose each row is.",
            )
        vectors, ignored = table.vectors, 0
    else:
        rows = pd.Index(table.ids).get_indexer(wanted)
        if missing := int((rows < 0).sum()):
            raise UserError(
                f"{missing:,} of the {count:,} pictures of {dataset.name} have no vector in {table.source}.",
                f"The first is {wanted[int((rows < 0).argmax())]!r}; the table has {table.ids[0]!r}, for example. "
                "The ids are in the table of the Data set page, to download.",
            )
        vectors, ignored = table.vectors[rows], len(table.ids) - len(np.unique(rows))
    if bad := int((~np.isfinite(vectors).all(axis=1)).sum()):
        raise UserError(
            f"{bad:,} of the {count:,} vectors hold values that are not numbers or too large.", "Make them again."
        )
    return vectors, ignored


def add(name: str, dataset: "ImageDataset", table: Table, *, data: str = "") -> str:
    """Keep a table for a data set under `name`; returns the name.

    `data` is what the data set is loaded by, where that is more than its name. Raises UserError for a name that is
    taken, and as `matched` does.
    """
    from contrastive import catalogue

    safe_name(name, what="table of vectors")
    if any(known.name == name for known in catalogue.all_known()):
        raise UserError(f"There is already an encoder called {name!r}.", "Choose another name.")
    vectors, ignored = matched(table, dataset)
    folder = _folder(name)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "vectors.npy", vectors)
    np.save(folder / "digests.npy", dataset.digests)
    write_json(folder / "ids.json", dataset.table["id"].astype(str).tolist())
    record = {
        "dataset": data or dataset.name,
        "fingerprint": dataset.fingerprint,
        "rows": len(vectors),
        "dim": vectors.shape[1],
        "source": table.source,
        "matched": "by order" if table.ids is None else "by id",
        "ignored": ignored,
        "hash": digest("vectors 1", str(vectors.shape), vectors.tobytes()),
    }
    # The card comes last: without it the table is not there.
    write_json(folder / "card.json", record)
    return name


def remove(name: str) -> None:
    """Delete a table of vectors."""
    if name not in names():
        raise UserError(f"There is no table of vectors called {name!r}.")
    (_folder(name) / "card.json").unlink()
    shutil.rmtree(_folder(name))


def serves(name: str, dataset: "ImageDataset") -> bool:
    """Whether a table has a vector for every picture of a data set, whole or a part."""
    return _rows(name, dataset) is not None


def vectors_of(name: str, dataset: "ImageDataset") -> np.ndarray:
    """The vectors (n, d) float32 of a data set or a part of one; UserError where some picture has none."""
    rows = _rows(name, dataset)
    if rows is None:
        raise UserError(
            f"{name} is a table of vectors of {card(name)['dataset']}; it has none for these pictures.",
            "Choose that data set, or another encoder.",
        )
    vectors = np.load(_folder(name) / "vectors.npy", mmap_mode="r")
    return vectors if len(rows) == len(vectors) and (np.diff(rows) == 1).all() else np.asarray(vectors[rows])


def _rows(name: str, dataset: "ImageDataset") -> np.ndarray | None:
    """The row of each picture: the same id and pixels, whatever its labels are now. None if one is absent."""
    known = card(name)
    if known["fingerprint"] == dataset.fingerprint:
        return np.arange(known["rows"])
    ids, places, digests = _pictures(known["path"], (known["path"] / "card.json").stat().st_mtime_ns)
    found = ids.get_indexer(pd.Index(dataset.table["id"].astype(str)))
    rows = places[found]
    same = (found >= 0).all() and np.array_equal(digests[rows], dataset.digests)
    return rows if same else None


@lru_cache(maxsize=8)
def _pictures(folder: Path, _changed: int) -> tuple[pd.Index, np.ndarray, np.ndarray]:
    """Each id once, the row where it stands first, and the digests of all rows."""
    ids = pd.Index(read_json(folder / "ids.json"))
    places = np.flatnonzero(~ids.duplicated())
    return ids[places], places, np.load(folder / "digests.npy")
