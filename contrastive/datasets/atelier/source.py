"""`atelier` as a data set: a thousand paintings that ship with the program, or any number painted here.

`atelier` is the shipped thousand. `atelier:images=4000,seed=1` paints; options: images, or per_cell (images of every
subject in every style), seed, and shares ("balanced", or "artdl" for the class shares of the ArtDL paintings).
"""

import io
import zipfile
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from PIL import Image

from contrastive.datasets.decode import fit
from contrastive.datasets.prepare import Scan
from contrastive.errors import UserError
from contrastive.storage import ROOT, digest

if TYPE_CHECKING:
    from contrastive.datasets.atelier import Picture

SIZE = 96
LARGE = 480
SHIPPED = ROOT / "data" / "atelier" / "atelier.zip"
VERSION = "1"
LABELS = ["subject", "style", "palette"]
CARD = {
    "title": "Atelier",
    "description": (
        "Procedural paintings: a subject painted in a style with a palette, a pose and a composition of its own. "
        "Palettes, poses and compositions of the test pictures do not occur in training."
    ),
    "source": "painted by this program from a seed",
    "licence": "MIT",
    "citation": "",
}


def scan(
    root: Path | None,
    size: int | None,
    *,
    images: int | None = None,
    per_cell: int | None = None,
    seed: int = 0,
    shares: str = "balanced",
) -> Scan:
    """The shipped thousand, or paintings of a seed at `size` pixels (96 unless told).

    `images` in all, or `per_cell` of every subject in every style; shares: "balanced", or "artdl" for class shares
    from .64 down to .008.
    """
    side = size or SIZE
    if images is None and per_cell is None:
        if seed != 0 or shares != "balanced":
            raise UserError("How many pictures should be painted?", "For example atelier:images=4000,shares=artdl.")
        return _shipped(side)
    from contrastive.datasets.atelier import STYLES, SUBJECTS, plan

    if per_cell is not None:
        if images is not None or shares != "balanced":
            raise UserError("per_cell is a number of its own.", "Leave out images and shares beside it.")
        images = per_cell * len(SUBJECTS) * len(STYLES) if isinstance(per_cell, int) else per_cell
    if not isinstance(images, int) or not 10 <= images <= 100_000:
        raise UserError(f"The atelier cannot paint {images!r} pictures.", "Choose 10 to 100,000.")
    if not isinstance(seed, int):
        raise UserError(f"A seed is a whole number, not {seed!r}.")
    try:
        pictures = plan(images, seed=seed, shares=shares)
    except ValueError as error:
        raise UserError(str(error)) from error
    table = pd.DataFrame(
        {
            "id": [f"painting-{i:05d}" for i in range(len(pictures))],
            "split": [p.split for p in pictures],
            "title": [p.title for p in pictures],
            "subject": [p.subject for p in pictures],
            "style": [p.style for p in pictures],
            "palette": [p.palette for p in pictures],
        }
    )
    return Scan(
        name="atelier",
        # The plan itself: two ways to ask for the same paintings share them.
        key=digest("atelier", VERSION, repr(pictures), str(side)),
        table=table,
        label_columns=LABELS,
        classes_of={"subject": list(SUBJECTS)},
        size=side,
        channels=3,
        read=partial(_paint, pictures, side),
        opener=partial(_paint_large, dict(zip(table["id"], pictures, strict=True))),
        processes=True,
        card=CARD,
    )


def _paint(pictures: "list[Picture]", side: int, row: int) -> np.ndarray:
    from contrastive.datasets.atelier import paint

    return np.ascontiguousarray(paint(pictures[row], side).transpose(2, 0, 1))


def _paint_large(pictures: "dict[str, Picture]", identity: str) -> Image.Image:
    """The painting again at LARGE pixels: its strokes are laid anew, its drawing is the same."""
    from contrastive.datasets.atelier import paint

    return Image.fromarray(paint(pictures[identity], LARGE))


def _shipped(side: int) -> Scan:
    if not SHIPPED.is_file():
        raise UserError("The shipped paintings are missing.", "Get data/atelier/atelier.zip from the repository.")
    from contrastive.datasets.atelier import Picture

    archive = _archive()
    table = pd.read_csv(io.BytesIO(archive.read("table.csv")), dtype=str)
    pictures = {
        row["id"]: Picture(row["subject"], row["style"], row["palette"], row["split"], int(row["seed"]))
        for row in table.to_dict("records")
    }
    table = table.drop(columns="seed")

    def stored(row: int) -> np.ndarray:
        content = archive.read(f"{table['id'].iloc[row]}.webp")
        return fit(Image.open(io.BytesIO(content)), side)

    return Scan(
        name="atelier",
        key=digest("atelier shipped", str(side), *(f"{e.filename} {e.CRC}" for e in archive.infolist())),
        table=table,
        label_columns=LABELS,
        size=side,
        channels=3,
        read=stored,
        opener=partial(_paint_large, pictures),
        card=CARD | {"description": CARD["description"] + " These thousand are stored as WebP."},
    )


@cache
def _archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(SHIPPED)
