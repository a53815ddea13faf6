"""Selections as files: a table as CSV or Parquet, a zip of the pictures, and the way back from each of them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from contrastive.datasets.texts import MAX_BYTES, as_text, rows_of
from contrastive.errors import UserError

if TYPE_CHECKING:
    from contrastive.datasets import ImageDataset

LISTED = "selection.csv"
EXPORTED = "Export a selection from the map to see the form."


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
        archive.writestr(LISTED, table.to_csv(index=False).encode())
    return buffer.getvalue()


def from_file(raw: bytes, dataset: ImageDataset) -> tuple[np.ndarray, int]:
    """The rows (m,) of the pictures that a file names, ascending, and how many of its ids are strangers.

    A CSV or a Parquet table with a column `id`, or the zip of a selection. Errors: UserError for a file that is none
    of them, and for one that names none of these pictures.
    """
    if raw.startswith(b"PAR1"):
        asked = _ids_of_parquet(raw)
    elif raw.startswith(b"PK"):
        asked = _ids_of_csv(_list_in_zip(raw))
    else:
        asked = _ids_of_csv(raw)
    rows = np.flatnonzero(dataset.table["id"].astype(str).isin(asked))
    if not len(rows):
        raise UserError(
            f"None of the {len(asked):,} ids in the file is a picture of this data set.",
            "Choose the data set it was exported from.",
        )
    return rows, len(asked) - len(set(dataset.table["id"].astype(str).iloc[rows]))


def _ids_of_csv(raw: bytes) -> set[str]:
    text = as_text(raw, "The selection")
    for delimiter in ",;\t":
        header, *body = rows_of(text, "The selection", delimiter) or [[]]
        names = [name.lower() for name in header]
        if "id" in names:
            column = names.index("id")
            return {row[column] for row in body if len(row) > column and row[column]}
    raise UserError("The file has no column called id.", EXPORTED)


def _ids_of_parquet(raw: bytes) -> set[str]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(raw))
        if "id" not in file.schema_arrow.names:
            raise UserError("The file has no column called id.", EXPORTED)
        ids = file.read(columns=["id"]).column("id").to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise UserError("The selection is damaged: it is no Parquet file that can be read.", EXPORTED) from error
    return {str(id) for id in ids if id is not None}


def _list_in_zip(raw: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(LISTED) as file:
            # No more than a list may have: what a zip says of its sizes need not be true.
            return file.read(MAX_BYTES + 1)
    except KeyError as error:
        raise UserError(f"The zip holds no {LISTED}, which names the pictures of a selection.", EXPORTED) from error
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, zlib.error) as error:
        raise UserError("The selection is damaged: it is no zip that can be read.", EXPORTED) from error


def _table(dataset: ImageDataset, rows: Sequence[int], points: np.ndarray | None) -> pd.DataFrame:
    places = np.asarray(rows, dtype=np.int64)
    table = dataset.table.iloc[places].reset_index(drop=True)
    if points is not None:
        table = table.assign(**dict(zip("xyz", np.asarray(points)[places].T, strict=False)))
    return table
