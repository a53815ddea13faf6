"""A wall of pictures: each a button with a caption; a click returns its row. One small component, no build step."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from _ui.thumbnails import address
from contrastive.datasets import ImageDataset

__all__ = ["FRAME", "gallery"]

_HERE = Path(__file__).parent
FRAME = (_HERE / "frame.css").read_text(encoding="utf-8")
"""How a picture hangs, a button with words beneath; other components that hang pictures wear it too."""
_component = st.components.v2.component(
    "picture_gallery",
    html='<div class="wall" role="list"></div>\n',
    css=FRAME + (_HERE / "gallery.css").read_text(encoding="utf-8"),
    js=(_HERE / "gallery.js").read_text(encoding="utf-8"),
)


def gallery(
    images: ImageDataset,
    rows: Sequence[int] | np.ndarray,
    *,
    key: str,
    captions: Sequence[str] | None = None,
    notes: Sequence[str] | None = None,
    marks: Sequence[str] | None = None,
    size: int = 132,
    chosen: int | None = None,
) -> int | None:
    """Show pictures and return the row that was just clicked, else None.

    `rows` (n,) are row numbers of the whole data set; `captions` and `notes` (n,) stand beneath each picture;
    `marks` (n,) are "same", "other" or "", drawn as a sign beside the caption; `size` in CSS pixels.
    """
    rows = [int(row) for row in rows]
    names = images.table["title"] if "title" in images.table.columns else images.table["id"]
    state = _component(
        key=key,
        data={
            "rows": rows,
            "captions": list(captions) if captions is not None else [""] * len(rows),
            "notes": list(notes) if notes is not None else [""] * len(rows),
            "marks": list(marks) if marks is not None else [""] * len(rows),
            "names": [str(names.iloc[row]) for row in rows],
            "address": address(images),
            "size": size,
            "pixelated": images.size < 48,
            "chosen": chosen,
        },
        on_clicked_change=_stay,
    )
    return int(state.clicked) if state.clicked is not None else None


def _stay() -> None:
    """A trigger exists for Streamlit only once it has a callback; the rerun itself is what we want."""
