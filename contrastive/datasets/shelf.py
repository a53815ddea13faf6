"""Shelf: where a person's pictures lie, a folder or a zip; their names, and how to read one. Nothing is unpacked."""

import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from contrastive.datasets.decode import SUFFIXES
from contrastive.errors import UserError
from contrastive.storage import digest

MAX_FILES = 200_000
MAX_FILE_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Shelf:
    """Where pictures lie: their names, something that changes with their content, and how to read one."""

    names: list[str]
    stamp: str
    open: Callable[[str], bytes | Path]


def shelf(root: Path) -> Shelf:
    """The pictures under a folder or in a zip, by name, sorted. Raises UserError for what is neither."""
    if root.is_dir():
        return _of_folder(root)
    if root.is_file():
        return _of_zip(root)
    raise UserError(f"{root} does not exist.", "Check the path; it must be a folder or a zip on this machine.")


def _of_folder(root: Path) -> Shelf:
    files = {}
    for path in root.rglob("*"):
        if is_picture(relative := path.relative_to(root).as_posix()) and path.is_file():
            files[relative] = path
            if len(files) > MAX_FILES:
                raise UserError(f"{root} holds more than {MAX_FILES:,} pictures.", "Choose a smaller folder.")
    names = sorted(files)
    states = [files[name].stat() for name in names]
    stamp = digest(*(f"{n} {s.st_size} {s.st_mtime_ns}" for n, s in zip(names, states, strict=True)))
    return Shelf(names, stamp, files.__getitem__)


def _of_zip(root: Path) -> Shelf:
    try:
        archive = zipfile.ZipFile(root)
    except (zipfile.BadZipFile, OSError) as error:
        raise UserError(f"{root.name} is not a zip that can be read.", "Make it again, or name a folder.") from error
    entries = {e.filename: e for e in archive.infolist() if not e.is_dir() and is_picture(e.filename)}
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


def is_picture(name: str) -> bool:
    """Whether a name ends as pictures do, and is not hidden."""
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not hidden
