"""Two views of one picture beside views of others, with how alike the encoder finds them."""

import numpy as np
import streamlit as st

from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

from ._subject import another, current, place, recipe_for, tile, title, view_vectors

PICTURES = 64


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """A positive pair and two negatives, and how often the pair is found among all."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        strength = st.slider("Strength of the changes", 0.0, 2.0, 1.0, 0.1, key=f"{key}-strength", width=260)
        seed = st.number_input("Seed", 1, 9999, 1, key=f"{key}-seed", width=120, help="Other seeds draw other views.")
        st.button(
            "Another picture", icon=":material/shuffle:", on_click=another, args=(len(images),), key=f"{key}-other"
        )
    row = current(images)
    where = f"{place(images, known)} {row}"
    rows, pixels, vectors = view_vectors(where, recipe_for(images), strength, seed, PICTURES, images, known)
    to_anchor = vectors @ vectors[0, 0]  # (2, k): how alike each view is to the first view of the picture
    with st.grid(5, min_column_width=120, gap="small"):
        name = title(images, row)
        tile(np.asarray(images.pixels[row]), "The picture", f"The picture: {name}")
        tile(pixels[0, 0], "View 1, the anchor", f"First view of {name}")
        tile(pixels[1, 0], f"View 2, positive: {to_anchor[1, 0]:.2f}", f"Second view of {name}")
        for other in (1, 2):
            said = f"Of another picture, negative: {to_anchor[1, other]:.2f}"
            tile(pixels[1, other], said, f"A view of {title(images, rows[other])}")
    st.caption(f"The number is how alike {known.name} finds it to view 1; 1 is the same direction.")
    found = _found(vectors)
    st.markdown(
        f"**Of {len(rows)} pictures, {found} are found again by their second view**: no view of another picture is "
        f"more alike to the first. Guessing would find about one."
    )
    usual = view_vectors(where, recipe_for(images), 1.0, 1, PICTURES, images, known)[2]
    wild = view_vectors(where, recipe_for(images), 2.0, 1, PICTURES, images, known)[2]
    return {"found": str(_found(usual)), "found_wild": str(_found(wild)), "of": str(len(rows))}


def _found(vectors: np.ndarray) -> int:
    """For how many pictures the second view is the nearest of all second views; (2, k, d) unit vectors."""
    alike = vectors[0] @ vectors[1].T
    return int((alike.argmax(1) == np.arange(len(alike))).sum())
