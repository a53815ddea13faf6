"""A picture one can draw a square on, with mouse, finger or keys; what is inside is asked about."""

from pathlib import Path

import streamlit as st

from _ui.near.query import Part, Query, data_url

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "picture_crop",
    html='<div class="crop"></div>\n',
    css=(_HERE / "crop.css").read_text(encoding="utf-8"),
    js=(_HERE / "crop.js").read_text(encoding="utf-8"),
)
LEAST = 0.05


def crop(query: Query) -> Part | None:
    """Show the picture of a query and return the square that was drawn on it, else None."""
    state = _component(
        key=f"neighbours-crop-{query.key}",
        data={
            "url": data_url(query.image),
            "ratio": query.image.width / query.image.height,
            "name": query.name,
            "pixelated": max(query.image.size) < 128,
            "least": LEAST,
        },
        default={"part": None},
        on_part_change=lambda: None,
    )
    return _checked(state.part)


def _checked(value: object) -> Part | None:
    """What the browser says is a part, or None: it is never trusted to be one."""
    if not isinstance(value, list | tuple) or len(value) != 3:
        return None
    try:
        left, top, side = (round(float(number), 4) for number in value)
    except (TypeError, ValueError):
        return None
    if not (0 <= left < 1 and 0 <= top < 1 and LEAST <= side <= 1):
        return None
    return left, top, side
