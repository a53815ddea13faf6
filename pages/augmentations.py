"""Augmentations: what each one does to a picture, and to the numbers an encoder gives it."""

from typing import Any

import numpy as np
import streamlit as st
from _ui import background, emphasis, loading, looking, recipe_cards, sidebar, strength_curves, take_along, views
from _ui.composition import composition
from _ui.data_url import data_url
from _ui.errors import show
from _ui.invariance_table import invariances
from _ui.moving_points import moving_points
from _ui.shortcut_bars import shortcut_bars

from contrastive.datasets import ImageDataset
from contrastive.datasets.decode import fit, open_image
from contrastive.errors import UserError

VIEWS = 12
WRITING = ("digits", "mnist")
KINDS = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]

images, known = sidebar.images(), sidebar.known()

st.title("Augmentations")
st.markdown(
    "A network that learns by contrast is told one thing only: these views show the same picture. "
    "See what the views are, and how alike an encoder finds them."
)
if known.kind == "vectors":
    # Said above everything that would need a network, not below it.
    known.load(images)


def original(images: ImageDataset) -> tuple[np.ndarray, int | None, str]:
    """Pixels (c, h, w) of the picture that is looked at, its row (None for an upload) and its name."""
    uploads = st.session_state.get("views-upload") or []
    if uploads:
        # What was chosen may have been removed since.
        upload = uploads[min(st.session_state.get("views-which", 0), len(uploads) - 1)]
        try:
            artwork = open_image(upload.getvalue(), name=upload.name)
            return fit(artwork, images.size, channels=images.channels), None, upload.name
        except UserError as error:
            show(error)
    row = st.session_state.get("neighbours-row")
    if row is None or not 0 <= row < len(images):
        row = int(np.random.default_rng(1).integers(len(images)))
    record = images.table.iloc[row]
    return np.asarray(images.pixels[row]), row, str(record.get("title", record["id"]))


def another(count: int) -> None:
    """Turn to a random picture, which the Neighbours page then shows too."""
    st.session_state["neighbours-row"] = int(np.random.default_rng().integers(count))


def show_newest() -> None:
    """Look at the upload that came last: the one before may be what could not be read."""
    st.session_state["views-which"] = max(0, len(st.session_state["views-upload"]) - 1)


def again() -> None:
    """Other draws of the same recipe."""
    st.session_state["draw"] = st.session_state["draw"] % 9999 + 1


recipe_cards.follow_address("simclr-no-flip" if images.name in WRITING else "simclr")
with st.container(horizontal=True, vertical_alignment="bottom"):
    with st.container(width=240):
        picked = recipe_cards.pick()
    strength = st.slider(
        "Strength",
        0.0,
        2.0,
        1.0,
        0.05,
        key="strength",
        bind="query-params",
        width=240,
        help="0 leaves the picture as it is, 1 is as the cards say. A setting of training, too.",
    )
    seed = st.number_input(
        "Seed",
        0,
        9999,
        1,
        key="draw",
        bind="query-params",
        width=120,
        help="The same seed draws the same views, here and in a test.",
    )
    st.button("Draw again", icon=":material/casino:", type=emphasis.main(), on_click=again)

stage = st.container()
st.subheader("Operations, in order")
spec = recipe_cards.draw()

from contrastive import augment  # noqa: E402  (it imports torch: the title is on screen by now)

said: str | list[dict[str, Any]] = picked if picked in augment.RECIPES else spec
recipe = augment.recipe(said, size=images.size, strength=strength).among(images.images)

with stage:
    left, right = st.columns([2, 5], gap="large")
    with left:
        frame = st.container(width=280)
        with st.container(horizontal=True):
            st.button("Another picture", icon=":material/shuffle:", on_click=another, args=(len(images),))
            with st.popover("Your own", icon=":material/upload:"):
                uploads = st.file_uploader(
                    "Upload pictures",
                    max_upload_size=64,
                    type=KINDS,
                    accept_multiple_files=True,
                    key="views-upload",
                    on_change=show_newest,
                    help="They stay on this machine and are forgotten when you leave.",
                )
            if len(uploads) > 1:
                st.selectbox(
                    "Which of yours",
                    range(len(uploads)),
                    key="views-which",
                    format_func=lambda number: uploads[number].name,
                    width=240,
                )
        with frame:
            pixels, row, name = original(images)
            st.image(
                data_url(views.for_screen(pixels)),
                name if row is not None else f"{name}, yours",
                width="stretch",
                alt=f"The original: {name}",
            )
    shown, told = views.drawn(pixels, recipe, seed, VIEWS)
    vectors = loading.vectors(known, images)
    network = loading.encoder(known, images)
    place = f"{known.hash(images)} {images.fingerprint}"
    moved = views.embedded(network, pixels, shown)
    found = views.likeness(loading.index(place, vectors), moved, row)
    with right:
        for caution in augment.warnings_for(recipe, images.name, images.classes):
            st.warning(caution, icon=":material/warning:")
        st.markdown(views.sentence(found))
        say = st.toggle("Say what was drawn for each view", key="drawn", bind="query-params")
        with st.grid(4, min_column_width=88, gap="small"):
            for i in np.argsort(-found.views, kind="stable"):
                sign = "●" if found.nearest[i] else "○"
                with st.container(gap="xxsmall"):
                    st.image(
                        data_url(views.for_screen(shown[i])),
                        f"{sign} {found.views[i]:.3f}",
                        width="stretch",
                        alt=f"View {i + 1} of {name}, similarity {found.views[i]:.3f}",
                    )
                    if say:
                        st.caption(told[i] or "as it is")
        st.caption(
            f"The most alike first, as {known.name} sees it; 1 is the same direction. "
            "Filled: its own picture is the nearest of all. Hollow: another one is nearer."
        )

st.subheader("On the map")
moving_points(known, images, moved, place)

st.subheader("Each operation alone")
if not spec:
    st.caption("No operation is switched on: every view is the picture itself.")
elif st.toggle("Measure similarity against strength", key="views-curves", help="Takes some seconds."):
    background.streamed(
        "views-curves-drawn",
        lambda: strength_curves.curves(spec, images.images, network, key=place, seed=seed),
    )

st.subheader("What is left to match without a network")
if st.toggle("Let plain cues try", key="views-shortcuts", bind="query-params", help="Takes some seconds."):
    shortcut_bars(images, said, strength, seed)

st.subheader("What this encoder ignores, what it notices")
if st.toggle("Measure every operation", key="views-ignores", bind="query-params", help="Takes a minute, once."):
    invariances(known, images, said)
take_along.train(images, said, strength)

st.subheader("Two operations, one after the other")
if st.toggle("Show every pair", key="views-matrix", bind="query-params"):
    composition(pixels, spec, strength=strength, seed=seed, name=name, others=images.images)

with st.expander("Take it along", icon=":material/content_copy:"):
    take_along.take_along(images, said, strength, seed)

looking.at("augmentations")
