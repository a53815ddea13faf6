"""Your own data sets, by name: a zip that was uploaded, or paths on this machine, remembered under data/own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contrastive.errors import UserError
from contrastive.storage import data_dir, read_json, safe_name, write_bytes, write_json


@dataclass(frozen=True)
class Record:
    """What is remembered of an added data set: which source reads it, where it lies, what its columns are called."""

    source: str
    paths: list[Path]
    columns: dict[str, str]
    options: dict[str, Any]


def _folder() -> Path:
    return data_dir() / "own"


def names() -> list[str]:
    """Names of the data sets that were added, sorted."""
    return sorted(path.stem for path in _folder().glob("*.json"))


def record(name: str) -> Record | None:
    """What is remembered of an added data set, or None if there is no such set."""
    if name not in names():
        return None
    found = read_json(_folder() / f"{name}.json")
    paths = found["path"] if isinstance(found["path"], list) else [found["path"]]
    # An uploaded zip is named relative to the folder it was put into; joining leaves an absolute path as it is.
    places = [_folder() / path for path in paths]
    return Record(found.get("source", "folder"), places, found.get("columns", {}), found.get("options", {}))


def add(
    name: str,
    source: Path | bytes | Sequence[Path],
    *,
    kind: str = "folder",
    columns: dict[str, str] | None = None,
    **options: Any,
) -> str:
    """Remember one or more paths, or store an uploaded zip, under `name`; returns the name.

    `kind` is the name of the source that reads it, with its `options`; `columns` gives label columns other names:
    {old: new}. Raises UserError when the name is taken, or the source finds nothing there.
    """
    from contrastive.datasets import SOURCES, scan

    safe_name(name, what="data set")
    if name in SOURCES or name in names():
        raise UserError(f"There is already a data set called {name!r}.", "Choose another name.")
    if kind not in SOURCES:
        raise UserError(f"There is no source called {kind!r}.", f"Known: {', '.join(SOURCES)}.")
    if isinstance(source, bytes):
        place = _folder() / f"{name}.zip"
        write_bytes(place, source)
        places = [place]
    else:
        places = [path.expanduser().resolve() for path in ([source] if isinstance(source, Path) else source)]
    try:
        scan(kind, root=places, columns=columns, **options)
    except UserError:
        if isinstance(source, bytes):
            place.unlink()
        raise
    stored = [place.name] if isinstance(source, bytes) else [str(path) for path in places]
    said = {"source": kind, "path": stored, "columns": columns or {}, "options": options}
    write_json(_folder() / f"{name}.json", said)
    return name


def remove(name: str) -> None:
    """Forget an added data set; an uploaded zip is deleted, a folder on disk is left alone."""
    if record(name) is None:
        raise UserError(f"There is no data set of yours called {name!r}.")
    (_folder() / f"{name}.zip").unlink(missing_ok=True)
    (_folder() / f"{name}.json").unlink()
