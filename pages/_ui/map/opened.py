"""The picture that is open beside the map, from wherever it was asked for.

Another page opens one by its row in the whole data set, and an address by its id:

    st.session_state["map-row"] = row
    sidebar.go("map.py")

    /map?data=atelier&picture=ID
"""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from _ui.errors import show
from _ui.map.scene import Scene
from contrastive.errors import UserError

ROW, ASKED, SEEN = "map-row", "map-asked", "map-picture"


def ask(scene: Scene, row: int | None, *, focus: Sequence[int] | None = None) -> None:
    """Open a picture of the map (None closes) and bring it, or the rows of `focus`, into view."""
    turn = st.session_state.get(ASKED, (0, "", None, []))[0] + 1
    rows = list(focus) if focus is not None else [] if row is None else [row]
    st.session_state[ASKED] = (turn, scene.part.fingerprint, row, rows)


def asked(scene: Scene) -> dict:
    """What `picture_map` is told of it: opened, focus, anew. Takes up what another page or the address asks for."""
    row = st.session_state.pop(ROW, None)
    if row is not None:
        here = (scene.rows == row).nonzero()[0]
        _ask_or_say(scene, here, "The picture")
    elif SEEN not in st.session_state and (wanted := st.query_params.get("picture")):
        here = (scene.part.table["id"].astype(str) == wanted).to_numpy().nonzero()[0]
        _ask_or_say(scene, here, f"The picture {wanted[:60]!r}")
    st.session_state.setdefault(SEEN, None)
    turn, fingerprint, row, focus = st.session_state.get(ASKED, (0, "", None, []))
    if fingerprint != scene.part.fingerprint:
        row, focus = None, []
    return {"opened": row, "focus": focus, "anew": {"opened": turn, "focus": turn}}


def remember(scene: Scene, row: int | None) -> None:
    """Put the id of the open picture into the address, so that it can be shared."""
    id = None if row is None else str(scene.part.table["id"].iloc[row])
    st.session_state[SEEN] = id
    if id is None:
        st.query_params.pop("picture", None)
    elif st.query_params.get("picture") != id:
        st.query_params["picture"] = id


def _ask_or_say(scene: Scene, here: np.ndarray, what: str) -> None:
    if len(here):
        ask(scene, int(here[0]))
    elif len(scene.part) < len(scene.images):
        show(UserError(f"{what} is not in the sample on this map.", "Choose PCA, which takes more pictures at once."))
    else:
        show(UserError(f"{what} is not in this data set.", "Choose its data set in the sidebar."))
