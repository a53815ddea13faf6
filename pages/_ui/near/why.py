"""Why two pictures are neighbours: maps on both, controls that could prove them wrong, and what a probe looked at."""

from typing import Any

import numpy as np
import streamlit as st

from _ui import loading
from _ui.data_url import data_url
from _ui.near.overlay import beside, heated
from _ui.near.pair import pair
from _ui.near.query import Query, of_row
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset


def why(known: Known, images: ImageDataset, query: Query, row: int, *, turn: int = 0) -> None:
    """The panel for a query and one of its neighbours, scrolled to at every new `turn`.

    Raises UserError for vectors made elsewhere.
    """
    with st.spinner("Taking the similarity apart", show_time=True):
        network = loading.encoder(known, images)
        from contrastive import explain

        other = of_row(images, row)
        a, b = query.pixels(known, images), images.images[row]
        alike = explain.compare(network, a, b)
    record = images.table.iloc[row]
    said = [f"similarity {alike.cosine:.3f}"]
    if images.label_columns and isinstance(record[images.target], str):
        said.append(str(record[images.target]))
    if isinstance(record.get("artist"), str):
        said.append(str(record["artist"]))
    if isinstance(record.get("url"), str) and record["url"].startswith(("https://", "http://")):
        said.append(f"[Where it comes from]({record['url']})")
    st.caption(" · ".join(said))
    pair(alike, query.seen, other.seen, (query.name, other.name), key=f"neighbours-pair-{row}", turn=turn)
    if alike.contributions.shape[0] * alike.contributions.shape[1] == 1:
        st.markdown(
            "This encoder ends in a single position, so it has no regions to tell apart. Try larger pictures."
        )
        return
    with st.spinner("Checking the maps", show_time=True):
        checked = _controls(f"{known.hash(images)} {query.key} {images.fingerprint} {row}", network, a, b)
    st.markdown(" ".join([alike.said, _concentration(alike.map_a), *_in_words(*checked)]))
    with st.container(horizontal=True):
        st.download_button(
            "Download these maps",
            lambda: beside(heated(query.seen, alike.map_a), heated(other.seen, alike.map_b)),
            "why.png",
            "image/png",
            icon=":material/download:",
            key="neighbours-why-png",
        )
        if images.label_columns and len(images.classes) > 1:
            asked = st.toggle(
                "What a probe looks at",
                key="neighbours-probe",
                help="A linear probe names a class from the vector; Grad-CAM marks what spoke for it.",
            )
        else:
            asked = False
    if asked:
        _probe(known, images, network, query, other, a, b)
    with st.expander("What these maps mean, and how they can mislead", icon=":material/help:"):
        st.markdown(
            "The similarity of two pictures is a sum over all pairs of a region here and a region there (Stylianou "
            "et al. 2019, arXiv:1901.00536). The maps show the sum for each region. They say **where** the "
            "encoder found the likeness, not **what** it found there: a bright sky may mean its colour, its texture "
            "or that there is a sky. A region sees beyond its edges, since each layer looks at its surroundings. A "
            "plain background that both share adds as much as a face. Look at the two checks: a map that the same "
            "network draws with random weights, too, tells nothing about what was learned (Adebayo et al. 2018, "
            "arXiv:1810.03292), and one whose bright regions can be blanked without loss marks the wrong places "
            "(Petsiuk et al. 2018, arXiv:1806.07421)."
        )


@st.cache_data(max_entries=256, show_spinner=False)
def _controls(key: str, _network: Any, _a: Any, _b: Any) -> tuple[float | None, float, float]:
    from contrastive import explain

    test = explain.deletion(_network, _a, _b)
    return explain.random_weights(_network, _a, _b), test.marked, test.random


def _concentration(heat: np.ndarray) -> str:
    """How unevenly the likeness is spread over the query."""
    parts = np.sort(heat.clip(0).ravel())[::-1]
    if not parts.any():
        return ""
    tenth = max(1, round(len(parts) / 10))
    return f"A tenth of the first picture brings {parts[:tenth].sum() / parts.sum():.0%} of it."


def _in_words(correlation: float | None, marked: float, random: float) -> list[str]:
    lines = []
    if correlation is not None:
        meaning = (
            "so they show more than the pictures themselves"
            if correlation < 0.5
            else "so much of what they show lies in the pictures, not in what was learned"
        )
        lines.append(
            f"**Random weights:** the same network untrained draws maps that agree with these at {correlation:.2f} "
            f"(rank correlation, 1 is the same), {meaning}."
        )
    difference = random - marked
    meaning = (
        "the likeness goes sooner where the map is bright"
        if difference > 0.01
        else "the map is no better than chance here"
        if difference > -0.01
        else "here the map marks the wrong places: do not trust it"
    )
    lines.append(
        f"**Blanking:** with the marked regions blanked first, the similarity is {marked:.2f} on average; in random "
        f"order {random:.2f}: {meaning}."
    )
    return lines


@st.cache_data(max_entries=8, show_spinner="Fitting a probe", show_time=True)
def _decision(key: str, _vectors: np.ndarray, _codes: np.ndarray, n_classes: int) -> Any:
    from contrastive import explain

    few = np.random.default_rng(0).permutation(len(_codes))[:20_000]
    return explain.linear_decision(np.asarray(_vectors)[few], _codes[few], n_classes)


def _probe(known: Known, images: ImageDataset, network: Any, query: Query, other: Query, a: Any, b: Any) -> None:
    from contrastive import explain
    from contrastive.embed import encode

    key = f"{known.hash(images)} {images.fingerprint} {images.target}"
    decision = _decision(key, loading.vectors(known, images), images.codes(), len(images.classes))
    for place, one, pixels in zip(st.columns(2), (query, other), (a, b), strict=True):
        scores = decision.scores(encode(network, pixels[None]))[0]
        label = int(scores.argmax())
        heat = explain.class_map(network, pixels, decision, label)
        name = images.classes[label]
        place.image(data_url(heated(one.seen, heat)), width="stretch", alt=f"{one.name}: what spoke for {name}")
        place.caption(f"A probe says *{name}*. Bright: what spoke for it.")
