"""Losses: a batch under the microscope. Which pairs a loss pulls together, which it pushes apart, and how hard."""

import inspect

import pandas as pd
import streamlit as st
from _ui import loading, looking, sidebar
from _ui.errors import shown
from _ui.microscope import microscope

from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

WRITING = ("digits", "mnist")

st.title("Losses")
st.markdown(
    "A contrastive loss reads one table: how alike every view of a batch is to every other one. "
    "See which pairs it pulls together, which it pushes apart, and how hard."
)


@st.fragment
def stage(images: ImageDataset, known: Known) -> None:
    """Everything beneath the title: a turned knob redraws this much and no more."""
    with shown():
        under_the_microscope(images, known)


def under_the_microscope(images: ImageDataset, known: Known) -> None:
    """Controls, matrix, what it says. Raises UserError where the knobs leave no pair."""
    import torch
    from _ui.microscope import controls, push_curve, words
    from _ui.microscope.batch import draw

    from contrastive.microscope import Knobs, look, nearest_share

    chosen = controls.controls(writing=images.name in WRITING, labelled=bool(images.classes))
    knobs, kind = Knobs(**chosen.knobs), chosen.kind
    place = f"{known.hash(images)} {images.fingerprint}"
    batch = draw(images, loading.encoder(known, images), chosen.said, chosen.seed, chosen.pictures, place)
    if len(batch.rows) < chosen.pictures:
        st.caption(f"This data set has {len(batch.rows)} pictures; all of them are in the batch.")
    seen = look(kind, torch.from_numpy(batch.vectors), torch.from_numpy(batch.labels), knobs)

    weights = controls.weights_shown()
    microscope(kind, seen, batch, images, weights=weights, key="microscope")

    st.subheader("What it means")
    x, curves = push_curve.measured(kind, batch, knobs, f"{place} {chosen.said} {chosen.seed} {len(batch.rows)}")
    st.markdown(words.bias(kind, seen, batch, knobs))
    st.markdown(f"{words.weight(kind, seen, x, curves[1])} {words.found(seen)}")
    push_curve.chart(kind, knobs, x, curves, nearest_share(seen)[1])
    more(kind, words.NAMES[kind], words.table(seen, batch, images))


def more(kind: str, name: str, table: pd.DataFrame) -> None:
    """The loss in the words of the code, the matrix to take along, and a warning."""
    from contrastive.losses import LOSSES

    with st.expander(f"{name}: the equation and its source", icon=":material/function:"):
        st.code(inspect.getdoc(LOSSES[kind]) or "", language=None, wrap_lines=True)
    with st.expander("Take it along", icon=":material/download:"):
        st.download_button(
            "The matrix as CSV",
            lambda: table.to_csv(index=False),
            f"{kind}.csv",
            "text/csv",
            icon=":material/download:",
            help="One row for every pair: pictures, views, classes, measure, role, push.",
            on_click="ignore",
        )
        st.caption("The picture of the matrix: Save as PNG, beside it. The address of this page is this very state.")
    looking.at("losses")


if len(images := sidebar.images()) < 2:
    st.info(
        "This data set has a single picture, and a loss that compares needs another one. "
        "Choose a larger set in the sidebar, or add pictures on the Data set page.",
        icon=":material/info:",
    )
else:
    stage(images, sidebar.known())
