"""`csv`: pictures listed in a table, with whatever the table says of them as labels and columns.

`csv_columns` decides what each column is; this file finds the table and its pictures, in a folder or in a zip.
"""

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

import pandas as pd

from contrastive.datasets.csv_columns import Columns, understand
from contrastive.datasets.prepare import Scan
from contrastive.datasets.shelf import Renamed, Shelf, printable, shelf
from contrastive.datasets.shelved import shelved
from contrastive.datasets.texts import read_text, rows_of, texts
from contrastive.errors import UserError
from contrastive.storage import digest

SUFFIXES = (".csv", ".tsv")
DELIMITERS = ",;\t"

CARD = {
    "title": "A table of pictures",
    "description": "Pictures listed in a table of your own.",
    "source": "",
    "licence": "yours",
    "citation": "",
}


def scan(root: Path | None, size: int | None, *, table: str = "", labels: str | Sequence[str] = "") -> Scan:
    """The pictures that a table lists, at `size` pixels: `csv:PATH.csv`, or a zip or folder that holds one table.

    Fields are parted by commas, semicolons or tabs; UTF-8 or Latin-1. Which column holds the paths, and which are
    labels, is decided by `csv_columns.understand`; `labels` names the label columns instead, as in
    `csv:table=PATH.csv,labels=style,artist`. Paths are relative to the table's folder. A row whose picture is
    missing, lies elsewhere, or was listed before is left out with a reason; the rest loads. Rows with an empty label
    are unlabelled. Unless told, the size is the median shorter side of the pictures, at most 96.
    Source: your own. Raises UserError where there is no table, no column of pictures, or no picture is there.
    """
    place = root or (Path(table).expanduser() if table else None)
    if place is None:
        raise UserError("A table needs a path.", "For example csv:/home/me/paintings.csv, or a zip that holds one.")
    if not place.exists():
        raise UserError(f"{place} does not exist.", "Check the path; it must be on this machine.")
    where, path, text = _table_in(place)
    wanted = labels.split(",") if isinstance(labels, str) else labels
    columns = understand(_rows(text, path), path, [name.strip() for name in wanted if name.strip()])
    pictures, found = _pictures(where, PurePosixPath(path).parent, columns)
    if found.empty:
        reason = pictures.refused[0]["reason"] if pictures.refused else ""
        raise UserError(f"None of the pictures that {path} lists can be used.", reason)
    classes = ", ".join(f"{name} ({found[name].nunique():,})" for name in columns.labels) or "none"
    said = [f"{len(found):,} pictures listed in {path}. Labels: {classes}.", *columns.remarks]
    card = CARD | {"title": place.stem, "description": " ".join(said), "source": place.name}
    return shelved(
        pictures, found, columns.labels, name=place.stem, size=size, card=card, classes_of=columns.classes_of
    )


def _table_in(place: Path) -> tuple[Path, str, str]:
    """Where the pictures lie (a folder or zip), the path of the table in it, and its text."""
    if place.suffix.lower() in (*SUFFIXES, ".txt"):
        return place.parent, place.name, read_text(place)
    found = texts(place, lambda name: name.lower().endswith(SUFFIXES))
    if len(found) != 1:
        listed = ", ".join(list(found)[:5])
        raise UserError(
            f"{place.name} holds {len(found) or 'no'} tables.",
            f"Exactly one is needed; here are {listed}." if found else "Put a .csv beside the pictures.",
        )
    return place, *next(iter(found.items()))


def _rows(text: str, name: str) -> list[list[str]]:
    """The rows, parted by whatever parts the first of them alike into most fields."""
    head = "".join(text.splitlines(keepends=True)[:50])

    def fit(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in rows_of(head, name, delimiter)]
        return (sum(width == widths[0] for width in widths) / len(widths), widths[0]) if widths[:1] > [1] else (0, 0)

    return rows_of(text, name, max(DELIMITERS, key=fit))


def _pictures(where: Path, base: PurePosixPath, columns: Columns) -> tuple[Shelf, pd.DataFrame]:
    """The pictures on a shelf, by id, and their rows of the table; all others are refused with a reason."""
    packed = shelf(where) if where.is_file() else None
    here = set(packed.names) if packed else set()
    refused = [*(packed.refused if packed else []), *columns.refused]
    seen: dict[str, int] = {}
    kept: list[int] = []
    for row, written in enumerate(columns.paths):
        reason, name = _fault(written), ""
        if not reason:
            below = written.replace("\\", "/")
            names = [str(base / below), below] if packed is None else [printable(str(base / below)), printable(below)]
            name = next((n for n in names if (n in here if packed else os.path.isfile(where / n))), "")
            reason = "" if name else "is not there"
        if not reason and name in seen:
            same = columns.table.iloc[row].equals(columns.table.iloc[seen[name]])
            reason = f"is listed more than once{'' if same else ', with different entries'}; the first row counts"
        if reason:
            refused.append({"id": written[:200], "reason": f"{written[:200] or 'An empty path'} {reason}."})
            continue
        seen[name] = row
        kept.append(row)
    table = columns.table.iloc[kept].reset_index(drop=True)
    paths = [columns.paths[row] for row in kept]
    if "id" in table and not (table["id"].is_unique and (table["id"] != "").all()):
        table = table.rename(columns={"id": "given id"})
    if "id" not in table:
        table.insert(0, "id", pd.Series(paths, dtype=str))
    places = dict(zip(table["id"], seen, strict=True))
    if packed:
        return Shelf(list(places), digest(packed.stamp, repr(refused)), Renamed(packed.open, places), refused), table
    states = [(where / name).stat() for name in seen]
    stamp = digest(
        *(f"{name} {s.st_size} {s.st_mtime_ns}" for name, s in zip(seen, states, strict=True)), repr(refused)
    )
    return Shelf(list(places), stamp, Renamed(where.joinpath, places), refused), table


def _fault(written: str) -> str:
    """Why a path is not even looked up; empty for a good one."""
    if not written:
        return "names no picture"
    if "://" in written:
        return "is an address; only files beside the table are read"
    if PureWindowsPath(written).anchor or ".." in PureWindowsPath(written).parts:
        return "leads out of the table's folder"
    return ""
