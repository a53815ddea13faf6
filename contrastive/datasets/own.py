"""Your own data sets, by name: a zip that was uploaded, or a path on this machine, remembered under data/own."""

from pathlib import Path

from contrastive.errors import UserError
from contrastive.storage import data_dir, read_json, safe_name, write_bytes, write_json


def _folder() -> Path:
    return data_dir() / "own"


def names() -> list[str]:
    """Names of the data sets that were added, sorted."""
    return sorted(path.stem for path in _folder().glob("*.json"))


def path_of(name: str) -> Path | None:
    """Where the pictures of an added data set lie, or None if there is no such set."""
    record = _folder() / f"{name}.json"
    if name not in names():
        return None
    place = Path(read_json(record)["path"])
    return place if place.is_absolute() else _folder() / place


def add(name: str, source: Path | bytes) -> str:
    """Remember a path, or store an uploaded zip, under `name`; returns the name."""
    from contrastive.datasets import SOURCES, folder

    safe_name(name, what="data set")
    if name in SOURCES or name in names():
        raise UserError(f"There is already a data set called {name!r}.", "Choose another name.")
    if isinstance(source, bytes):
        place = _folder() / f"{name}.zip"
        write_bytes(place, source)
        stored = place.name
    else:
        place = source.expanduser().resolve()
        stored = str(place)
    try:
        folder.scan(place, None, name=name)
    except UserError:
        if isinstance(source, bytes):
            place.unlink()
        raise
    write_json(_folder() / f"{name}.json", {"path": stored})
    return name


def remove(name: str) -> None:
    """Forget an added data set; an uploaded zip is deleted, a folder on disk is left alone."""
    if path_of(name) is None:
        raise UserError(f"There is no data set of yours called {name!r}.")
    (_folder() / f"{name}.zip").unlink(missing_ok=True)
    (_folder() / f"{name}.json").unlink()
