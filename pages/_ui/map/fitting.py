"""The map itself, from disk or made now: a bar with an estimate, and a way to stop."""

from typing import TYPE_CHECKING

import streamlit as st

from _ui import loading
from _ui.map.scene import Wish
from contrastive import catalogue
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

if TYPE_CHECKING:
    from contrastive.maps import Map

STOPPED = "map-stopped"
FEWEST = 3


def fitted(known: Known, part: ImageDataset, wish: Wish) -> "Map | None":
    """The map of these pictures; None where it was stopped before it was done."""
    name = catalogue.map_name(known, part, wish.method, wish.dims, wish.seed, wish.knobs)
    if st.session_state.get(STOPPED) == name:
        st.info("The map was stopped before it was done. PCA takes a moment only.", icon=":material/stop_circle:")
        st.button("Draw it after all", icon=":material/play_arrow:", on_click=_stop, args=(None,))
        return None
    if len(part) < FEWEST:
        st.info("A map needs three pictures or more: this set has fewer.", icon=":material/scatter_plot:")
        return None
    place = st.empty()
    if loading.map_file(known, name) is None:
        place.button("Stop", icon=":material/stop:", key="map-stop", on_click=_stop, args=(name,))
    try:
        return loading.fitted_map(known, part, wish.method, wish.dims, wish.seed, wish.knobs)
    finally:
        place.empty()


def _stop(name: str | None) -> None:
    st.session_state[STOPPED] = name
