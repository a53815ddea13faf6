"""Neighbours to take along: a table as CSV, the pictures as a zip."""

import io
import zipfile

import numpy as np
import pandas as pd
import streamlit as st

from _ui.near.answer import Answer
from _ui.near.query import Query
from contrastive.datasets import ImageDataset


def table(images: ImageDataset, found: Answer) -> pd.DataFrame:
    """One row a neighbour in order: rank, similarity, and what the set knows of it."""
    rows = images.table.iloc[found.rows].copy()
    rows.insert(0, "rank", np.arange(1, len(rows) + 1))
    rows.insert(1, "similarity", found.scores.round(4))
    return rows


def take(images: ImageDataset, found: Answer, asked: list[Query]) -> None:
    """The table, its links clickable, and two downloads."""
    rows = table(images, found)
    links = {name: st.column_config.LinkColumn() for name in ("url",) if name in rows}
    st.dataframe(
        rows, hide_index=True, column_config=links, alt="The neighbours in order, with similarity, labels and links"
    )
    with st.container(horizontal=True):
        st.download_button(
            "Download the table",
            lambda: rows.to_csv(index=False),
            "neighbours.csv",
            "text/csv",
            icon=":material/download:",
            key="neighbours-csv",
        )
        st.download_button(
            "Download the pictures",
            lambda: zipped(images, found, asked),
            "neighbours.zip",
            "application/zip",
            icon=":material/photo_library:",
            key="neighbours-zip",
        )


def zipped(images: ImageDataset, found: Answer, asked: list[Query]) -> bytes:
    """A zip of what was asked about, the neighbours in order, and the table."""
    buffer = io.BytesIO()
    pictures = [(f"query-{number}", query.seen) for number, query in enumerate(asked, 1)]
    pictures += [(f"{rank:02d}", images.open(int(row))) for rank, row in enumerate(found.rows, 1)]
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, picture in pictures:
            held = io.BytesIO()
            picture.convert("RGB").save(held, "PNG")
            archive.writestr(f"{name}.png", held.getvalue())
        archive.writestr("neighbours.csv", table(images, found).to_csv(index=False))
    return buffer.getvalue()
