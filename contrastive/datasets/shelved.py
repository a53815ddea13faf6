"""Pictures on a shelf plus a table of what is known of them -> a Scan: what most sources end in."""

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

    def opener(identity: str) -> Image.Image:
        return open_image(pictures.open(identity), name=identity)

    def read(row: int) -> Decoded:
        return decode(pictures.open(ids[row]), side, name=ids[row])

    known = table.to_csv(index=False)
    return Scan(
        name=name,
        key=digest("shelved 2", name, str(side), pictures.stamp, known, target, repr(classes_of)),
        table=table,
        label_columns=label_columns,
        target=target,
        classes_of=classes_of or {},
        size=side,
        channels=3,
        read=read,
        opener=opener,
        card=card,
    )


def usual_size(pictures: Shelf, ids: list[str]) -> int:
    """The median shorter side of up to 32 evenly spaced pictures, at most MAX_SIZE."""
    sides = []
    for name in ids[:: max(1, len(ids) // 32)]:
        try:
            sides.append(min(open_image(pictures.open(name), name=name, at_least=MAX_SIZE).info["original"]))
        except UserError:
            continue
    return int(min(MAX_SIZE, max(8, median(sides)))) if sides else MAX_SIZE
