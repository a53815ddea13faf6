"""The stage of the Losses page: a batch's matrix with its pictures along the axes, as one component of our own.

Components v2 runs one inline module from a `blob:` address, where `import` of a neighbour cannot resolve.
So the JavaScript lies here in files of one idea each, in one shared scope, and is joined when imported.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

if TYPE_CHECKING:
    from contrastive.datasets import ImageDataset
    from contrastive.microscope import Seen

    from .batch import Batch

__all__ = ["microscope"]

_HERE = Path(__file__).parent
_SCRIPTS = ("colours", "matrix", "panel", "microscope")
_component = st.components.v2.component(
    "loss_microscope",
    html='<div class="frame"><div class="microscope"></div></div>',
    css=(_HERE / "microscope.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS),
)


def microscope(kind: str, seen: "Seen", batch: "Batch", images: "ImageDataset", *, weights: bool, key: str) -> None:
    """Draw a batch under a loss: similarities, or with `weights` how hard each pair is pulled or pushed."""
    from .formulas import LETTERS, TERMS, formula, worked
    from .words import role_names

    order, count = batch.order, len(batch.rows)
    titles = images.table["title"] if "title" in images.table.columns else images.table["id"]
    lines = worked(kind, seen)
    square = np.ix_(order, order)
    _component(
        key=key,
        data={
            "sheet": batch.sheet,
            "pixelated": images.size < 48,
            "tiles": (order % count).tolist(),
            "views": (order // count).tolist(),
            "titles": [str(titles.iloc[row]) for row in batch.rows[order % count]],
            "codes": batch.labels[order % count].tolist(),
            "classes": [images.classes[code] if code >= 0 else "" for code in batch.labels[order % count]],
            "measure": seen.measure[square].ravel().round(4).tolist(),
            "push": [float(f"{value:.4g}") for value in seen.push[square].ravel()],
            "roles": "".join(word[0] for word in role_names(seen)[square].ravel()),
            "distances": seen.distances,
            "bars": seen.per_anchor[order].round(5).tolist(),
            "loss": f"{seen.loss:.4f}",
            "formula": formula(kind),
            "letters": LETTERS[kind],
            "terms": TERMS,
            "worked": [lines[row] for row in order],
            "weights": weights,
        },
    )
