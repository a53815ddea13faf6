"""`folder`: your own pictures, as a folder of class folders or a zip of them.

What the folder names mean is read from their shape: a single top folder is stripped; a level named train, val
and test is the split; the level above the pictures is the class, and a level above that a second label. One flat
folder is an unlabelled collection. A zip is read in place, never unpacked.
"""

import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from statistics import median

import numpy as np
import pandas as pd
from PIL import Image

from contrastive.datasets.decode import SUFFIXES, fit, open_image
from contrastive.datasets.prepare import Scan
from contrastive.errors import UserError
from contrastive.storage import digest

MAX_SIZE = 96
MAX_FILES = 200_000
MAX_FILE_BYTES = 256 * 2**20
SPLIT_NAMES = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val"}
SPLIT_NAMES |= {"test": "test", "testing": "test"}


@dataclass(frozen=True)
class Shelf:
    """Where pictures lie: their names, something that changes with their content, and how to read one."""

    names: list[str]
    stamp: str
    open: Callable[[str], bytes | Path]


def scan(root: Path | None, size: int | None, *, name: str | None = None) -> Scan:
    """The pictures under `root` (a folder or a zip) at `size` pixels.

    Unless told, the size is the median shorter side of the pictures, at most 96.
    """
    if root is None:
        raise UserError("A folder data set needs a path.", "For example folder:/home/me/paintings or folder:art.zip.")
    shelf = _shelf(root)
    if not shelf.names:
        raise UserError(f"There is no picture in {root}.", f"Looked for {', '.join(sorted(SUFFIXES))}.")
    table, label_columns = _understand(shelf.names)
    side = size or _usual_size(shelf)

    def opener(identity: str) -> Image.Image:
        return open_image(shelf.open(identity), name=identity)

    def read(row: int) -> np.ndarray:
        identity = shelf.names[row]
        return fit(open_image(shelf.open(identity), name=identity, at_least=side), side)

    called = name or root.resolve().stem or "folder"
    return Scan(
        name=called,
        key=digest("folder 1", called, str(side), shelf.stamp),
        table=table,
        label_columns=label_columns,
        size=side,
        channels=3,
        read=read,
        opener=opener,
        card={
            "title": called,
            "description": f"{len(shelf.names):,} pictures of your own.",
            "source": root.name,
            "licence": "yours",
            "citation": "",
        },
    )


def _shelf(root: Path) -> Shelf:
    if root.is_dir():
        return _folder_shelf(root)
    if root.is_file():
        return _zip_shelf(root)
    raise UserError(f"{root} does not exist.", "Check the path; it must be a folder or a zip on this machine.")


def _folder_shelf(root: Path) -> Shelf:
    files = {}
    for path in root.rglob("*"):
        if _is_picture(relative := path.relative_to(root).as_posix()) and path.is_file():
            files[relative] = path
            if len(files) > MAX_FILES:
                raise UserError(f"{root} holds more than {MAX_FILES:,} pictures.", "Choose a smaller folder.")
    names = sorted(files)
    states = [files[name].stat() for name in names]
    stamp = digest(*(f"{n} {s.st_size} {s.st_mtime_ns}" for n, s in zip(names, states, strict=True)))
    return Shelf(names, stamp, files.__getitem__)


def _zip_shelf(root: Path) -> Shelf:
    try:
        archive = zipfile.ZipFile(root)
    except (zipfile.BadZipFile, OSError) as error:
        raise UserError(f"{root.name} is not a zip that can be read.", "Make it again, or name a folder.") from error
    entries = {e.filename: e for e in archive.infolist() if not e.is_dir() and _is_picture(e.filename)}
    if len(entries) > MAX_FILES:
        raise UserError(f"{root.name} holds more than {MAX_FILES:,} pictures.", "Make a smaller zip.")
    names = sorted(entries)
    stamp = digest(*(f"{n} {entries[n].CRC} {entries[n].file_size}" for n in names))
    lock = threading.Lock()

    def read(name: str) -> bytes:
        if entries[name].file_size > MAX_FILE_BYTES:
            raise UserError(f"{name} would unpack to more than {MAX_FILE_BYTES // 2**20} MiB.")
        try:
            with lock:
                return archive.read(name)
        except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, ValueError) as error:
            raise UserError(f"{name} cannot be read from the zip.", "It may be damaged or encrypted.") from error

    return Shelf(names, stamp, read)


def _is_picture(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not hidden


def _understand(names: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Names -> a table (id, title, split where given, class columns) and the label columns."""
    folders = [PurePosixPath(name).parts[:-1] for name in names]
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
    return PurePosixPath(name).stem.replace("_", " ").strip()


def _usual_size(shelf: Shelf) -> int:
    """The median shorter side of up to 32 evenly spaced pictures, at most MAX_SIZE."""
    sides = []
    for name in shelf.names[:: max(1, len(shelf.names) // 32)]:
        try:
            sides.append(min(open_image(shelf.open(name), name=name).size))
        except UserError:
            continue
    return int(min(MAX_SIZE, max(8, median(sides)))) if sides else MAX_SIZE
