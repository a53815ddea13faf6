"""The map of pictures: one Streamlit component of our own, on a 2-D canvas, without a build step.

Components v2 runs one inline module from a `blob:` address, where `import` of a neighbour cannot resolve.
So the JavaScript lies here in files of one idea each, in one shared scope, and is joined when imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import streamlit as st

from .payload import pack

__all__ = ["picture_map"]

_HERE = Path(__file__).parent
_SCRIPTS = (
    *("marks", "places", "lines", "view", "collage", "thumbnails", "dots", "paint"),
    *("panels", "legend", "hand", "memory", "map"),
)

_component = st.components.v2.component(
    "picture_map",
    html='<div class="picture-map"></div>',
    css=(_HERE / "map.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS),
)


def picture_map(
    points: Any,
    *,
    ids: Sequence[str],
    thumbnails: str | None,
    codes: Any,
    classes: Sequence[str],
    labels: Sequence[str] | None = None,
    titles: Sequence[str] | None = None,
    selected: Iterable[int] = (),
    marked: Iterable[tuple[float, float, str]] | None = None,
    opened: int | None = None,
    found: Iterable[int] = (),
    focus: Iterable[int] = (),
    anew: Mapping[str, int] | None = None,
    shown: Any = None,
    ramp: tuple[str, str, str] | None = None,
    near: tuple[Sequence[str], Any] | None = None,
    height: int = 620,
    key: str,
) -> dict[str, Any]:
    """Show pictures where an embedding puts them and return which of them were selected and clicked.

    Shape: points (n, 2); codes (n,), the class of each point, -1 unlabelled.
    `thumbnails` is an address with {index} for the row number; None shows dots only.
    `selected` is shown when it differs from the last run's; between two such changes the viewer's own
    selection stands, and so it is with `opened`, the picture that is marked as clicked. `found` rows are ringed;
    the view goes to the `focus` rows when they change. Another number under "selected", "opened" or "focus" in
    `anew` says that the same is meant once more. `marked` are (x, y, name) points of their own, such as an uploaded
    picture. `shown` (n,) booleans: the others are neither drawn nor picked. With `ramp`, (lowest, highest, name),
    the classes are steps of an order and the legend is a scale. `near`: (names, counts (n, len(names)) of 0..15),
    the classes of each picture's neighbours, for the card at the pointer.
    Returns {"selection": {"points": rows in ascending order}, "clicked": row or None}; both survive reruns
    under `key` and end when other pictures come (other n, ids or thumbnails). Other points for the same
    pictures glide to their new places.
    Raises ValueError where columns do not fit each other or a point has no finite place.
    """
    data = pack(
        points,
        ids=ids,
        thumbnails=thumbnails,
        codes=codes,
        classes=classes,
        labels=labels,
        titles=titles,
        marked=marked,
        shown=shown,
        ramp=ramp,
        near=near,
    )
    n = data["n"]
    if n == 0:
        st.info("There are no pictures to put on the map yet.", icon=":material/scatter_plot:")
        return {"selection": {"points": []}, "clicked": None}

    seeds = sorted({int(row) for row in selected})
    ringed, wanted = [int(row) for row in found], [int(row) for row in focus]
    for name, asked in {"Selected": seeds, "Found": ringed, "Focused": wanted}.items():
        if asked and not 0 <= min(asked) <= max(asked) < n:
            raise ValueError(f"{name} rows must lie in 0..{n - 1}, not {min(asked)}..{max(asked)}.")
    rows = _revision(f"{key}: pictures", n, thumbnails, data["ids"])
    turns = anew or {}
    basis = _revision(f"{key}: selected", rows, seeds, turns.get("selected"))
    mark = _revision(f"{key}: opened", rows, opened, turns.get("opened"))
    place = _revision(f"{key}: focus", rows, wanted, turns.get("focus"))
    state = _component(
        key=key,
        data=data
        | {"key": key, "height": height, "rows": rows, "basis": basis, "selected": seeds, "mark": mark}
        | {"opened": opened, "found": ringed, "focus": {"name": place, "rows": wanted}},
        height=height,
        on_selection_change=_stay,
        on_clicked_change=_stay,
    )
    chosen = _said_of(state.get("selection"), basis)
    said = _said_of(state.get("clicked"), mark)
    clicked = opened if said is None else said["row"]
    return {
        "selection": {"points": seeds if chosen is None else [row for row in chosen["points"] if 0 <= row < n]},
        "clicked": clicked if clicked is not None and 0 <= clicked < n else None,
    }


def _said_of(answer: Any, basis: str) -> Any:
    """What the viewer said, unless it was said of other pictures or before the page itself turned to something."""
    return answer if answer and answer.get("basis", basis) == basis else None


def _revision(name: str, *parts: Any) -> str:
    """Name the present state of `parts`, with a new name at every change in this session.

    The count makes going back to an earlier state a new one too: what was selected then must not come back,
    because the browser has forgotten it. The fingerprint tells sessions apart that share a browser tab.
    """
    fingerprint = blake2b(repr(parts).encode(), digest_size=8).hexdigest()
    last, count = st.session_state.get(name, (None, 0))
    if fingerprint != last:
        count += 1
        st.session_state[name] = (fingerprint, count)
    return f"{count}-{fingerprint}"


def _stay() -> None:
    """A state key exists for Streamlit only once it has a callback; the rerun itself is what we want."""
