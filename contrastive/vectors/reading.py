"""A file of vectors that somebody else made -> a table of numbers and the ids that say whose they are."""

import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError

import numpy as np

from contrastive.datasets.texts import as_text, rows_of
from contrastive.errors import UserError

Source = Path | bytes

NPY, PARQUET = b"\x93NUMPY", b"PAR1"
MAX_NUMBERS = 2**29
"""Numbers of a table: 2 GiB of float32."""
WIDEST = 65_536


@dataclass(frozen=True)
class Table:
    """vectors (n, d) float32, the id of each (None: they are in the order of the pictures), the name of the file."""

    vectors: np.ndarray
    ids: list[str] | None
    source: str


def read(file: Source, ids: Source | None = None, *, name: str = "") -> Table:
    """A .npy of numbers (n, d), or a Parquet file with a column `id` and one column of lists or many of numbers.

    `ids`: a CSV with a column `id` and a row for every row of the .npy, in its order. `name` is what an upload is
    called. Whole numbers and floats of 16, 32 or 64 bits are taken; nothing in the file is ever executed. Raises
    UserError, one sentence, for anything else, and for ids that repeat or do not fit.
    """
    name = name or (file.name if isinstance(file, Path) else "The file")
    try:
        raw = file.read_bytes() if isinstance(file, Path) else file
        listed = ids.read_bytes() if isinstance(ids, Path) else ids
    except OSError as error:
        raise UserError(f"{error.filename} cannot be read ({error.strerror}).") from error
    if raw.startswith(NPY):
        array, found = _of_npy(raw, name), None if listed is None else _of_csv(listed)
    elif raw.startswith(PARQUET):
        if listed is not None:
            raise UserError(f"{name} brings its own ids.", "Leave the CSV away; it belongs to a .npy.")
        # Imported here: pyarrow is of no use for a .npy.
        from contrastive.vectors.parquet import of_parquet

        array, found = of_parquet(raw, name, most=MAX_NUMBERS)
    else:
        raise UserError(f"{name} is neither a .npy nor a Parquet file.", "Write one with numpy.save or to_parquet.")
    _check_shape(array.shape, name)
    if found is not None:
        _check_ids(found, len(array), name)
    # A number too large for 32 bits becomes infinite, which is found where the rows are matched.
    with np.errstate(over="ignore"):
        return Table(np.ascontiguousarray(array, dtype=np.float32), found, name)


def _check_ids(ids: list[str], rows: int, name: str) -> None:
    if len(ids) != rows:
        raise UserError(f"There are {len(ids):,} ids for the {rows:,} vectors of {name}.", "Give one id a vector.")
    identity, times = Counter(ids).most_common(1)[0]
    if times > 1:
        raise UserError(f"The id {identity!r} stands {times} times in the table.", "Give every picture one vector.")


def _check_shape(shape: tuple[int, ...], name: str) -> None:
    if len(shape) != 2:
        raise UserError(f"{name} has {len(shape)} dimension(s), not 2.", "Save an array with one row a picture.")
    rows, width = shape
    if not rows or width < 2:
        raise UserError(
            f"{name} holds {rows:,} vectors of {width} numbers.", "Give one or more, of 2 numbers at least."
        )
    if width > WIDEST or rows * width > MAX_NUMBERS:
        raise UserError(f"{name} holds {rows:,} vectors of {width:,} numbers: too much.", "Shorten it first.")


def _of_npy(raw: bytes, name: str) -> np.ndarray:
    stream = io.BytesIO(raw)
    headers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    try:
        # The header says how much there is before memory is taken for it.
        shape, by_columns, kind = headers[np.lib.format.read_magic(stream)](stream)
    except (ValueError, KeyError, EOFError, SyntaxError, TokenError) as error:
        # numpy reads the header as Python text, and lets what that finds wrong through.
        raise UserError(f"{name} is not a .npy that can be read.", "Save it again with numpy.save.") from error
    if kind.kind not in "fiu":
        raise UserError(f"{name} holds {kind}, not numbers.", "Save it as float32: numpy.save(file, x.astype('f4')).")
    _check_shape(shape, name)
    if len(raw) - stream.tell() != shape[0] * shape[1] * kind.itemsize:
        raise UserError(f"{name} is cut off or damaged.", "Save it again with numpy.save.")
    numbers = np.frombuffer(raw, kind, offset=stream.tell())
    return numbers.reshape(shape, order="F" if by_columns else "C")


def _of_csv(raw: bytes) -> list[str]:
    text = as_text(raw, "The table of ids")
    for delimiter in ",;\t":
        header, *rows = rows_of(text, "The table of ids", delimiter) or [[]]
        names = [field.lower() for field in header]
        if "id" in names:
            column = names.index("id")
            if short := next((k for k, row in enumerate(rows, start=2) if len(row) <= column or not row[column]), 0):
                raise UserError(f"Row {short} of the table has no id.", "Give every vector one.")
            return [row[column] for row in rows]
    raise UserError("The table has no column called id.", "Its first row names the columns; one of them is id.")
