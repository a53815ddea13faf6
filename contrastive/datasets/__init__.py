"""Datasets: one file a source, each answering `scan`; `load` prepares them once and opens them.

To add one: write a file with `scan(root, size) -> Scan` and CARD, and give it a line in SOURCES.
A data set is named NAME or NAME:REST, where REST is a path, or for `atelier` its options:
`mnist`, `mnist:my-downloads`, `folder:art.zip`, `atelier:images=4000,seed=1`.
"""

from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

from contrastive.datasets import digits, folder, mnist, own
from contrastive.datasets.atelier import source as atelier
from contrastive.datasets.image_dataset import ImageDataset
from contrastive.datasets.prepare import Progress, Scan, open_prepared, prepare
from contrastive.errors import UserError
from contrastive.storage import data_dir, read_json

__all__ = ["SOURCES", "ImageDataset", "by_fingerprint", "load", "names", "own"]

SOURCES: dict[str, Callable[..., Scan]] = {
    "atelier": atelier.scan,
    "digits": digits.scan,
    "mnist": mnist.scan,
    "fashion-mnist": mnist.scan_fashion,
    "folder": folder.scan,
}

_opened: dict[str, ImageDataset] = {}


def names() -> list[str]:
    """Every data set that can be named: the built-in sources, then the user's own."""
    return [*SOURCES, *own.names()]


def load(
    name: str,
    *,
    root: str | Path | None = None,
    size: int | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> ImageDataset:
    """The data set NAME or NAME:REST at `size` pixels, prepared on first use and memory-mapped after that.

    `root`: where the raw files lie; it is only read. `progress(done, total)` is called while pictures decode.
    Raises UserError for an unknown name, a missing or empty place, or options the source does not have.
    """
    if size is not None and not 8 <= size <= 512:
        raise UserError(f"A size of {size} pixels is out of range.", "Choose 8 to 512.")
    head, _, rest = name.partition(":")
    if head not in SOURCES:
        place = own.path_of(name)
        if place is None:
            raise UserError(f"There is no data set called {name!r}.", f"Known: {', '.join(names())}.")
        options.setdefault("name", name)
        head, root = "folder", root or place
    elif head == "atelier":
        options = {**_options(rest), **options}
    elif rest:
        root = root or rest
    place = Path(root).expanduser() if root is not None else None
    if place is not None and not place.exists():
        raise UserError(f"{place} does not exist.", "Check the path; it must be on this machine.")
    source = SOURCES[head]
    if unknown := set(options) - set(signature(source).parameters):
        raise UserError(f"{head} has no option {sorted(unknown)[0]!r}.")
    scan = source(place, size, **options)
    dataset = prepare(scan, progress)
    _opened[dataset.fingerprint] = dataset
    return dataset


def by_fingerprint(fingerprint: str) -> ImageDataset | None:
    """The whole, prepared data set with that fingerprint, from memory or from data/; None if there is none."""
    if fingerprint not in _opened:
        for card in (data_dir() / "prepared").glob("*/card.json"):
            if read_json(card)["fingerprint"] == fingerprint:
                _opened[fingerprint] = open_prepared(card.parent)
    return _opened.get(fingerprint)


def _options(text: str) -> dict[str, Any]:
    """`images=4000,seed=1` -> {"images": 4000, "seed": 1}."""
    found: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        key, equals, value = part.partition("=")
        if not equals:
            raise UserError(f"{part!r} is not an option.", "Write it as key=value, for example images=4000.")
        found[key.strip()] = int(value) if value.strip().lstrip("-").isdigit() else value.strip()
    return found
