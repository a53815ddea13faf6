"""The controls of the Losses page; what each loss does not read is not shown. All of them stand in the URL."""

from dataclasses import dataclass
from typing import Any, get_args

import streamlit as st

from _ui import address, emphasis
from _ui.recipe_cards import CARDS, MINE, SOURCE

from .batch import MOST

SHOWN = {"similarities": "Similarities", "push": "Pull and push"}


@dataclass(frozen=True)
class Chosen:
    """A loss, the knobs it reads, and the batch: a recipe by name or as operations, how many pictures, which draw."""

    kind: str
    knobs: dict[str, Any]
    said: str | list[dict[str, Any]]
    pictures: int
    seed: int


def controls(*, writing: bool, labelled: bool) -> Chosen:
    """Loss and its knobs in one row, the batch in a second. `writing`: a set whose pictures are never mirrored."""
    from contrastive.microscope import SOFTMAX

    from .words import NAMES

    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = address.pick(
            "Loss",
            NAMES,
            key="loss",
            width=190,
            help="What a training minimises. Its formula stands under the matrix.",
        )
        knobs = _softmax(kind) if kind in SOFTMAX else _pairs(kind, labelled)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pictures = st.slider(
            "Pictures in the batch",
            4,
            MOST,
            10,
            key="pictures",
            bind="query-params",
            width=230,
            help="Each in two views, so the matrix has twice as many rows. A larger batch brings more negatives.",
        )
        said = _recipe("simclr-no-flip" if writing else "simclr")
        seed = st.number_input(
            "Seed",
            0,
            9999,
            1,
            key="seed",
            bind="query-params",
            width=120,
            help="The same seed draws the same pictures and the same views.",
        )
        st.button("Draw another batch", icon=":material/casino:", type=emphasis.main(), on_click=_another)
    return Chosen(kind, {**knobs, "seed": seed}, said, pictures, seed)


def weights_shown() -> bool:
    """The switch between the similarities and what the loss makes of them."""
    return address.choice("Show", SHOWN, key="show", bare=True) == "push"


def _softmax(kind: str) -> dict[str, Any]:
    knobs: dict[str, Any] = {
        "temperature": st.slider(
            "Temperature t",
            0.02,
            1.5,
            0.5,
            0.01,
            key="temperature",
            bind="query-params",
            width=230,
            help="Low: the nearest negatives count most. High: all count alike.",
        )
    }
    if kind == "debiased":
        knobs["class_prior"] = st.slider(
            "Class prior c",
            0.0,
            0.9,
            0.1,
            0.01,
            key="prior",
            bind="query-params",
            width=230,
            help="The chance that a negative is of the anchor's own class, as far as one can guess. 0: NT-Xent.",
        )
    return knobs


def _pairs(kind: str, labelled: bool) -> dict[str, Any]:
    from contrastive.microscope import Pairing, Partners

    cosine = kind == "pairwise_cosine"
    knobs: dict[str, Any] = {
        "margin": st.slider(
            "Margin",
            -1.0 if cosine else 0.0,
            1.0 if cosine else 2.0,
            0.0 if cosine else 1.0,
            0.01,
            key="cosine-margin" if cosine else "margin",
            bind="query-params",
            width=190,
            help="Negatives less alike than this are left alone."
            if cosine
            else "Negatives further away than this are left alone. Vectors have unit length: 2 is the most.",
        )
    }
    if labelled:
        knobs["pairing"] = st.selectbox(
            "Positive, negative",
            get_args(Pairing),
            key="pairing",
            bind="query-params",
            width=210,
            help="What an anchor is pulled towards and what it is pushed from. The second and third need labels.",
        )
    knobs["partners"] = st.selectbox(
        "Which of them",
        get_args(Partners) if kind == "triplet" else get_args(Partners)[:2],
        key="partners",
        bind="query-params",
        width=150,
        help="All: every pair of the batch. One each: drawn for every anchor, as training does. "
        "Semi-hard: the nearest negative that is further away than the positive.",
    )
    return knobs


def _recipe(first: str) -> str | list[dict[str, Any]]:
    """A recipe by name, or the operations laid out on the Augmentations page."""
    from contrastive.augment import RECIPES

    options = [*RECIPES, MINE] if CARDS in st.session_state else [*RECIPES]
    before = st.session_state.get(SOURCE, first)
    picked = st.selectbox(
        "Recipe",
        options,
        options.index(before),
        key="recipe",
        bind="query-params",
        width=200,
        help="What makes the two views of a picture: the same object, and the same kind of draw, as in training.",
    )
    return [card.entry() for card in st.session_state[CARDS] if card.on] if picked == MINE else picked


def _another() -> None:
    st.session_state["seed"] = st.session_state["seed"] % 9999 + 1
