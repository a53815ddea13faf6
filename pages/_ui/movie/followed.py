"""One picture followed through training: its nearest others at a few epochs, a row for each."""

from pathlib import Path

import numpy as np
import streamlit as st

from _ui import loading
from _ui.data_url import data_url
from _ui.gallery import gallery
from _ui.movie.words import when
from contrastive.datasets import ImageDataset
from contrastive.movie import Movie
from contrastive.neighbours import Index

ROWS, ACROSS = 4, 8


def followed(
    made: Movie,
    folder: Path,
    pictures: ImageDataset,
    rows: np.ndarray,
    codes: np.ndarray,
    classes: list[str],
    row: int,
) -> None:
    """The neighbours of picture `row` of the sample at the first epoch, the last, and evenly between.

    `rows` and `codes` (m,) are the sample's rows in `pictures` and its classes, -1 unlabelled.
    """
    own = int(codes[row])
    shown = np.unique(np.linspace(0, len(made.epochs) - 1, ROWS).round().astype(int))
    st.subheader("Its neighbours, epoch by epoch")
    left, right = st.columns([1, 6], gap="medium")
    name = str(pictures.table["id"].iloc[rows[row]])
    seen = data_url(loading.large(pictures, int(rows[row])))
    left.image(seen, width=96, alt=f"Picture {name}", caption=name)
    with right:
        for frame in shown:
            epoch = made.epochs[frame]
            vectors = np.load(folder / f"{epoch}.npy").astype(np.float32)
            others = Index(vectors).search(vectors[row : row + 1], ACROSS, exclude=[row])[1][0]
            alike = codes[others] == own
            count = f": {int(alike.sum())} of {len(others)} of its class" if own >= 0 else ""
            st.caption(f"{when(epoch).capitalize()}{count}")
            gallery(
                pictures,
                rows[others],
                captions=[classes[code] if code >= 0 else "" for code in codes[others]],
                marks=["" if own < 0 else "same" if same else "other" for same in alike],
                key=f"movie-near-{frame}",
                size=72,
            )
    st.caption("Click another picture on the map to follow that one.")
