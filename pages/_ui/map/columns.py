"""Label columns of one's own: keep a selection as one, delete it, and take the deletion back."""

from collections.abc import Sequence

import streamlit as st

from _ui import emphasis
from _ui.errors import show
from contrastive import selections
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError

DELETED, ERROR = "map-column-deleted", "map-column-error"


def keep(images: ImageDataset, rows: Sequence[int]) -> None:
    """The button that opens a field for the name; kept, the column is coloured by at once."""
    with st.popover("Keep as a label column", icon=":material/new_label:", key="map-keep"):
        st.markdown("These pictures get a label of their own, to colour the map and to filter by. It stays here.")
        st.text_input("Name", key="map-keep-name", max_chars=60, placeholder="for example: night scenes")
        st.button("Keep it", type=emphasis.main(), icon=":material/check:", on_click=_keep, args=(images, rows))


def listed(images: ImageDataset) -> None:
    """One's own columns, each with a button that deletes it."""
    for name in selections.columns(images):
        st.button(
            f"Delete the column {name}",
            icon=":material/delete:",
            type="tertiary",
            key=f"map-delete-{name}",
            on_click=_delete,
            args=(name, images),
        )


def undo_or_error() -> None:
    """What went wrong with a name, or the way back from a deletion."""
    if error := st.session_state.pop(ERROR, None):
        show(error)
    if DELETED in st.session_state:
        name = st.session_state[DELETED][0]
        st.button(f"Undo: bring {name} back", icon=":material/undo:", on_click=_undo, key="map-undo")


def _keep(images: ImageDataset, rows: Sequence[int]) -> None:
    name = st.session_state["map-keep-name"]
    try:
        selections.keep(name, images, rows)
        st.session_state["map-colour"] = name.strip()
        st.session_state["map-keep-name"] = ""
    except UserError as error:
        st.session_state[ERROR] = error


def _delete(name: str, images: ImageDataset) -> None:
    st.session_state[DELETED] = (name, images, selections.remove(name, images))


def _undo() -> None:
    name, images, rows = st.session_state.pop(DELETED)
    selections.keep(name, images, rows)
