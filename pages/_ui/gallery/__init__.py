"""A wall of pictures: each a button with a caption, a click returns its row; alone, or with its classes as bars."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from _ui.thumbnails import address
from contrastive.datasets import ImageDataset

__all__ = ["FRAME", "contact_sheet", "gallery"]

_HERE = Path(__file__).parent
FRAME = (_HERE / "frame.css").read_text(encoding="utf-8")
"""How a picture hangs, a button with words beneath; other components that hang pictures wear it too."""
_SCRIPT = {name: (_HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("frames", "gallery", "sheet")}
_component = st.components.v2.component(
    "picture_gallery",
    html='<div class="wall" role="list"></div>\n',
    css=FRAME + (_HERE / "gallery.css").read_text(encoding="utf-8"),
    js=_SCRIPT["frames"] + _SCRIPT["gallery"],
)
_with_bars = st.components.v2.component(
    "contact_sheet",
    html='<div class="room"><div class="sheet"><div class="wall" role="list"></div>'
    '<div class="bars" role="group" aria-label="Classes"></div></div></div>\n',
    css=FRAME + "".join((_HERE / name).read_text(encoding="utf-8") for name in ("gallery.css", "sheet.css")),
    js=_SCRIPT["frames"] + _SCRIPT["sheet"],
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
    data = _wall(images, rows, captions, notes, marks, size) | {"chosen": chosen}
    state = _component(key=key, data=data, on_clicked_change=_stay)
    return int(state.clicked) if state.clicked is not None else None


def contact_sheet(
    images: ImageDataset,
    rows: Sequence[int] | np.ndarray,
    *,
    column: str,
    counts: Sequence[int] | np.ndarray,
    picked: str | None,
    on_pick: Callable[[str], None],
    key: str,
    size: int = 132,
) -> int | None:
    """The same wall with a bar for every class of `column` at its edge; returns the row that was just clicked.

    `counts` (c,) are the lengths of the bars. One that is pointed at lights up its pictures; a click calls
    `on_pick` with the name of its class, before the page is drawn again. `picked` is the class that is picked.
    """
    classes, codes = images.classes_of[column], images.codes(column)[rows]
    names = [classes[code] if code >= 0 else "unlabelled" for code in codes]
    order = np.argsort(-np.asarray(counts), kind="stable").tolist()
    data = _wall(images, rows, names, None, None, size) | {
        "groups": [int(code) for code in codes],
        "bars": [{"name": classes[code], "count": int(counts[code]), "group": code} for code in order],
        "picked": classes.index(picked) if picked in classes else None,
    }

    def said() -> None:
        answer = st.session_state[key].get("picked")
        group = answer.get("group") if isinstance(answer, dict) else None
        if isinstance(group, int) and 0 <= group < len(classes):
            on_pick(classes[group])

    state = _with_bars(key=key, data=data, on_clicked_change=_stay, on_picked_change=said)
    return int(state.clicked) if state.clicked is not None else None


def _wall(
    images: ImageDataset,
    rows: Sequence[int] | np.ndarray,
    captions: Sequence[str] | None,
    notes: Sequence[str] | None,
    marks: Sequence[str] | None,
    size: int,
) -> dict[str, Any]:
    """What the browser needs to hang these pictures."""
    rows = [int(row) for row in rows]
    names = images.table["title"] if "title" in images.table.columns else images.table["id"]
    return {
        "rows": rows,
        "captions": list(captions) if captions is not None else [""] * len(rows),
        "notes": list(notes) if notes is not None else [""] * len(rows),
        "marks": list(marks) if marks is not None else [""] * len(rows),
        "names": [str(names.iloc[row]) for row in rows],
        "address": address(images),
        "size": size,
        "pixelated": images.size < 48,
    }


def _stay() -> None:
    """A trigger exists for Streamlit only once it has a callback; the rerun itself is what we want."""
