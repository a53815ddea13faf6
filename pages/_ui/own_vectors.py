"""Vectors made elsewhere: drop a table of embeddings, see what was understood, keep it as one more encoder."""

import re
from pathlib import PurePath
from typing import Any

import streamlit as st

from _ui import emphasis, sidebar
from _ui.errors import show, shown
from contrastive import catalogue, vectors
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.vectors import Table


def draw(images: ImageDataset) -> None:
    """What was kept for these pictures, the drop zone, the preview and the button that keeps it."""
    with st.expander("Vectors made elsewhere", icon=":material/data_array:"), shown():
        st.markdown(
            "Embeddings from another program join these pictures as one more encoder, for the map, the neighbours "
            "and reports. Drop a .npy with a CSV whose column *id* names the picture of each row, a .npy alone whose "
            "rows are in the order of the table above, or a Parquet file with a column *id*. They stay here."
        )
        for known in catalogue.all_known():
            if known.kind == "vectors" and known.serves(images):
                _kept(known.name)
        # Another number empties the drop zone after something was kept.
        number = st.session_state.get("vectors-number", 0)
        files = st.file_uploader(
            "A .npy, with or without a .csv, or a .parquet",
            type=["npy", "csv", "parquet"],
            accept_multiple_files=True,
            key=f"vectors-files-{number}",
        )
        if files:
            table = _read(files)
            aligned, ignored = vectors.matched(table, images)
            way = "in the order of the pictures" if table.ids is None else "matched by id"
            others = f"; left out: {ignored:,} more, of none of these pictures" if ignored else ""
            st.markdown(f"Understood: {len(aligned):,} vectors of {aligned.shape[1]:,} numbers, {way}{others}.")
            st.text_input("Name", _free_name(table.source), key=f"vectors-name-{number}", max_chars=60)
            st.button(
                "Keep it",
                type=emphasis.main(),
                icon=":material/check:",
                key="vectors-keep",
                on_click=_keep,
                args=(number, images, table),
            )
        if error := st.session_state.pop("vectors-error", None):
            show(error)


def _kept(name: str) -> None:
    card = vectors.card(name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{name}**: {card['rows']:,} vectors of {card['dim']:,} numbers, from {card['source']}")
        with st.popover("Remove", icon=":material/delete:"):
            st.markdown("The vectors kept here are deleted; the file they came from is not touched.")
            st.button("Remove them", on_click=_remove, args=(name,), key=f"vectors-remove-{name}")


def _read(files: list[Any]) -> Table:
    tables = [file for file in files if file.name.lower().endswith(".csv")]
    numbers = [file for file in files if file not in tables]
    if len(numbers) != 1 or len(tables) > 1:
        raise UserError(
            f"There are {len(numbers)} files of vectors and {len(tables)} of ids.",
            "Drop one .npy or .parquet, and at most one .csv beside it.",
        )
    ids = tables[0].getvalue() if tables else None
    return vectors.read(numbers[0].getvalue(), ids, name=numbers[0].name)


def _keep(number: int, images: ImageDataset, table: Table) -> None:
    # The name is read now: it may have been typed after the button was drawn.
    name = st.session_state[f"vectors-name-{number}"]
    try:
        sidebar.look_at(encoder=vectors.add(name, images, table, data=st.session_state["data"]))
        st.session_state["vectors-number"] = number + 1
    except UserError as error:
        st.session_state["vectors-error"] = error


def _remove(name: str) -> None:
    vectors.remove(name)
    if st.session_state.get("encoder") == name:
        sidebar.look_at(encoder=catalogue.default_for(st.session_state["data"]))


def _free_name(source: str) -> str:
    taken = {known.name for known in catalogue.all_known()}
    plain = re.sub(r"[^\w\- ]", " ", PurePath(source).stem).strip(" -")[:50] or "vectors"
    return next(name for number in range(1, len(taken) + 2) if (name := _numbered(plain, number)) not in taken)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"
