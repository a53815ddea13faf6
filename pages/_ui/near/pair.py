"""Two pictures side by side with what makes them alike; a region of the one shows what it matches in the other."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from _ui.near.overlay import VIRIDIS
from _ui.near.query import data_url

if TYPE_CHECKING:
    from contrastive.explain import Alike

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "picture_pair",
    html='<div class="pair"></div>\n',
    css=(_HERE / "pair.css").read_text(encoding="utf-8"),
    js=(_HERE / "pair.js").read_text(encoding="utf-8"),
)
FINEST = 16
"""Positions a side that are sent to the browser; finer grids are summed, which keeps the totals."""


def pair(alike: "Alike", a: Image.Image, b: Image.Image, names: tuple[str, str], *, key: str, turn: int = 0) -> None:
    """Draw both with their maps. `a`, `b`: the squares the encoder saw, as fine as there are.

    With another `turn` than before they are scrolled to: they may stand far beneath what was clicked.
    """
    shared = coarse(alike.contributions)
    _component(
        key=key,
        data={
            "urls": [data_url(a, 512), data_url(b, 512)],
            "names": list(names),
            "grid": list(shared.shape),
            "shared": base64.b64encode(np.ascontiguousarray(shared, "<f4").tobytes()).decode(),
            "total": float(shared.sum()),
            "colours": VIRIDIS,
            "pixelated": max(*a.size, *b.size) < 128,
            "turn": turn,
        },
    )


def coarse(shared: np.ndarray, finest: int = FINEST) -> np.ndarray:
    """Contributions (h, w, h, w) summed over neighbouring positions until no side has more than `finest`."""
    for axis in range(4):
        count = shared.shape[axis]
        if count > finest:
            starts = np.unique(np.arange(finest) * count // finest)
            shared = np.add.reduceat(shared, starts, axis=axis)
    return shared
