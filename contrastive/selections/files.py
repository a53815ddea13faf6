"""Selections as files: a table as CSV or Parquet, a zip of the pictures, and the way back from the CSV."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from contrastive.datasets.texts import as_text, rows_of
from contrastive.errors import UserError

if TYPE_CHECKING:
    from contrastive.datasets import ImageDataset


def share_table(codes: np.ndarray, classes: Sequence[str], chosen: np.ndarray) -> pd.DataFrame:
    """Columns class, pictures, in selection, in all, ratio: one row a class of the selection or of the rest.

    codes (n,), -1 = unlabelled, which counts as a class of its own; `chosen` (n,) booleans. Shares are of 1; a class
    that is twice as frequent in the selection as in all pictures has the ratio 2. The highest ratio comes first.
    """
    names = [*classes, "unlabelled"]
    every = np.bincount(np.where(codes < 0, len(classes), codes), minlength=len(names))
    inside = np.bincount(np.where(codes < 0, len(classes), codes)[chosen], minlength=len(names))
    table = pd.DataFrame({"class": names, "pictures": inside})
    table["in selection"] = inside / max(1, inside.sum())
    table["in all"] = every / max(1, every.sum())
    table = table[every > 0]
    table["ratio"] = table["in selection"] / table["in all"]
    return table.sort_values("ratio", ascending=False, kind="stable", ignore_index=True)


def as_csv(dataset: ImageDataset, rows: Sequence[int], points: np.ndarray | None = None) -> bytes:
    """What is known of the pictures in `rows`, and their places on a map (n, 2 or 3), as UTF-8 CSV."""
    return _table(dataset, rows, points).to_csv(index=False).encode()


def as_parquet(
    dataset: ImageDataset, rows: Sequence[int], points: np.ndarray | None = None, vectors: np.ndarray | None = None
) -> bytes:
    """The same as Parquet, with the vectors (n, d) as a column of lists of float32."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(_table(dataset, rows, points), preserve_index=False)
    if vectors is not None:
        part = np.asarray(vectors[np.asarray(rows, dtype=np.int64)], np.float32)
        lists = pa.FixedSizeListArray.from_arrays(pa.array(part.ravel()), part.shape[1])
        table = table.append_column("vector", lists)
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def as_zip(dataset: ImageDataset, rows: Sequence[int]) -> bytes:
    """The pictures at their original resolution, numbered in order, and `selection.csv`, which names them by id."""
    buffer = io.BytesIO()
    # Pictures are compressed already.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        names = []
        for number, row in enumerate(rows, start=1):
            picture = dataset.open(int(row)).convert("RGB")
            small = max(picture.size) <= 128
            tail = re.sub(r"[^\w-]+", "-", str(dataset.table["id"].iloc[row]).rpartition("/")[2].partition(".")[0])
            names.append(f"{number:05d}-{tail[:60].strip('-')}.{'png' if small else 'jpg'}")
            content = io.BytesIO()
            picture.save(content, "PNG" if small else "JPEG", quality=95)
            archive.writestr(names[-1], content.getvalue())
        table = _table(dataset, rows, None)
        table.insert(0, "file", names)
        archive.writestr("selection.csv", table.to_csv(index=False).encode())
    return buffer.getvalue()


def from_csv(raw: bytes, dataset: ImageDataset) -> tuple[np.ndarray, int]:
    """The rows (m,) of the pictures that a CSV names in its column `id`, ascending, and how many ids are strangers.

    Errors: UserError for a file that is no table with such a column, or names none of these pictures.
    """
    text = as_text(raw, "The selection")
    for delimiter in ",;\t":
        header, *body = rows_of(text, "The selection", delimiter) or [[]]
        if "id" in [name.strip().lower() for name in header]:
            break
    else:
        raise UserError("The file has no column called id.", "Export a selection from the map to see the form.")
    column = [name.strip().lower() for name in header].index("id")
    asked = {row[column] for row in body if len(row) > column and row[column]}
    rows = np.flatnonzero(dataset.table["id"].astype(str).isin(asked))
    if not len(rows):
        raise UserError(
            f"None of the {len(asked):,} ids in the file is a picture of this data set.",
            "Choose the data set it was exported from.",
        )
    return rows, len(asked) - len(set(dataset.table["id"].astype(str).iloc[rows]))


def _table(dataset: ImageDataset, rows: Sequence[int], points: np.ndarray | None) -> pd.DataFrame:
    places = np.asarray(rows, dtype=np.int64)
    table = dataset.table.iloc[places].reset_index(drop=True)
    if points is not None:
        table = table.assign(**dict(zip("xyz", np.asarray(points)[places].T, strict=False)))
    return table
