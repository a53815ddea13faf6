"""A shortcut to a prepared set: the zip it came from looks as it did, so its contents are not listed again.

Listing 60,000 names takes longer than opening the prepared pictures. Folders and tables have no shortcut: nothing
short of a walk shows whether a file in them has changed.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from contrastive.datasets.image_dataset import ImageDataset
from contrastive.datasets.prepare import Scan, open_prepared
from contrastive.storage import data_dir, digest, read_json, write_json


def note_of(roots: Sequence[Path], *said: Any) -> Path | None:
    """Where the shortcut of these zips, read as `said`, is kept; None where there can be none."""
    if not roots or not all(root.is_file() and root.suffix.lower() == ".zip" for root in roots):
        return None
    states = [(str(root.resolve()), root.stat().st_size, root.stat().st_mtime_ns) for root in roots]
    return data_dir() / "prepared" / ".known" / f"{digest(repr(states), repr(said))}.json"


def take(note: Path | None, scan: Callable[[], Scan]) -> ImageDataset | None:
    """The prepared set a note leads to, or None; `scan` is only called when an original is asked for."""
    if note is None or not note.is_file():
        return None
    folder = data_dir() / "prepared" / read_json(note)["folder"]
    if not (folder / "card.json").is_file():
        return None
    listed = cache(scan)

    def opener(identity: str) -> Image.Image:
        opened = listed().opener
        assert opened is not None, "a set made of files has originals"
        return opened(identity)

    return open_prepared(folder, opener=opener)


def keep(note: Path | None, scan: Scan, dataset: ImageDataset) -> None:
    """Remember where the set of a scan was prepared."""
    if note is not None and scan.opener is not None:
        write_json(note, {"folder": dataset.card["folder"]})
