"""Lists and tables that lie beside pictures, in a folder or in a zip, as text."""

import csv
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from contrastive.datasets.zipped import open_zip
from contrastive.errors import UserError

MAX_BYTES = 64 * 2**20


def texts(root: Path, wanted: Callable[[str], bool]) -> dict[str, str]:
    """The files under a folder or in a zip whose path below it is `wanted`, by that path, sorted."""
    if root.is_dir():
        return {name: read_text(root / name) for name in sorted(filter(wanted, _below(root)))}
    packed = open_zip(root, lambda name: not _hidden(name) and wanted(name))
    return {name: as_text(packed.read(name), name) for name in sorted(packed.entries)}


def read_text(path: Path) -> str:
    """A text file, of 64 MiB at most; see `as_text`."""
    try:
        with open(path, "rb") as file:
            return as_text(file.read(MAX_BYTES + 1), path.name)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).") from error


def as_text(raw: bytes, name: str) -> str:
    """UTF-8, with or without a byte order mark, or else Latin-1, in which every byte is a letter."""
    if len(raw) > MAX_BYTES:
        raise UserError(f"{name} is larger than {MAX_BYTES // 2**20} MiB, which no list of pictures needs to be.")
    if b"\0" in raw:
        raise UserError(f"{name} is not plain text.", "Save it as text (CSV) in UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def rows_of(text: str, name: str, delimiter: str = ",") -> list[list[str]]:
    """The rows of a table in text, fields trimmed, empty rows left out."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [[field.strip() for field in row] for row in reader]
    except csv.Error as error:
        raise UserError(f"{name} is not a table that can be read ({error}).", "Save it again as CSV.") from error
    return [row for row in rows if any(row)]


def _below(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        below = Path(folder).relative_to(root).as_posix()
        yield from (name if below == "." else f"{below}/{name}" for name in files if not name.startswith("."))


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
