"""Parquet: one row a picture with labels, place on the map and vector; opens in pandas, DuckDB, Embedding Atlas."""

from __future__ import annotations

import io
import json

import numpy as np

from contrastive.export.contents import Contents


def parquet(contents: Contents) -> bytes:
    """Columns id, split, labels, title, artist, url, x, y[, z] (float32) and embedding (list of float32).

    The file's metadata tell under the key "contrastive" where it comes from. Vectors and map are needed.
    """
    import pyarrow as pa
    from pyarrow import parquet as files

    assert contents.vectors is not None
    assert contents.map is not None
    columns = {name: pa.array(list(column), pa.string()) for name, column in _texts(contents)}
    for axis, name in zip(contents.map.points.T, "xyz", strict=False):
        columns[name] = pa.array(np.ascontiguousarray(axis, np.float32))
    vectors = np.ascontiguousarray(contents.vectors, np.float32)
    n, d = vectors.shape
    ends = pa.array(np.arange(n + 1, dtype=np.int64) * d, pa.int64())
    columns["embedding"] = pa.LargeListArray.from_arrays(ends, pa.array(vectors.reshape(-1)))
    if n * d < 2**31:
        # What other programs know best.
        columns["embedding"] = columns["embedding"].cast(pa.list_(pa.float32()))
    table = pa.table(columns).replace_schema_metadata({"contrastive": json.dumps(contents.about())})
    buffer = io.BytesIO()
    files.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _texts(contents: Contents) -> list[tuple[str, list[str | None]]]:
    table = contents.table
    return [(name, [None if value is None else str(value) for value in table[name]]) for name in table.columns]
