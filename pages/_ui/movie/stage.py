"""The stage of the movie: the map of pictures, with frames to run through and curves that move along.

It is the component of `_ui.picture_map` with a class of its own on top, so that hovering, thumbnails, legend and
zoom are the same in both.
"""

from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from _ui import picture_map
from _ui.picture_map.payload import pack

_HERE, _MAP = Path(__file__).parent, Path(picture_map.__file__).parent


def _joined() -> str:
    """One inline module: the map's scripts without their last lines, which hand the map to Streamlit, then ours."""
    mapped = "\n".join((_MAP / f"{name}.js").read_text(encoding="utf-8") for name in picture_map._SCRIPTS)
    ours = "\n".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("reel", "curves", "movie"))
    return mapped.partition("export default")[0] + ours


_component = st.components.v2.component(
    "movie",
    html='<div class="picture-map"></div>',
    css="\n".join(path.read_text(encoding="utf-8") for path in (_MAP / "map.css", _HERE / "movie.css")),
    js=_joined(),
)


def stage(
    points: np.ndarray,
    epochs: list[int],
    *,
    total: int,
    rows: np.ndarray,
    thumbnails: str,
    ids: list[str],
    codes: np.ndarray,
    classes: list[str],
    labels: list[str],
    titles: list[str] | None,
    curves: list[dict[str, Any]],
    start: int | None,
    said: str,
    height: int,
    key: str,
) -> dict[str, int | None]:
    """Show the frames (E, m, 2) of `epochs` and return {"epoch": where the viewer rests, "clicked": a row or None}.

    `rows` (m,) are the pictures' rows in the data set that `thumbnails` is an address of; `total` the epochs of the
    whole run; `start` the epoch to begin with (None: the last); `said` a few words about what is under way.
    """
    low, high = frame_box(points)
    flat = np.clip((points - low) / (high - low), 0, 1)
    steps = np.round(flat * 65535).astype("<u2")
    data = pack(points[0], ids=ids, thumbnails=thumbnails, codes=codes, classes=classes, labels=labels, titles=titles)
    about = {"key": key, "height": height, "rows": f"{key} {len(ids)}", "total": total, "start": start}
    # What the map can be told besides, and a movie never tells it.
    quiet: dict[str, Any] = {
        "basis": "",
        "selected": [],
        "mark": "",
        "opened": None,
        "found": [],
        "focus": {"name": "", "rows": []},
    }
    moving = {
        "box": [*low.tolist(), *high.tolist()],
        "xy": _text(steps[0].T),
        "frames": [_text(frame.T) for frame in steps],
        "whole": _text(rows.astype("<u4")),
        "epochs": epochs,
        "curves": curves,
        "said": said,
    }
    state = _component(
        key=key,
        data=data | about | quiet | moving,
        height=height,
        on_rested_change=_stay,
        on_clicked_change=_stay,
        on_selection_change=_stay,
    )
    clicked = (state.get("clicked") or {}).get("row")
    return {
        "epoch": (state.get("rested") or {}).get("epoch"),
        "clicked": clicked if clicked is not None and clicked < len(ids) else None,
    }


def frame_box(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The corners (2,) of the box all frames (E, m, 2) are shown in, in steps, so that it seldom grows with them."""
    # All frames spread alike; so this is the same step however many there are.
    step = max(float(np.sqrt(np.square(points[0]).sum(axis=1).mean())), 1e-9) / 5
    low, high = points.min(axis=(0, 1)) / step, points.max(axis=(0, 1)) / step
    return np.floor(low) * step, (np.floor(high) + 1) * step


def _text(array: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _stay() -> None:
    """A state key exists for Streamlit only once it has a callback; the rerun itself is what we want."""
