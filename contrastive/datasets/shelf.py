"""Shelf: where a person's pictures lie, a folder or a zip; their names, and how to read one. Nothing is unpacked."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from contrastive.datasets.decode import SUFFIXES
from contrastive.datasets.zipped import open_zip
from contrastive.errors import UserError
from contrastive.storage import digest

MAX_FILES = 200_000


@dataclass(frozen=True)
class Shelf:
    """Where pictures lie: their names, something that changes with their content, and how to read one."""

    names: list[str]
    stamp: str
    open: Callable[[str], bytes | Path]
    refused: list[dict[str, str]] = field(default_factory=list)
    """Pictures that are left out before they are read: id and reason, one sentence each."""


@dataclass(frozen=True)
class Renamed:
    """Opens pictures by the names they are shown under."""

    open: Callable[[str], bytes | Path]
    names: dict[str, str]

    def __call__(self, shown: str) -> bytes | Path:
        return self.open(self.names[shown])


def shelf(root: Path) -> Shelf:
    """The pictures under a folder or in a zip, by name, sorted. Raises UserError for what is neither."""
    if root.is_dir():
        return _of_folder(root)
    if root.is_file():
        return _of_zip(root)
    raise UserError(f"{root} does not exist.", "Check the path; it must be a folder or a zip on this machine.")


def join(shelves: dict[str, Shelf]) -> Shelf:
    """Several shelves as one; every name is prefixed with the key of its shelf and a slash."""
    names = {f"{key}/{name}": (key, name) for key, pictures in shelves.items() for name in pictures.names}
    stamp = digest(*(f"{key} {pictures.stamp}" for key, pictures in shelves.items()))
    refused = [
        {"id": f"{key}/{bad['id']}", "reason": bad["reason"]}
        for key, pictures in shelves.items()
        for bad in pictures.refused
    ]
    return Shelf(list(names), stamp, Joined({key: pictures.open for key, pictures in shelves.items()}), refused)


@dataclass(frozen=True)
class Joined:
    """Opens a picture on the shelf that its name begins with."""

    shelves: dict[str, Callable[[str], bytes | Path]]

    def __call__(self, name: str) -> bytes | Path:
        key, _, rest = name.partition("/")
        return self.shelves[key](rest)


def _of_folder(root: Path) -> Shelf:
    files = {}
    for path in root.rglob("*"):
        if is_picture(relative := path.relative_to(root).as_posix()) and path.is_file():
            files[relative] = path
            _check_count(len(files), root)
    states = {name: files[name].stat() for name in sorted(files)}
    stamp = digest(*(f"{name!a} {s.st_size} {s.st_mtime_ns}" for name, s in states.items()))
    return _shown(list(states), stamp, files.__getitem__, [])


def _of_zip(root: Path) -> Shelf:
    packed = open_zip(root, is_picture)
    _check_count(len(packed.entries), root)
    names = sorted(packed.entries)
    stamp = digest(
        *(f"{name} {packed.entries[name].hex()}" for name in names),
        *(bad["reason"] for bad in packed.refused),
    )
    return _shown(names, stamp, packed.read, packed.refused)


def _check_count(count: int, root: Path) -> None:
    if count > MAX_FILES:
        raise UserError(f"{root.name} holds more than {MAX_FILES:,} pictures.", "Choose fewer at a time.")


def _shown(
    names: list[str], stamp: str, open_: Callable[[str], bytes | Path], refused: list[dict[str, str]]
) -> Shelf:
    """A shelf whose names can be written anywhere: what cannot be printed becomes an underscore."""
    refused = [{"id": printable(bad["id"]), "reason": printable(bad["reason"])} for bad in refused]
    if all(name.isprintable() for name in names):
        return Shelf(names, stamp, open_, refused)
    shown: dict[str, str] = {}
    for name in names:
        clean = PurePosixPath(printable(name))
        while str(clean) in shown:
            clean = clean.with_stem(f"{clean.stem}_")
        shown[str(clean)] = name
    return Shelf(list(shown), stamp, Renamed(open_, shown), refused)


def printable(text: str) -> str:
    """The text with control characters and broken letters replaced by underscores."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "_" for c in text)


def is_picture(name: str) -> bool:
    """Whether a name ends as pictures do, and is not hidden."""
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in name.replace("\\", "/").split("/"))
    return not hidden and os.path.splitext(name)[1].lower() in SUFFIXES
