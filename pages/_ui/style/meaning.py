"""What a restyled picture is to the encoder: how alike to its original, its neighbours, its place on the map."""

import numpy as np
import streamlit as st

from _ui import loading, views
from _ui.data_url import data_url
from _ui.gallery import gallery
from _ui.moving_points import moving_points
from _ui.style import pictures
from _ui.style.studio import Painted
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.datasets.decode import fit
from contrastive.neighbours import Index

SHOWN = 6


def meaning(known: Known, images: ImageDataset, painted: Painted) -> None:
    """Sentences, both rows of neighbours and the map. Raises UserError for an encoder without a network."""
    network = loading.encoder(known, images)
    vectors = loading.vectors(known, images)
    row = painted.content.row
    original = (
        np.asarray(images.pixels[row])
        if row is not None
        else fit(painted.content.image, images.size, channels=images.channels)
    )
    restyled = fit(painted.image, images.size, channels=images.channels)
    moved = views.embedded(network, original, restyled[None])  # (2, d)
    place = f"{known.hash(images)} {images.fingerprint}"
    index = loading.index(place, vectors)
    found = views.likeness(index, moved, row)
    st.markdown(alike(known.name, found))
    before, after = _neighbours(index, moved, row)
    if len(before[1]):
        st.markdown(kept(images, row, before[1], after[1]))
        for name, pixels, (scores, rows) in (
            ("The original", original, before),
            ("Restyled", restyled, after),
        ):
            _row(images, name, pixels, scores, rows)
        st.caption(
            f"Each at {images.size} px, as the encoder gets it, beside the pictures of the set nearest to it; "
            "the number is the cosine similarity. Click one to make it the content."
        )
    moving_points(known, images, moved, place, what="the restyled picture")


def alike(name: str, found: views.Likeness) -> str:
    """How alike the restyled picture is to its original, against the other pictures."""
    own = float(found.views[0])
    if not len(found.others):
        return f"**To {name} the restyled picture and its original have a similarity of {own:.2f}.**"
    middle = float(np.median(found.others))
    verdict = (
        "still nearest to its original" if found.nearest[0] else "nearer to another picture than to its original"
    )
    return (
        f"**To {name} the restyled picture is {verdict}.** Their similarity is {own:.2f}; other pictures "
        f"have {middle:.2f} to the original (median) and at most {found.others.max():.2f}."
    )


def kept(images: ImageDataset, row: int | None, before: np.ndarray, after: np.ndarray) -> str:
    """How many neighbours stayed, and what became of the class they share with the picture."""
    stayed, count = len(np.intersect1d(before, after)), len(before)
    who = "All" if stayed == count else "None" if stayed == 0 else f"{stayed}"
    said = f"**{who} of its {count} nearest neighbours stayed.**"
    if row is None or not images.label_columns:
        return said
    words = []
    for column in images.label_columns:
        codes = images.codes(column)
        if codes[row] >= 0:
            value = images.classes_of[column][codes[row]]
            then, now = (int((codes[rows] == codes[row]).sum()) for rows in (before, after))
            words.append(f"{column} *{value}*: {then} before, {now} after")
    return f"{said} How many share its {'; its '.join(words)}." if words else said


def _neighbours(index: Index, moved: np.ndarray, row: int | None) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Scores and rows of the pictures nearest to the original and to the restyled one, its own row left out."""
    exclude = None if row is None else np.full(2, row)
    scores, rows = index.search(moved, SHOWN, exclude=exclude)
    return (scores[0], rows[0]), (scores[1], rows[1])


def _row(images: ImageDataset, name: str, pixels: np.ndarray, scores: np.ndarray, rows: np.ndarray) -> None:
    captions = None
    if images.label_columns:
        captions = images.table[images.target].fillna("").astype(str).iloc[rows].tolist()
    left, right = st.columns([1, 6], gap="medium", vertical_alignment="top")
    with left:
        seen = data_url(views.for_screen(pixels))
        st.image(seen, name, width=110, alt=f"{name}, as the encoder gets it")
    with right:
        clicked = gallery(
            images, rows, captions=captions, notes=[f"{score:.2f}" for score in scores], key=f"style-{name}", size=92
        )
    if clicked is not None:
        pictures.hang(pictures.CONTENT, 0, pictures.ref_of(clicked))
        st.rerun()
