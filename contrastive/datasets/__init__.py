"""Datasets: one file a source, each answering `scan`; `load` prepares them once and opens them.

To add one: write a file with `scan(root, size, *, ...options) -> Scan` and CARD, and give it a line in SOURCES.
A data set is named NAME or NAME:REST, where REST is a path, or several joined by +, or options of the source:
`mnist`, `mnist:my-downloads`, `folder:art.zip`, `folder:paintings.zip+photos.zip`, `atelier:images=4000,seed=1`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from contrastive.datasets import (
    artdl,
    cifar10,
    csv_table,
    defungi,
    digits,
    folder,
    mnist,
    museum,
    own,
    pets,
    shortcut,
    wikiart,
)
from contrastive.datasets.atelier import source as atelier
from contrastive.datasets.image_dataset import ImageDataset
from contrastive.datasets.naming import call, places, read_rest, renamed
from contrastive.datasets.prepare import Progress, Scan, open_prepared, prepare
from contrastive.errors import UserError
from contrastive.storage import data_dir, digest, read_json

__all__ = ["SOURCES", "ImageDataset", "at_hand", "by_fingerprint", "load", "names", "own", "remember", "scan"]

SOURCES: dict[str, Callable[..., Scan]] = {
    "atelier": atelier.scan,
    "digits": digits.scan,
    "mnist": mnist.scan,
    "fashion-mnist": mnist.scan_fashion,
    "folder": folder.scan,
    "museum": museum.scan,
    "cifar10": cifar10.scan,
    "pets": pets.scan,
    "artdl": artdl.scan,
    "defungi": defungi.scan,
    "wikiart": wikiart.scan,
    "csv": csv_table.scan,
}

AT_HAND = {"atelier", "digits", "mnist", "fashion-mnist"}
"""Sources that are bundled, or small enough to be fetched when somebody looks at them."""
PUBLISHED = {"cifar10", "pets"}
"""Sources that can be downloaded without a place or an option, and are large."""

# The newest few: a page finds again what it shows, and memory is not kept for what nobody looks at.
KEPT_OPEN = 4
_opened: dict[str, ImageDataset] = {}


def names() -> list[str]:
    """Every data set that can be named: the built-in sources, then the user's own."""
    return [*SOURCES, *own.names()]


def at_hand() -> list[str]:
    """Names that can be looked at right away: bundled or small sources, those prepared before, the user's own."""
    prepared = {path.parent.name.rpartition("-")[0].rpartition("-")[0] for path in _prepared()}
    return [*(name for name in SOURCES if name in AT_HAND or name in PUBLISHED & prepared), *own.names()]


def load(
    name: str,
    *,
    root: str | Path | Sequence[Path] | None = None,
    size: int | None = None,
    columns: dict[str, str] | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> ImageDataset:
    """The data set NAME or NAME:REST at `size` pixels, prepared on first use and opened from disk after that.

    `progress(done, total)` is called while pictures are fetched and decoded. An exception from it cancels; the next
    call goes on from there. The rest, and the errors, are those of `scan`.
    """
    wish = _wish(name, root, columns, options)
    note = shortcut.note_of(wish.roots, wish, size)
    dataset = shortcut.take(note, lambda: _scan(wish, size, None))
    if dataset is None:
        found = _scan(wish, size, progress)
        dataset = prepare(found, progress)
        shortcut.keep(note, found, dataset)
    remember(dataset)
    return dataset


def scan(
    name: str,
    *,
    root: str | Path | Sequence[Path] | None = None,
    size: int | None = None,
    columns: dict[str, str] | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Scan:
    """What the data set NAME or NAME:REST would hold, before any picture is decoded.

    `root`: where the raw files lie; it is only read. `columns` gives label columns other names: {old: new}. Raises
    UserError for an unknown name, a missing or empty place, or options that the source does not have.
    """
    return _scan(_wish(name, root, columns, options), size, progress)


@dataclass(frozen=True)
class _Wish:
    """A data set as it was asked for: its source, places, options and names of columns."""

    source: str
    roots: list[Path]
    columns: dict[str, str]
    options: dict[str, Any]
    own: str
    """Its name, where it is one of the user's own."""


def _wish(
    name: str, root: str | Path | Sequence[Path] | None, columns: dict[str, str] | None, options: dict[str, Any]
) -> _Wish:
    head, _, rest = name.partition(":")
    record = None if head in SOURCES else own.record(name)
    if head not in SOURCES and record is None:
        raise UserError(f"There is no data set called {name!r}.", f"Known: {', '.join(names())}.")
    if record:
        head, roots, columns = record.source, record.paths, columns or record.columns
        options = {**record.options, **options}
    else:
        roots, given = read_rest(SOURCES[head], rest)
        options = {**given, **options}
    if root is not None:
        roots = places(root) if isinstance(root, str) else [root] if isinstance(root, Path) else list(root)
    if len(roots) > 1 and head != "folder":
        raise UserError(f"{head} reads one place, not {len(roots)}.", "Only folders and zips of pictures are joined.")
    return _Wish(head, roots, columns or {}, options, name if record else "")


def _scan(wish: _Wish, size: int | None, progress: Progress | None) -> Scan:
    found = call(wish.source, SOURCES[wish.source], wish.roots, size, wish.options, progress)
    if wish.own:
        key = digest(found.key, wish.own)
        found = replace(found, name=wish.own, card=found.card | {"title": wish.own}, key=key)
    return renamed(found, wish.columns) if wish.columns else found


def by_fingerprint(fingerprint: str) -> ImageDataset | None:
    """The whole, prepared data set with that fingerprint, from memory or from data/; None if there is none."""
    if fingerprint not in _opened:
        for card in _prepared():
            if read_json(card)["fingerprint"] == fingerprint:
                remember(open_prepared(card.parent))
                break
    return _opened.get(fingerprint)


def _prepared() -> list[Path]:
    """The cards of all prepared folders."""
    cards = (data_dir() / "prepared").glob("*/card.json")
    return [card for card in cards if not card.parent.name.endswith(".partial")]


def remember(dataset: ImageDataset) -> None:
    """Let `by_fingerprint` find a data set, or a part of one, while it is among the newest few."""
    _opened.pop(dataset.fingerprint, None)
    _opened[dataset.fingerprint] = dataset
    while len(_opened) > KEPT_OPEN:
        _opened.pop(next(iter(_opened)), None)
