"""The bar above the map: layout, colour, search; filters and settings behind one button each."""

import numpy as np
import streamlit as st

from _ui import address
from _ui.choose_many import choose_many
from _ui.map import columns
from _ui.map.colouring import DERIVED, Colouring, colouring, options
from _ui.map.scene import Scene, Wish
from contrastive.datasets import ImageDataset
from contrastive.maps import KNOBS

LAYOUTS = {"tsne": "t-SNE", "umap": "UMAP", "pca": "PCA"}


def layout() -> str:
    """The method of the map, kept in the address."""
    return address.choice(
        "Layout",
        LAYOUTS,
        key="layout",
        help="t-SNE keeps neighbourhoods, UMAP also some of the large shape, PCA the directions of most spread.",
    )


def colour_by(images: ImageDataset) -> str:
    """The name of what the dots are coloured by."""
    names = options(images)
    if st.session_state.get("map-colour") not in names:
        # A column of another data set, or one that was deleted.
        st.session_state.pop("map-colour", None)
    return st.selectbox(
        "Colour by",
        names,
        key="map-colour",
        bind="query-params",
        width=160,
        help="  \n".join(f"*{name}*: {words}" for name, words in DERIVED.items() if name in names),
    )


def settings(method: str, colour: str, classes: int) -> tuple[Wish, int]:
    """Dimensions, seed and knobs of the method, and the number of clusters where they are the colours."""
    knobs, groups = {}, min(max(2, classes or 10), 30)
    with st.popover("Settings", icon=":material/tune:"):
        dims = 3 if st.toggle("3-D", key="map-3d", bind="query-params") else 2
        if colour == "cluster":
            groups = st.slider("Clusters", 2, 30, groups, key="map-clusters", bind="query-params")
        seed = st.number_input(
            "Seed", 0, 1000, 0, key="map-seed", bind="query-params", help="A fixed seed gives the same map."
        )
        for name, knob in KNOBS[method].items():
            knobs[name] = st.slider(
                name.replace("_", " "),
                knob.low,
                knob.high,
                knob.default,
                knob.step,
                help=knob.help,
                key=f"map-{method}-{name}",
                bind="query-params",
            )
    return Wish(method, dims, int(seed), knobs), groups


def filters(scene: Scene, coloured: Colouring) -> np.ndarray:
    """(n,) booleans: the pictures that every filter lets through. One's own columns can be deleted here too."""
    columns.undo_or_error()
    names = [*(name for name in options(scene.images) if name not in DERIVED)]
    choices = [colouring(name, scene) for name in names]
    if coloured.name in DERIVED and not coloured.scale:
        choices.append(coloured)
    mask = np.ones(len(scene.part), dtype=bool)
    keys = {column.name: f"map-only-{column.name}-{scene.part.fingerprint[:8]}" for column in choices}
    active = sum(bool(st.session_state.get(key)) for key in keys.values())
    with st.popover(f"Filter ({active})" if active else "Filter", icon=":material/filter_alt:", key="map-filter"):
        for column in choices:
            known = [*column.classes, "unlabelled"] if (column.codes < 0).any() else column.classes
            only = choose_many(f"Only {column.name}", known, key=keys[column.name])
            if only:
                mask &= np.isin(column.codes, [column.classes.index(c) if c in column.classes else -1 for c in only])
        if active:
            st.button("Show all", icon=":material/filter_alt_off:", on_click=_clear, args=(list(keys.values()),))
        columns.listed(scene.images)
    return mask


def _clear(keys: list[str]) -> None:
    for key in keys:
        st.session_state[key] = []
