"""The drawer beside the map: what was found, one's own pictures, and the open picture with its neighbours."""

from collections import Counter

import numpy as np
import streamlit as st

from _ui import loading, sidebar
from _ui.data_url import data_url
from _ui.gallery import gallery
from _ui.map import opened
from _ui.map.colouring import Colouring
from _ui.map.scene import Scene
from _ui.map.uploads import Guest
from contrastive.counted import counted

NEIGHBOURS = 9
FOUND = 12
HOVER = "Hover a picture to see it, click it to open it here."


def draw(scene: Scene, coloured: Colouring, row: int | None, found: list[int], guests: list[Guest]) -> None:
    """`row` is the open picture; nothing at all is a hint."""
    searched = (st.session_state.get("map-find") or "").strip()
    if searched:
        _found(scene, found, searched)
    for guest in guests:
        _guest(scene, guest)
    if row is not None:
        _picture(scene, coloured, row)
    elif not (searched or guests):
        look = "Tap a picture to open it here." if sidebar.on_a_phone() else HOVER
        # A box drawn on a picture of a space would hold what lies behind, too.
        many = "" if scene.wish.dims == 3 else " Lasso and box select many."
        st.caption(f"{look}{many}")


def composition(scene: Scene, rows: np.ndarray) -> str:
    """The classes of some pictures with their numbers, in words: ships 8, towers 2; "" where nothing is labelled."""
    codes = scene.part.codes()[rows]
    counted = Counter(codes[codes >= 0].tolist()).most_common(3)
    return ", ".join(f"{scene.part.classes[code]} {count}" for code, count in counted)


def _found(scene: Scene, found: list[int], searched: str) -> None:
    pictures = counted(len(found), "picture") if found else "no picture"
    st.markdown(f"Found: **{pictures}** with *{searched}* in id or title.")
    if len(found) > 1:
        hit = gallery(scene.part, found[:FOUND], key="map-found-wall", size=64)
        if len(found) > FOUND:
            st.caption(f"The first {FOUND}; all are ringed on the map.")
        if hit is not None:
            opened.ask(scene, hit)
            st.rerun()


def _guest(scene: Scene, guest: Guest) -> None:
    st.image(data_url(guest.picture), width=120, alt=f"Your picture {guest.name}")
    among = composition(scene, guest.rows)
    st.markdown(f"**{guest.name}**" + (f"  \nIts ten nearest: {among}." if among else ""))
    if guest.unlike:
        told = (
            f"Even the nearest picture has a cosine of only {guest.cosine:.3f}. Of the set's own pictures, one in a "
            f"hundred lies as far from all others (below {guest.below:.3f}). Its place on the map means little."
        )
        st.badge("unlike anything here", icon=":material/question_mark:", color="orange", help=told)
    else:
        st.caption(f"The nearest picture: cosine {guest.cosine:.3f}.")


def _picture(scene: Scene, coloured: Colouring, row: int) -> None:
    record = scene.part.table.iloc[row]
    st.image(data_url(loading.large(scene.part, row)), width="stretch", alt=f"The open picture: {scene.name(row)}")
    labels = [str(record[name]) for name in scene.part.label_columns if isinstance(record[name], str)]
    said = coloured.labels[row]
    if coloured.name not in scene.part.label_columns and coloured.name != "split" and said:
        labels.append(said if coloured.name in said else f"{coloured.name}: {said}")
    st.markdown(f"**{scene.name(row)}**" + ("  \n" + ", ".join(labels) if labels else ""))
    if scene.name(row) != str(record["id"]):
        st.caption(str(record["id"]))
    near, _ = scene.nearest(row, NEIGHBOURS)
    among = composition(scene, near)
    st.markdown(f"Nearest: {among}." if among else "Nearest:")
    hit = gallery(scene.part, near, key="map-near", size=62)
    with st.container(horizontal=True):
        if st.button("Neighbours", icon=":material/image_search:", help="Open it on the Neighbours page."):
            st.session_state["neighbours-row"] = int(scene.rows[row])
            sidebar.go("neighbours.py")
        st.button("Close", icon=":material/close:", type="tertiary", on_click=opened.ask, args=(scene, None))
    if hit is not None:
        opened.ask(scene, hit)
        st.rerun()
