"""What takes room on the disk, largest first, and how to be rid of it: runs, prepared data sets and caches.

What is kept in the caches can be made again, so the oldest of it goes by itself once they are full
(CONTRASTIVE_CACHE_MIB, 4096 unless said otherwise). Nothing that is in use is deleted.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from contrastive.errors import UserError
from contrastive.holding import held
from contrastive.runs import ACTIVE, Run
from contrastive.storage import data_dir

KINDS = {
    "runs": "trainings, with their weights and curves",
    "styles": "trainings of style networks",
    "prepared": "data sets, decoded; made again when they are next asked for",
    "embeddings": "vectors of data sets; made again when they are next asked for",
    "maps": "maps; drawn again when they are next asked for",
    "measured": "other measurements; made again when they are next asked for",
}
TRAINED = ("runs", "styles")
KEPT_APART = ("embeddings", "maps")


@dataclass(frozen=True)
class Item:
    """Something that takes room: `kind` is one of KINDS, `changed` in seconds since 1970, `use` why it must stay."""

    kind: str
    name: str
    path: Path
    bytes: int
    changed: float
    use: str


def items() -> list[Item]:
    """Everything that takes room, largest first."""
    found = [*_trained(), *_prepared(), *_cached()]
    return sorted(found, key=lambda item: (-item.bytes, item.kind, item.name))


def delete(item: Item) -> None:
    """Delete one of them. Raises UserError for what is in use, or was deleted by somebody else."""
    if use := _use(item.kind, item.path):
        raise UserError(f"{item.kind}/{item.name} is in use: {use}.", "Nothing was deleted.")
    if item.kind in TRAINED:
        _run(item.kind)(item.path).delete()
        return
    try:
        if item.path.is_file():
            item.path.unlink()
            return
        # Without its card it is no data set any more, whatever happens before the rest is gone.
        (item.path / "card.json").unlink(missing_ok=True)
        shutil.rmtree(item.path)
    except FileNotFoundError as error:
        raise UserError(f"{item.kind}/{item.name} is gone already.", "Somebody else deleted it.") from error


def of_run(run: Run) -> Item:
    """A run as something that takes room."""
    return _item("runs", run.id, run.path)


def prune() -> list[Item]:
    """Delete the oldest of what the caches hold beyond their budget; what was deleted."""
    room, gone = budget(), []
    for item in sorted(_cached(), key=lambda item: -item.changed):
        room -= item.bytes
        if room < 0:
            # What is in use, or what another process deletes at this moment, stays or goes without us.
            with suppress(UserError, OSError):
                delete(item)
                gone.append(item)
                room += item.bytes
    return gone


def budget() -> int:
    """Bytes that the caches may take (CONTRASTIVE_CACHE_MIB)."""
    said = os.environ.get("CONTRASTIVE_CACHE_MIB", "4096")
    if not said.isdecimal():
        raise UserError(f"CONTRASTIVE_CACHE_MIB is {said!r}.", "Give a whole number of MiB, for example 4096.")
    return int(said) * 2**20


def _trained() -> Iterator[Item]:
    for kind in TRAINED:
        for run in _run(kind).all():
            # Somebody else may delete it while we look.
            with suppress(UserError, OSError):
                yield _item(kind, run.id, run.path)


def _prepared() -> Iterator[Item]:
    for path in (data_dir() / "prepared").glob("*/"):
        if not path.name.startswith("."):
            yield _item("prepared", path.name, path)


def _cached() -> Iterator[Item]:
    for path in (data_dir() / "cache").rglob("*"):
        if path.is_file():
            parts = path.relative_to(data_dir() / "cache").parts
            kind = parts[0] if parts[0] in KEPT_APART else "measured"
            with suppress(OSError):
                yield _item(kind, "/".join(parts[kind != "measured" :]), path)


def _item(kind: str, name: str, path: Path) -> Item:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    states = [file.stat() for file in files]
    changed = max((state.st_mtime for state in states), default=time.time())
    return Item(kind, name, path, sum(state.st_size for state in states), changed, _use(kind, path))


def _use(kind: str, path: Path) -> str:
    """Why something must stay, in words; empty where it need not."""
    if kind in TRAINED:
        run = _run(kind)(path)
        state = run.status["state"]
        if state in ACTIVE or run.waiting:
            return "it is being trained" if state in ACTIVE else "it waits for its turn"
        for other in Run.all():
            wants = other.waiting or other.status["state"] in ACTIVE
            if wants and run.id in (other.config.initial, other.config.teacher):
                return f"{other.id} is trained from it"
    if kind == "prepared":
        lock = FileLock(path.with_name(f".{path.name.removesuffix('.partial')}.lock"), timeout=0)
        try:
            with lock:
                pass
        except Timeout:
            return "it is being prepared"
    return "somebody looks at it" if held(path) else ""


def _run(kind: str) -> type[Run]:
    if kind == "runs":
        return Run
    from contrastive.style.run import StyleRun

    return StyleRun


def chosen(wishes: list[str], older: float | None, found: list[Item]) -> list[Item]:
    """The items that `wishes` name: KIND, or KIND/NAME; with `older`, only those untouched for so many days.

    Raises UserError for what is not there, and for all runs at once, which nobody asks for in earnest.
    """
    picked: list[Item] = []
    for wish in wishes:
        kind, _, name = wish.partition("/")
        if kind not in KINDS:
            raise UserError(f"There is nothing of the kind {kind!r} to delete.", f"Known: {', '.join(KINDS)}.")
        if not name and kind in TRAINED and older is None:
            raise UserError(f"All {kind} at once?", f"Name them as {kind}/NAME, or say --older DAYS.")
        these = [item for item in found if item.kind == kind and name in ("", item.name)]
        if name and not these:
            raise UserError(f"There is no {wish}.", "See: python -m contrastive clean.")
        picked += these
    before = time.time() - (older or 0) * 86_400
    return [item for item in dict.fromkeys(picked) if item.changed <= before]
