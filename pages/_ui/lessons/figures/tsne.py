"""A t-SNE map beside one of pure noise, with perplexity and seed to turn."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures, loading
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.neighbours import unit_rows

from ._subject import place

PICTURES, NEAR = 300, 10
PERPLEXITIES = (2, 5, 15, 30, 60)
FOOLED = 2


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """Two maps of as many points, and how many neighbours each has kept."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        perplexity = st.select_slider(
            "Perplexity", PERPLEXITIES, 30, key=f"{key}-perplexity", width=280, help="Neighbours it tries to keep."
        )
        seed = st.number_input("Seed", 0, 99, 0, key=f"{key}-seed", width=120, help="Where the map begins.")
        bare = st.toggle("Hide the classes", key=f"{key}-bare", help="What would you believe without the colours?")
    step = max(1, len(images) // PICTURES)
    vectors = np.asarray(loading.vectors(known, images))[::step][:PICTURES]
    codes = images.codes()[::step][:PICTURES]
    noise = np.random.default_rng(0).standard_normal(vectors.shape).astype(np.float32)
    rows = {"vectors": vectors, "noise": noise}
    names = {"vectors": f"{len(vectors)} pictures, as {known.name} sees them", "noise": "As many points of noise"}
    said = {"vectors": place(images, known), "noise": f"noise {vectors.shape}"}
    for column, what in zip(st.columns(2, gap="large"), rows, strict=True):
        with column:
            points = laid_out(said[what], perplexity, int(seed), rows[what])
            st.markdown(f"**{names[what]}**")
            _dots(points, None if bare else codes, key=f"{key}-{what}", alt=f"t-SNE map: {names[what]}")
            kept = overlap(neighbours(rows[what]), nearest(points))
            st.caption(f"{kept:.0%} of each point's {NEAR} nearest neighbours are near it on the map as well.")
    facts = {"fooled": str(FOOLED)}
    for what in rows:
        first, second = (laid_out(said[what], 30, s, rows[what]) for s in (0, 1))
        facts[f"{what}_again"] = f"{overlap(nearest(first), nearest(second)):.0%}"
        facts[f"{what}_kept"] = f"{overlap(neighbours(rows[what]), nearest(first)):.0%}"
    st.markdown(
        f"**From one seed to another, a picture keeps {facts['vectors_again']} of the {NEAR} pictures around it on "
        f"the map; a point of noise keeps {facts['noise_again']}.** (At perplexity 30, seeds 0 and 1.)"
    )
    return facts | {"near": str(NEAR), "guess": f"{NEAR / max(1, len(vectors) - 1):.0%}"}


@st.cache_data(max_entries=64, show_spinner="Drawing a map")
def laid_out(key: str, perplexity: int, seed: int, _vectors: np.ndarray) -> np.ndarray:
    """A t-SNE map (n, 2)."""
    from contrastive.maps import fit

    return fit(_vectors, "tsne", seed=seed, perplexity=perplexity).points


def neighbours(vectors: np.ndarray) -> np.ndarray:
    """The NEAR most similar rows of each row (n, d) -> (n, NEAR)."""
    unit = unit_rows(vectors)
    alike = unit @ unit.T
    np.fill_diagonal(alike, -np.inf)
    return (-alike).argsort(1)[:, :NEAR]


def nearest(points: np.ndarray) -> np.ndarray:
    """The NEAR nearest points on a map (n, 2) -> (n, NEAR)."""
    apart = ((points[:, None].astype(np.float64) - points) ** 2).sum(-1)
    np.fill_diagonal(apart, np.inf)
    return apart.argsort(1)[:, :NEAR]


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Share of neighbours that two tables (n, k) have in common."""
    return float((a[:, :, None] == b[:, None, :]).any(2).mean())


def _dots(points: np.ndarray, codes: np.ndarray | None, *, key: str, alt: str) -> None:
    colour = (
        figures.SEQUENCE[9]
        if codes is None
        else [figures.SEQUENCE[code % 10] if code >= 0 else figures.SEQUENCE[9] for code in codes]
    )
    figure = go.Figure(
        go.Scatter(
            x=points[:, 0], y=points[:, 1], mode="markers", marker={"size": 6, "color": colour}, hoverinfo="skip"
        )
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    figures.show(figure, key=key, height=340, alt=alt)
