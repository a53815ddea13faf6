"""Pictures in class folders whose names are known beforehand: a table, and what lies in none of them."""

import re
from pathlib import Path, PurePosixPath

import pandas as pd

from contrastive.datasets.folder import SPLIT_NAMES
from contrastive.datasets.shelf import Shelf, shelf
from contrastive.errors import UserError
from contrastive.storage import digest


def in_known_folders(root: Path, classes: dict[str, str], column: str) -> tuple[Shelf, pd.DataFrame]:
    """The pictures under `root`, a folder or a zip, that lie in a folder named by a key of `classes`.

    Keys are compared without regard to case, and to what parts words. The table has the columns id, title, `column`
    (the value of the nearest such folder) and, where every picture lies in a folder train, val or test, split.
    What lies elsewhere is on the shelf's list of refused pictures. Raises UserError where nothing fits.
    """
    pictures = shelf(root)
    known = {plain(key): name for key, name in classes.items()}
    rows, refused = [], []
    for name in pictures.names:
        folders = PurePosixPath(name).parts[:-1]
        found = next((known[plain(part)] for part in reversed(folders) if plain(part) in known), None)
        if found is None:
            refused.append({"id": name, "reason": f"{name} lies in no folder that is called like a class."})
            continue
        split = next((SPLIT_NAMES[part.lower()] for part in folders if part.lower() in SPLIT_NAMES), None)
        rows.append({"id": name, "title": title(PurePosixPath(name).stem), column: found, "split": split})
    if not rows:
        raise UserError(f"{root} holds no folder that is called like a class.", f"Expected: {', '.join(classes)}.")
    table = pd.DataFrame(rows)
    if table["split"].isna().any():
        table = table.drop(columns="split")
    stamp = digest(pictures.stamp, repr(refused))
    return Shelf(table["id"].tolist(), stamp, pictures.open, [*pictures.refused, *refused]), table


def plain(name: str) -> str:
    """A name as it is compared: `British_Shorthair` and `british shorthair` are the same."""
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()


def title(stem: str) -> str:
    """A file's name without its suffix as words, of 80 letters at most."""
    return " ".join(stem.replace("_", " ").split())[:80]
