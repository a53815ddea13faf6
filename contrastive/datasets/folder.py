"""`folder`: your own pictures, as a folder of class folders or a zip of them, or several of either.

What the folder names mean is read from their shape: a single top folder is stripped; a level named train, val
and test is the split; the level above the pictures is the class, and a level above that a second label. One flat
folder is an unlabelled collection. A zip is read in place, never unpacked. Several places, written A+B+C, become
one table with the columns content (the class) and style (the level above it, or else the name of the place).
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from contrastive.counted import counted
from contrastive.datasets.decode import SUFFIXES
from contrastive.datasets.prepare import Scan, with_splits
from contrastive.datasets.shelf import Shelf, join, printable, shelf
from contrastive.datasets.shelved import shelved
from contrastive.errors import UserError

SPLIT_NAMES = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val"}
SPLIT_NAMES |= {"test": "test", "testing": "test"}
TITLE = 80


def scan(root: Path | Sequence[Path] | None, size: int | None) -> Scan:
    """The pictures under `root` (a folder or a zip, or several of them) at `size` pixels.

    Unless told, the size is the median shorter side of the pictures, at most 96. Source: your own.
    """
    if root is None:
        raise UserError("A folder data set needs a path.", "For example folder:/home/me/paintings or folder:art.zip.")
    roots = [root] if isinstance(root, Path) else list(root)
    shelves = {name: _stocked(place) for name, place in _named(roots).items()}
    name = "+".join(shelves)
    if len(shelves) == 1:
        pictures = shelves[name]
        table, label_columns = _understand(pictures.names)
    else:
        pictures = join(shelves)
        table, label_columns = _joined(shelves)
    card = {
        "title": name,
        "description": f"{counted(len(pictures.names), 'picture')} of your own.",
        "source": " + ".join(place.name for place in roots),
        "licence": "yours",
        "citation": "",
    }
    return shelved(pictures, table, label_columns, name=name, size=size, card=card)


def _named(roots: list[Path]) -> dict[str, Path]:
    """Places by a short name each: their own, numbered where two are called the same."""
    named: dict[str, Path] = {}
    for root in roots:
        name = called = printable(root.resolve().stem).replace("/", "_") or "folder"
        number = 2
        while name in named:
            name, number = f"{called}-{number}", number + 1
        named[name] = root
    return named


def _stocked(root: Path) -> Shelf:
    pictures = shelf(root)
    if not pictures.names:
        reason = pictures.refused[0]["reason"] if pictures.refused else ""
        raise UserError(f"There is no picture in {root}.", reason or f"Looked for {', '.join(sorted(SUFFIXES))}.")
    return pictures


def _joined(shelves: dict[str, Shelf]) -> tuple[pd.DataFrame, list[str]]:
    """One table of several places (source), with content and style; every class of a place is split alike."""
    parts = []
    for source, pictures in shelves.items():
        part, _ = _understand(pictures.names)
        part["id"] = f"{source}/" + part["id"]
        part["content"] = part.pop("class") if "class" in part else None
        part["style"] = part.pop("group") if "group" in part else source
        part["source"] = source
        part["cell"] = part["content"].fillna("") + "/" + part["style"]
        parts.append(with_splits(part, ["cell"]).drop(columns="cell"))
    table = pd.concat(parts, ignore_index=True)
    if table["content"].isna().all():
        return table.drop(columns="content"), ["style"]
    return table, ["content", "style"]


def _understand(names: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Names -> a table (id, title, split where given, class columns) and the label columns."""
    # Few folders hold many pictures: each is split once and kept once.
    split = cache(lambda place: tuple(filter(None, place.split("/"))))
    folders = [split(name.rpartition("/")[0]) for name in names]
    tops = {parts[0].lower() if parts else "" for parts in folders}
    if len(tops) == 1 and "" not in tops and not tops <= set(SPLIT_NAMES):
        folders = [parts[1:] for parts in folders]
    table = pd.DataFrame({"id": names, "title": [_title(name) for name in names]})
    if all(parts and parts[0].lower() in SPLIT_NAMES for parts in folders):
        table["split"] = [SPLIT_NAMES[parts[0].lower()] for parts in folders]
        folders = [parts[1:] for parts in folders]
    depth = min((len(parts) for parts in folders), default=0)
    labelled = any(folders)
    if not labelled:
        return table, []
    if depth >= 2:
        table["class"] = [parts[-1] for parts in folders]
        table["group"] = ["/".join(parts[:-1]) for parts in folders]
        return table, ["class", "group"]
    # Pictures that lie beside the class folders keep no label.
    table["class"] = [parts[0] if parts else None for parts in folders]
    return table, ["class"]


def _title(name: str) -> str:
    return os.path.splitext(name.rpartition("/")[2])[0].replace("_", " ").strip()[:TITLE]
