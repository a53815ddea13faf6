"""The map as one HTML file: thumbnails, hover, search and legend inside, so that it opens from a disk, offline."""

from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from contrastive.errors import UserError
from contrastive.export.contents import Contents
from contrastive.export.sprites import sheets

PAGE = Path(__file__).parent / "page"
NAMES = {"tsne": "t-SNE", "umap": "UMAP", "pca": "PCA"}
STEPS = 65535
# Up to so many pictures, thumbnails of so many pixels: 1,000 paintings take about 2 MiB.
SIDES = ((1_500, 96), (6_000, 64), (20_000, 48), (100_000, 32))
SHEET = 2048
"""Side in pixels of a sheet of thumbnails, which browsers decode in one piece."""


def html(contents: Contents) -> bytes:
    """The page; a 2-D map is needed. Raises UserError for a 3-D one and for more than 100,000 pictures."""
    dataset, made = contents.dataset, contents.map
    assert made is not None
    if made.dims != 2:
        raise UserError("The page shows flat maps only.", "Leave out --dims, or export --what parquet.")
    side = next((side for most, side in SIDES if len(dataset) <= most), None)
    if side is None:
        raise UserError(
            f"{len(dataset):,} pictures are too many for one page.", f"Export at most {SIDES[-1][0]:,} with --limit."
        )
    side = min(side, dataset.size)
    across = SHEET // side
    low, high = made.points.min(axis=0), made.points.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    title = dataset.name.partition(":")[0]
    method = NAMES.get(made.method, made.method)
    table = contents.table
    data = {
        "n": len(dataset),
        "aspect": span.tolist(),
        "xy": _packed(np.round((made.points - low) / span * STEPS).T, "<u2"),
        "ids": [str(value) for value in table["id"]],
        "titles": [value or "" for value in table["title"]] if "title" in table.columns else None,
        "columns": _columns(contents),
        "side": side,
        "across": across,
        "sheets": [_uri(content) for content in sheets(dataset, side=side, across=across)],
    }
    # In a script element, only "<" could end it.
    document = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    page = (PAGE / "page.html").read_text(encoding="utf-8")
    parts = {
        "title": escape(f"A map of {title}"),
        "about": escape(f"{len(dataset):,} pictures where the encoder {contents.known.name} puts them, by {method}."),
        "style": (PAGE / "page.css").read_text(encoding="utf-8"),
        "script": "\n".join(
            (PAGE / name).read_text(encoding="utf-8") for name in ("places.js", "draw.js", "page.js")
        ),
        "data": document,
    }
    # In one pass: what is put in may itself contain the signs.
    pieces = page.split("@@")
    return "".join(parts[piece] if i % 2 else piece for i, piece in enumerate(pieces)).encode()


def _columns(contents: Contents) -> list[dict[str, Any]]:
    """The label columns, the target first, then the split: name, classes and a class number a picture."""
    dataset = contents.dataset
    names = sorted(dataset.label_columns, key=lambda name: name != dataset.target)
    columns = [(name, dataset.classes_of[name], dataset.codes(name)) for name in names]
    splits = [name for name in ("train", "val", "test") if len(dataset.rows(name))]
    columns.append(("split", splits, dataset.table["split"].map({s: k for k, s in enumerate(splits)}).to_numpy()))
    return [
        {"name": n, "classes": list(c), "codes": _packed(np.asarray(codes) + 1, "<u2")} for n, c, codes in columns
    ]


def _packed(array: np.ndarray, kind: str) -> str:
    return b64encode(np.ascontiguousarray(array.astype(kind)).tobytes()).decode()


def _uri(webp: bytes) -> str:
    return f"data:image/webp;base64,{b64encode(webp).decode()}"
