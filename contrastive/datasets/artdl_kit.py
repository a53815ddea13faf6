"""The lists and tables of ArtDL's kit -> one row a picture: who is shown, and which split it belongs to.

A class is known by its name only, for example 11H(JOHN THE BAPTIST) or John the Baptist: its number differs from one
publication to the next.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from contrastive.datasets.folder import SPLIT_NAMES
from contrastive.datasets.texts import rows_of
from contrastive.errors import UserError

SAINTS = [
    *("Antony of Padua", "John the Baptist", "Paul", "Francis", "Mary Magdalene"),
    *("Jerome", "Dominic", "Mary", "Peter", "Sebastian"),
]
SPLITS = ("train", "val", "test")
YES = {"1", "1.0", "true", "yes"}


@dataclass(frozen=True)
class Kit:
    """What the papers of a kit say: columns id, split and, where there are labels, saint and also."""

    table: pd.DataFrame
    classes: list[str]
    remarks: list[str]
    """What was decided and counted, one sentence each."""


@dataclass
class _Row:
    """A picture as a table knows it."""

    item: str
    split: str | None
    shown: list[str]
    label: str


def read_kit(papers: dict[str, str]) -> Kit:
    """The kit whose text files are `papers`, by path. Raises UserError where none of them names pictures."""
    classes = _classes(papers)
    tables = {path: _table(path, text, classes) for path, text in papers.items() if path.lower().endswith(".csv")}
    rows = [row for table in tables.values() for row in table]
    lists = _lists(papers)
    members = _members(lists, tables)
    if not members:
        raise UserError(
            "There is no list of ArtDL's pictures here.",
            "Expected ArtDL.csv, or artdl_train.csv, artdl_val.csv and artdl_test.csv, or train.txt, val.txt and "
            "test.txt, in the kit's folder or below.",
        )
    remarks = []
    split_of: dict[str, str] = {}
    for split in reversed(SPLITS):
        # A picture in two lists is tested on, not trained on.
        for item in members.get(split, []):
            split_of.setdefault(item, split)
    ordered = [item for split in SPLITS for item in dict.fromkeys(members.get(split, [])) if split_of[item] == split]
    for split, items in members.items():
        if len(items) > (distinct := len(set(items))):
            remarks.append(
                f"The {split} list repeats pictures, to balance the classes: its {len(items):,} rows name "
                f"{distinct:,} distinct ones, each kept once."
            )
    if twice := sum(len(set(items)) for items in members.values()) - len(split_of):
        remarks.append(f"{twice:,} pictures are in more than one split and are kept in the later one.")
    table = pd.DataFrame({"id": ordered, "split": [split_of[item] for item in ordered]})
    if not rows:
        remarks.append("There are lists but no table with labels (ArtDL.csv), so the pictures are unlabelled.")
        return Kit(table, classes, remarks)
    return _labelled(table, rows, classes, remarks, listed={item for items in lists.values() for item in items})


def _labelled(table: pd.DataFrame, rows: list[_Row], classes: list[str], remarks: list[str], listed: set[str]) -> Kit:
    """The kit with the columns saint and also; pictures of none of the ten stay only where a list names them."""
    meaning = _numbers(rows)
    saints: dict[str, str] = {}
    shown: dict[str, list[str]] = {}
    for row in rows:
        if told := meaning.get(row.label) or _named(row.label, classes):
            saints[row.item] = told
        elif row.shown:
            saints.setdefault(row.item, row.shown[0])
        shown.setdefault(row.item, row.shown)
    table["saint"] = table["id"].map(saints)
    table["also"] = [
        ", ".join(name for name in shown.get(item, []) if name != saint)
        for item, saint in zip(table["id"], table["saint"], strict=True)
    ]
    if several := sum(len(shown.get(item, [])) > 1 for item in table["id"]):
        remarks.append(
            f"{several:,} pictures show several of the ten saints: the one that artdl_label names is kept, or else "
            "the first in the order of the classes; the column also names the others."
        )
    bare = table["saint"].isna()
    unlisted = bare & ~table["id"].isin(listed)
    if count := int((bare & ~unlisted).sum()):
        remarks.append(f"{count:,} pictures have no label among the ten.")
    if count := int(unlisted.sum()):
        remarks.append(f"{count:,} pictures of the tables show none of the ten and are left out.")
    return Kit(table[~unlisted].reset_index(drop=True), classes, remarks)


def _numbers(rows: list[_Row]) -> dict[str, str]:
    """What the numbers in artdl_label stand for, learnt from the pictures that show one saint; where they agree."""
    names: dict[str, set[str]] = {}
    for row in rows:
        if len(row.shown) == 1 and re.fullmatch(r"\d+(\.0)?", row.label):
            names.setdefault(row.label, set()).add(row.shown[0])
    return {number: found.pop() for number, found in names.items() if len(found) == 1}


def is_paper(path: str) -> bool:
    """Whether a file is one of the kit's lists or tables, by its name."""
    name = PurePosixPath(path.lower())
    if name.suffix == ".csv":
        return name.stem.startswith("artdl") or name.stem == "info"
    return name.suffix == ".txt" and (name.stem in SPLIT_NAMES or name.stem == "classes")


def readable(code: str) -> str:
    """`11H(JOHN THE BAPTIST)` -> `John the Baptist`; a readable name stays as it is."""
    inner = re.fullmatch(r"\w+\((.+)\)", code.strip())
    words = (inner.group(1) if inner else code).split()
    return " ".join(word.lower() if word.lower() in ("of", "the") else word.capitalize() for word in words)


def _classes(papers: dict[str, str]) -> list[str]:
    """The class names in the order of classes.txt, or in that of the official one."""
    for path, text in papers.items():
        if PurePosixPath(path).name.lower() == "classes.txt":
            names = [readable(line) for line in text.splitlines() if line.strip()]
            if sorted(names) == sorted(SAINTS):
                return names
    return list(SAINTS)


def _named(text: str, classes: Iterable[str]) -> str | None:
    name = readable(text)
    return name if name in classes else None


def _split_in(path: str) -> str | None:
    """The split that a file is called after: artdl_valid.csv, val.txt."""
    words = re.split(r"[\W_]+", PurePosixPath(path).stem.lower())
    return next((SPLIT_NAMES[word] for word in words if word in SPLIT_NAMES), None)


def _table(path: str, text: str, classes: list[str]) -> list[_Row]:
    """The rows of a CSV that has a column item and columns named after classes; none of another CSV."""
    rows = rows_of(text, path)
    if not rows or "item" not in (header := [field.lower() for field in rows[0]]):
        return []
    columns = {i: name for i, field in enumerate(rows[0]) if (name := _named(field, classes))}
    label = header.index("artdl_label") if "artdl_label" in header else None
    if not columns and label is None:
        return []
    item, split = header.index("item"), header.index("set") if "set" in header else None
    found = []
    for row in rows[1:]:
        row = row + [""] * (len(header) - len(row))
        shown = {name for i, name in columns.items() if row[i].lower() in YES}
        said = SPLIT_NAMES.get(row[split].lower()) if split is not None else None
        names = [name for name in classes if name in shown]
        found.append(_Row(row[item], _split_in(path) or said, names, row[label] if label is not None else ""))
    return found


def _lists(papers: dict[str, str]) -> dict[str, list[str]]:
    """Items of train.txt, val.txt (or valid.txt) and test.txt by split, with their repetitions."""
    lists: dict[str, list[str]] = {}
    for path, text in papers.items():
        name = PurePosixPath(path)
        if name.suffix.lower() == ".txt" and (split := SPLIT_NAMES.get(name.stem.lower())):
            lists.setdefault(
                split, [line.split()[0].removesuffix(".jpg") for line in text.splitlines() if line.strip()]
            )
    return lists


def _members(lists: dict[str, list[str]], tables: dict[str, list[_Row]]) -> dict[str, list[str]]:
    """Items by split, with their repetitions: of a list, else of a table of that split, else of the large one."""
    members = dict(lists)
    for own in (True, False):
        found: dict[str, list[str]] = {}
        for path, rows in tables.items():
            for row in rows if bool(_split_in(path)) == own else []:
                if row.split:
                    found.setdefault(row.split, []).append(row.item)
        members = found | members
    return {split: members[split] for split in SPLITS if split in members}
