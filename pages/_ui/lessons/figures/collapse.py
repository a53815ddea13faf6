"""Vectors that shrink towards one point or one line, and the signs that tell."""

from bisect import bisect_left

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures, loading
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.health import collapsed, health, verdict
from contrastive.neighbours import unit_rows

from ._subject import place

POINT, LINE = "one point", "one line"
PICTURES = 300
STEPS = np.round(np.arange(0, 1.0001, 0.02), 2)


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """A slider that makes the vectors collapse, a plain map of them, and the four signs of health."""
    unit, codes = sample(np.asarray(loading.vectors(known, images)), images.codes())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shrunk = st.slider(
            "How far the vectors have collapsed", 0, 100, 0, 2, key=f"{key}-shrunk", format="%d %%", width=320
        )
        towards = st.segmented_control("Towards", [POINT, LINE], default=POINT, required=True, key=f"{key}-towards")
    towards = towards or POINT
    moved = shrink(unit, shrunk / 100, towards)
    signs = health(moved)
    # The signs come first: in a narrow window they stay in sight of the slider.
    left, right = st.columns([1, 3], gap="large")
    with left, st.grid(3, min_column_width=104, gap="small"):
        for name, sign, words in (
            ("Spread", "spread", "1 when vectors point everywhere, 0 when all point the same way."),
            ("Effective rank", "effective_rank", "About how many directions the vectors use."),
            ("Uniformity", "uniformity", "0 when all vectors coincide; the lower, the more evenly they are spread."),
        ):
            st.metric(name, f"{signs[sign]:.3g}".replace("-", "−"), help=words)
    with right:
        _plane(unit, moved, codes, key=f"{key}-plane")
        st.caption("The vectors seen from one side: distances are true, and the frame stands still.")
    st.markdown(f"**{verdict(signs)}**")
    tip = {way: first_collapse(f"{place(images, known)} {way}", unit, way) for way in (POINT, LINE)}
    whole = health(unit)
    return {
        "tip_point": f"{tip[POINT]:.0%}",
        "tip_line": f"{tip[LINE]:.0%}",
        "spread": f"{whole['spread']:.2f}",
        "rank": f"{whole['effective_rank']:.0f}",
        "spread_point": f"{health(shrink(unit, 0.9, POINT))['spread']:.2f}",
        "rank_point": f"{health(shrink(unit, 0.9, POINT))['effective_rank']:.0f}",
        "rank_line": f"{health(shrink(unit, 0.9, LINE))['effective_rank']:.1f}",
    }


def sample(vectors: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Up to PICTURES vectors at unit length, with their classes."""
    step = max(1, len(vectors) // PICTURES)
    return unit_rows(vectors[::step]), codes[::step]


def shrink(unit: np.ndarray, share: float, towards: str) -> np.ndarray:
    """Vectors (n, d) moved by a share of the way towards their mean, or onto the line of their largest spread."""
    middle = unit.mean(0)
    goal = np.broadcast_to(middle, unit.shape)
    if towards == LINE:
        along = np.linalg.svd(unit - middle, full_matrices=False)[2][0]
        goal = middle + ((unit - middle) @ along)[:, None] * along
    return (1 - share) * unit + share * goal


@st.cache_data(max_entries=16, show_spinner=False)
def first_collapse(key: str, _unit: np.ndarray, towards: str) -> float:
    """The smallest share of the way at which the signs say that the vectors have collapsed."""
    # It only gets worse on the way, so halving finds the place.
    place = bisect_left(STEPS, True, key=lambda share: collapsed(health(shrink(_unit, float(share), towards))))
    return float(STEPS[min(place, len(STEPS) - 1)])


def _plane(unit: np.ndarray, moved: np.ndarray, codes: np.ndarray, *, key: str) -> None:
    middle = unit.mean(0)
    axes = np.linalg.svd(unit - middle, full_matrices=False)[2][:2]
    start, now = (unit - middle) @ axes.T, (moved - middle) @ axes.T
    reach = float(np.abs(start).max()) * 1.08
    colours = [figures.SEQUENCE[code % 10] if code >= 0 else figures.SEQUENCE[9] for code in codes]
    figure = go.Figure(
        go.Scatter(
            x=now[:, 0],
            y=now[:, 1],
            mode="markers",
            marker={"size": 6, "color": colours, "opacity": 0.75},
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(range=[-reach, reach], visible=False, constrain="domain")
    figure.update_yaxes(range=[-reach, reach], visible=False, constrain="domain", scaleanchor="x")
    share = float(np.abs(now).max() / max(np.abs(start).max(), 1e-12))
    figures.show(
        figure, key=key, height=330, alt=f"{len(now)} vectors as dots; they reach {share:.0%} as far as at first"
    )
