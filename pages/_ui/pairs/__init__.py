"""Pairs of pictures side by side: what was asked about, and what stands nearest to it. A click returns a row."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from _ui.gallery import FRAME
from _ui.thumbnails import address
from contrastive.datasets import ImageDataset

__all__ = ["Side", "pairs"]

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "picture_pairs",
    html='<div class="pairs" role="list"></div>\n',
    css=FRAME + (_HERE / "pairs.css").read_text(encoding="utf-8"),
    js=(_HERE / "pairs.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Side:
    """One picture of a pair: its row in the whole data set, a caption, and a number beneath it."""

    row: int
    caption: str
    note: str = ""


def pairs(
    images: ImageDataset, shown: Sequence[tuple[Side, Side | None]], *, key: str, size: int = 112
) -> int | None:
    """Show pairs and return the row of the picture that was just clicked, else None; `size` in CSS pixels."""
    names = images.table["title"] if "title" in images.table.columns else images.table["id"]
    rows = {side.row for pair in shown for side in pair if side}
    state = _component(
        key=key,
        data={
            "pairs": [[asdict(side) for side in pair if side] for pair in shown],
            "names": {str(row): str(names.iloc[row]) for row in rows},
            "address": address(images),
            "size": size,
            "pixelated": images.size < 48,
        },
        on_clicked_change=_stay,
    )
    return int(state.clicked) if state.clicked is not None else None


def _stay() -> None:
    """A trigger exists for Streamlit only once it has a callback; the rerun itself is what we want."""
