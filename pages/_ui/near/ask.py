"""The left side of the Neighbours page: choose what is asked about."""

import numpy as np
import streamlit as st

from _ui import sidebar
from _ui.data_url import data_url
from _ui.errors import shown
from _ui.gallery import gallery
from _ui.map.uploads import hand
from _ui.near import query as queries
from _ui.near.crop import crop
from _ui.near.query import Query
from _ui.paste import pasting
from _ui.uploads import within
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError

TOGETHER = "All of them together"
MORE, LESS = "neighbours-more", "neighbours-less"


def ask(images: ImageDataset) -> list[Query]:
    """Draw the uploader and the picture that is asked about; several queries where uploads are asked together."""
    files = st.file_uploader(
        "Upload an artwork, or several",
        max_upload_size=64,
        # Without endings: a list of them is cut off in a narrow column, and a phone offers its photographs.
        type="image",
        accept_multiple_files=True,
        key="neighbours-upload",
        help="Drop them here, choose them, or paste one with Ctrl+V. They stay on this machine, are never written to "
        "disk, and are forgotten when you leave.",
    )
    pasting("neighbours-upload")
    uploads = []
    for file in within(files or []):
        with shown():
            uploads.append(queries.of_bytes(file.getvalue(), file.name))
    if uploads:
        brought = _of_uploads(uploads)
        if st.button("On the map", icon=":material/scatter_plot:", help="See where the encoder puts them."):
            hand(files)
            sidebar.go("map.py")
        return brought
    row = picked_row(images)
    whole = queries.of_row(images, row)
    asked = whole.cut(crop(whole))
    label = images.table[images.target].iloc[row] if images.label_columns else None
    st.caption(f"{whole.name} · {label}" if isinstance(label, str) and label != whole.name else whole.name)
    if st.button("On the map", icon=":material/scatter_plot:", help="See where the encoder puts it."):
        st.session_state["map-row"] = row
        sidebar.go("map.py")
    st.caption("Or pick one:")
    draw = st.session_state.setdefault("neighbours-draw", 0)
    few = np.random.default_rng(draw).permutation(len(images))[:6]
    chosen = gallery(images, few, key="neighbours-pick", size=48)
    if st.button("Show others", icon=":material/shuffle:"):
        st.session_state["neighbours-draw"] = draw + 1
        st.rerun()
    if chosen is not None:
        turn_to(chosen)
    return [asked]


def _of_uploads(uploads: list[Query]) -> list[Query]:
    which = 0
    if len(uploads) > 1:
        names = [f"{number}. {upload.name}" for number, upload in enumerate(uploads, 1)]
        said = st.selectbox("Ask about", [TOGETHER, *names], key="neighbours-which")
        which = names.index(said) if said in names else -1
    if which < 0:
        for upload in uploads:
            st.image(data_url(upload.image), width=120, alt=f"{upload.name}, which you uploaded")
        st.caption("Yours. The mean of their directions is asked about.")
        return uploads
    asked = uploads[which].cut(crop(uploads[which]))
    st.caption("Yours. Remove it above to go back to the pictures of the set.")
    return [asked]


def picked_row(images: ImageDataset) -> int:
    """The row that is asked about: as chosen, else as the address names it, else the same one for everybody."""
    row = st.session_state.get("neighbours-row")
    if row is not None and 0 <= row < len(images):
        return int(row)
    named = st.query_params.get("picture")
    if named is not None:
        found = np.flatnonzero((images.table["id"].astype(str) == named).to_numpy())
        if len(found):
            st.session_state["neighbours-row"] = int(found[0])
            return int(found[0])
        with shown():
            raise UserError(f"There is no picture {named[:60]!r} in this data set.", "Showing another one.")
    return int(np.random.default_rng(1).integers(len(images)))


def turn_to(row: int) -> None:
    """Ask about another picture of the set; examples and explanations of the last one go."""
    st.session_state["neighbours-row"] = row
    for name in (MORE, LESS, "neighbours-why"):
        st.session_state.pop(name, None)
    st.rerun()


def address(asked: list[Query], images: ImageDataset) -> None:
    """Name the picture in the address, so that the page can be passed on; an upload has no name there."""
    row = asked[0].row if len(asked) == 1 else None
    wanted = None if row is None else str(images.table["id"].iloc[row])
    if st.query_params.get("picture") == wanted:
        return
    if wanted is None:
        del st.query_params["picture"]
    else:
        st.query_params["picture"] = wanted
