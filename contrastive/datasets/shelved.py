"""Pictures on a shelf plus a table of what is known of them -> a Scan: what most sources end in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from PIL import Image

from contrastive.datasets.decode import Decoded, decode, open_image
from contrastive.datasets.prepare import Scan
from contrastive.datasets.shelf import Shelf
from contrastive.errors import UserError
from contrastive.storage import digest

MAX_SIZE = 96
# So many pictures are worth the second that other processes take to start.
MANY = 4000


def shelved(
    pictures: Shelf,
    table: pd.DataFrame,
    label_columns: list[str],
    *,
    name: str,
    size: int | None,
    card: dict[str, Any],
    target: str = "",
    classes_of: dict[str, list[str]] | None = None,
) -> Scan:
    """A data set of the pictures named in the column `id` of `table`, in its order, at `size` pixels.

    Unless told, the size is the median shorter side of the pictures, at most 96. `label_columns` are columns of
    the table; `classes_of` gives an order to the classes of a column where the alphabet is not the right one.
    """
    ids = table["id"].astype(str).tolist()
    side = size or usual_size(pictures, ids)
    read = Read(pictures.open, ids, side)
    known = table.to_csv(index=False)
    return Scan(
        name=name,
        key=digest("shelved 3", name, str(side), pictures.stamp, known, target, repr(classes_of)),
        table=table,
        label_columns=label_columns,
        target=target,
        classes_of=classes_of or {},
        size=side,
        channels=3,
        read=read,
        opener=partial(_open, pictures.open),
        processes=len(ids) >= MANY,
        refused=pictures.refused,
        card=card,
    )


@dataclass(frozen=True)
class Read:
    """Reads the picture of a row."""

    open: Callable[[str], bytes | Path]
    ids: list[str]
    size: int

    def __call__(self, row: int) -> Decoded:
        return decode(self.open(self.ids[row]), self.size, name=self.ids[row])


def _open(open_: Callable[[str], bytes | Path], identity: str) -> Image.Image:
    return open_image(open_(identity), name=identity)


def usual_size(pictures: Shelf, ids: list[str]) -> int:
    """The median shorter side of up to 32 evenly spaced pictures, at most MAX_SIZE."""
    sides = []
    for name in ids[:: max(1, len(ids) // 32)]:
        try:
            sides.append(min(open_image(pictures.open(name), name=name, at_least=MAX_SIZE).info["original"]))
        except UserError:
            continue
    return int(min(MAX_SIZE, max(8, median(sides)))) if sides else MAX_SIZE
