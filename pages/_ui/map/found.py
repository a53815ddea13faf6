"""Search by id or title: what is found is ringed, and the only one of a search is opened."""

import numpy as np
import streamlit as st

from _ui.map import opened
from _ui.map.scene import Scene

MOST = 200


def field() -> None:
    """The search field of the bar."""
    st.text_input(
        "Find", key="map-find", placeholder="id or title", icon=":material/search:", width=182, max_chars=120
    )


def rows(scene: Scene) -> list[int]:
    """Rows whose id or title holds what was typed, whatever its case; an id typed in full finds that one alone."""
    asked = (st.session_state.get("map-find") or "").strip()
    found = _matching(scene, asked) if asked else []
    last, st.session_state["map-found"] = st.session_state.get("map-found", ""), asked
    if asked and asked != last and found:
        opened.ask(scene, found[0] if len(found) == 1 else None, focus=found[:MOST])
    return found


def _matching(scene: Scene, asked: str) -> list[int]:
    table = scene.part.table
    ids = table["id"].astype(str)
    exactly = np.flatnonzero(ids == asked)
    if len(exactly):
        return exactly.tolist()
    hit = ids.str.contains(asked, case=False, regex=False)
    if "title" in table:
        hit |= table["title"].fillna("").astype(str).str.contains(asked, case=False, regex=False)
    return np.flatnonzero(hit).tolist()
