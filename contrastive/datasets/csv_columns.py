"""What each column of a person's table is: the picture's path, its split, a label, or just something known of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from contrastive.datasets.decode import SUFFIXES
from contrastive.datasets.folder import SPLIT_NAMES
from contrastive.datasets.known_folders import title
from contrastive.errors import UserError

PATH_NAMES = (
    "path",
    "file",
    "filename",
    "file_name",
    "filepath",
    "file_path",
    "image",
    "image_path",
    "img",
    "picture",
)
SPLIT_COLUMNS = ("split", "set", "subset", "partition")
PLAIN_NAMES = {"id", "title", "url", "link", "date", "year", "description"}
LABEL_NAMES = {"label", "class", "category", "target", "style", "genre", "artist", "subject", "species", "breed"}
MEASURED = {"width", "height"}
SPLITS = SPLIT_NAMES | {"dev": "val", "eval": "val", "trainval": "train"}
EMPTY = {"", "nan", "na", "n/a", "null"}

MOST_CLASSES = 1000
LONGEST_LABEL = 80
FEW, FEW_NUMBERS = 20, 30
LOOKED_AT = 200


@dataclass
class Columns:
    """A table understood: one path and one row of `table` a picture."""

    paths: list[str]
    table: pd.DataFrame
    """Columns title, split where there is one, labels (None where empty), id where given, and the rest as it is."""
    labels: list[str]
    classes_of: dict[str, list[str]] = field(default_factory=dict)
    """The order of classes that are numbers."""
    refused: list[dict[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def understand(rows: list[list[str]], name: str, chosen: Sequence[str] = ()) -> Columns:
    """The columns of the table `name`, whose first row names them unless it already names a picture.

    Path: a column called path, file, filename, image ... or else the first whose values end as pictures do.
    Split: a column called split, set, subset or partition, if its values are train, val, test.
    Labels: `chosen`, or else every other column that `is_label` takes for one; id, title, url, date never are.
    Everything else is kept as it is, numbers as numbers. Raises UserError where there is no row or no path.
    """
    if not rows:
        raise UserError(f"{name} is empty.", "It needs a row of column names and a row a picture.")
    if any(is_picture(value) for value in rows[0]):
        header, body = [f"column {i + 1}" for i in range(len(rows[0]))], rows
    else:
        header, body = _distinct(rows[0]), rows[1:]
    if not body:
        raise UserError(f"{name} names columns but lists no pictures.", "It needs one row a picture.")
    whole = [row for row in body if not any(row[len(header) :])]
    refused = [
        {"id": row[0][:200], "reason": f"A row has {len(row)} fields, the first row {len(header)}: {row[0][:200]}."}
        for row in body
        if any(row[len(header) :])
    ]
    by_name = {column: [row[i] if i < len(row) else "" for row in whole] for i, column in enumerate(header)}
    path = _path_column(by_name, name)
    found = Columns(by_name.pop(path), pd.DataFrame(), [], refused=refused)
    known: dict[str, Any] = {"title": [title(PurePosixPath(p.replace("\\", "/")).stem) for p in found.paths]}
    for column in [c for c in by_name if c.lower() in SPLIT_COLUMNS]:
        if "split" not in known and (split := _splits(by_name[column], found.remarks)):
            known["split"] = split
            by_name.pop(column)
    # These two are measured when the pictures are read, and a split is only what it was found to be.
    by_name = {f"{c} as given" if c == "split" else c: v for c, v in by_name.items() if c.lower() not in MEASURED}
    wanted = _chosen(chosen, [column for column in by_name if column.lower() != "id"], name)
    for column, values in by_name.items():
        plain = column.lower()
        if column in wanted or (not wanted and plain not in PLAIN_NAMES and is_label(column, values)):
            known[column] = [None if value.lower() in EMPTY else value for value in values]
            found.labels.append(column)
            if numbers := _numbers(values):
                found.classes_of[column] = [text for _, text in sorted({(number, text) for text, number in numbers})]
        elif plain in ("id", "title"):
            known[plain] = values
        else:
            numeric = _numbers(values)
            known[column] = pd.to_numeric(pd.Series(values), errors="coerce") if numeric else values
    found.table = pd.DataFrame(known)
    return found


def is_label(name: str, values: Sequence[str]) -> bool:
    """Whether the values of a column divide pictures into classes, rather than describing or numbering them.

    Words are labels when some value repeats; more than 20 different ones when each stands for two pictures on
    average. Numbers are labels when they are whole and at most 30 differ. A column called label, class, style, genre,
    artist and the like needs no repetition, and may hold more numbers. No label is longer than 80 letters, and there
    are at most 1,000 of them: what has more different values is an id, a title or a measurement.
    """
    filled = [value for value in values if value.lower() not in EMPTY]
    classes = set(filled)
    if not classes or len(classes) > MOST_CLASSES or max(map(len, classes)) > LONGEST_LABEL:
        return False
    named = name.lower() in LABEL_NAMES
    numbers = _numbers(filled)
    if numbers and not named and (len(classes) > FEW_NUMBERS or any(number % 1 for _, number in numbers)):
        return False
    if len(classes) > FEW:
        return 2 * len(classes) <= len(filled)
    return named or len(classes) < len(filled)


def is_picture(value: str) -> bool:
    """Whether a value ends as the names of picture files do, and is no web address."""
    return "://" not in value and PurePosixPath(value.replace("\\", "/")).suffix.lower() in SUFFIXES


def _path_column(columns: dict[str, list[str]], name: str) -> str:
    called = [column for wanted in PATH_NAMES for column in columns if column.lower().replace(" ", "_") == wanted]
    looks = {column: [is_picture(value) for value in values[:LOOKED_AT]] for column, values in columns.items()}
    for column in called:
        if any(looks[column]):
            return column
    for column, answers in looks.items():
        if 2 * sum(answers) >= len(answers) > 0:
            return column
    raise UserError(
        f"No column of {name} names picture files.",
        "One should be called path and hold names that end in .jpg, .png or the like; fields are parted by commas, "
        f"semicolons or tabs. Its columns: {', '.join(columns)[:200]}.",
    )


def _splits(values: list[str], remarks: list[str]) -> list[str]:
    """The values as train, val and test; empty if most of them are something else."""
    known = [SPLITS.get(value.lower()) for value in values]
    unknown = known.count(None)
    if 2 * unknown > len(known):
        return []
    if unknown:
        remarks.append(f"{unknown:,} rows name no split and count as train.")
    return [split or "train" for split in known]


def _chosen(chosen: Sequence[str], columns: list[str], name: str) -> set[str]:
    by_lower = {column.lower(): column for column in columns}
    if unknown := [column for column in chosen if column.lower() not in by_lower]:
        raise UserError(
            f"{name} has no column {unknown[0]!r} for labels.", f"It has: {', '.join(columns) or 'none'}."
        )
    return {by_lower[column.lower()] for column in chosen}


def _numbers(values: Sequence[str]) -> list[tuple[str, float]]:
    """The filled values and what they are as numbers; empty unless all of them are."""
    found = []
    for value in values:
        if value.lower() not in EMPTY:
            try:
                number = float(value)
            except ValueError:
                return []
            if not math.isfinite(number):
                return []
            found.append((value, number))
    return found


def _distinct(names: list[str]) -> list[str]:
    """Column names without blanks and repetitions."""
    found: list[str] = []
    for i, name in enumerate(names):
        name = name or f"column {i + 1}"
        while name.lower() in {other.lower() for other in found}:
            name += "_"
        found.append(name)
    return found
