"""Vectors in a Parquet file: a column `id`, and one column of lists of numbers or many columns of numbers."""

from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute, parquet

from contrastive.errors import UserError


def of_parquet(raw: bytes, name: str, *, most: int) -> tuple[np.ndarray, list[str]]:
    """The bytes of a Parquet file -> numbers (n, d) and n ids; columns of texts are left out.

    Raises UserError for a file without ids, with more than `most` numbers, or that cannot be read.
    """
    try:
        file = parquet.ParquetFile(pa.BufferReader(raw))
        groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
        # Said by the file before anything is unpacked: a small one can hold very much.
        if sum(group.column(i).num_values for group in groups for i in range(group.num_columns)) > most:
            raise UserError(f"{name} holds more numbers than can be taken.", "Shorten it first.")
        if "id" not in file.schema_arrow.names:
            raise UserError(f"{name} has no column called id.", "Without one nobody knows whose vectors they are.")
        table = file.read()
        ids = table.column(table.schema.names.index("id")).to_pylist()
        if None in ids:
            raise UserError(f"Row {ids.index(None) + 1} of {name} has no id.", "Give every vector one.")
        others = [table.column(i) for i, field in enumerate(table.schema.names) if not _names_rows(field)]
        lists = [column for column in others if pa.types.is_nested(column.type)]
        if len(lists) > 1:
            raise UserError(f"{name} has {len(lists)} columns of lists.", "Keep the one with the vectors.")
        numbers = _of_lists(lists[0], name) if lists else _of_columns(others, len(table))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UserError(f"{name} is not a Parquet file that can be read.", "Write it again.") from error
    return numbers, [str(identity).strip() for identity in ids]


def _names_rows(field: str) -> bool:
    """Whether a column says which row it is; pandas adds one for an index without a name."""
    return field == "id" or field.startswith("__index_level_")


def _of_lists(column: Any, name: str) -> np.ndarray:
    kind = column.type
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    if not is_list or not _is_number(kind.value_type):
        raise UserError(f"The vectors of {name} are {kind}, not lists of numbers.", "Write lists of float32.")
    widths = compute.unique(compute.list_value_length(column)).to_pylist()
    if len(widths) > 1 or column.null_count:
        raise UserError(f"The lists of {name} are not equally long.", "Give every picture a vector of one length.")
    width = widths[0] if widths else 0
    flat = [_as_array(chunk.flatten()) for chunk in column.chunks]
    return np.concatenate(flat).reshape(len(column), width) if flat else np.zeros((0, width))


def _of_columns(columns: list[Any], rows: int) -> np.ndarray:
    numeric = [_as_array(column) for column in columns if _is_number(column.type)]
    return np.column_stack(numeric) if numeric else np.zeros((rows, 0))


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _as_array(column: Any) -> np.ndarray:
    """A column as numbers; a missing one is not a number, which is found where the rows are matched."""
    return np.asarray(column.to_numpy() if isinstance(column, pa.ChunkedArray) else column.to_numpy(False))
