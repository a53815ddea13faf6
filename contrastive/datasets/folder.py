"""`folder`: your own pictures, as a folder of class folders or a zip of them.

What the folder names mean is read from their shape: a single top folder is stripped; a level named train, val
and test is the split; the level above the pictures is the class, and a level above that a second label. One flat
folder is an unlabelled collection. A zip is read in place, never unpacked.
"""

from pathlib import Path, PurePosixPath

import pandas as pd

from contrastive.datasets.decode import SUFFIXES
from contrastive.datasets.prepare import Scan
from contrastive.datasets.shelf import shelf
from contrastive.datasets.shelved import shelved
from contrastive.errors import UserError

SPLIT_NAMES = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val"}
SPLIT_NAMES |= {"test": "test", "testing": "test"}


def scan(root: Path | None, size: int | None, *, name: str | None = None) -> Scan:
    """The pictures under `root` (a folder or a zip) at `size` pixels.

    Unless told, the size is the median shorter side of the pictures, at most 96.
    """
    if root is None:
        raise UserError("A folder data set needs a path.", "For example folder:/home/me/paintings or folder:art.zip.")
    pictures = shelf(root)
    if not pictures.names:
        raise UserError(f"There is no picture in {root}.", f"Looked for {', '.join(sorted(SUFFIXES))}.")
    table, label_columns = _understand(pictures.names)
    called = name or root.resolve().stem or "folder"
    card = {
        "title": called,
        "description": f"{len(pictures.names):,} pictures of your own.",
        "source": root.name,
        "licence": "yours",
        "citation": "",
    }
    return shelved(pictures, table, label_columns, name=called, size=size, card=card)


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
