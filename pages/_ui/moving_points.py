"""Views as points on the map of their data set: how far an operation carries a picture, to the encoder's eye."""

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures, loading
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

if TYPE_CHECKING:
    from contrastive.maps import Map

DRAWN = 2000


def moving_points(known: Known, images: ImageDataset, vectors: np.ndarray, place: str, *, what: str = "") -> None:
    """A picture and its views, `vectors` (1 + v, d) with the picture first, among the data set on its PCA map.

    PCA, because it shows where new vectors lie exactly and at once. `place` names the encoder and the data set;
    `what` is what a single view is called.
    """
    if len(images) < 3:
        return
    layout = loading.fitted_map(known, images, "pca", 2, 0, {})
    points = layout.place(vectors)  # (1 + v, 2)
    steps = np.linalg.norm(points[1:] - points[0], axis=1)
    usual = float(np.median(np.linalg.norm(layout.points - points[0], axis=1)))
    said = _words(steps, usual, what)
    st.markdown(said)
    alt = f"Map of {images.name}. {said}"
    figures.show(_figure(layout.points, points), key="views-on-map", height=400, alt=alt)
    st.caption(
        f"Grey: pictures of the data set; joined by {'a line' if what else 'lines'}: this picture and "
        f"{what or 'its views'}. A PCA map of what "
        f"{known.name} sees. It holds {_share(place, layout):.0%} of the variance: points that lie together here may "
        "still be far apart, points far apart here are so."
    )


def _words(steps: np.ndarray, usual: float, what: str) -> str:
    """How far the views moved, against the distance of other pictures."""
    if usual == 0:
        return "All pictures lie in one place on this map."
    if steps.max() <= 1e-3 * usual:
        return (
            f"{what.capitalize()} stays where the picture is." if what else "The views stay where their picture is."
        )
    if what:
        return f"On the map {what} lies {steps[0] / usual:.2f} times as far away as another picture does (median)."
    middle, most = np.median(steps) / usual, steps.max() / usual
    return (
        f"The views move {middle:.2f} times as far as another picture lies away (both medians), "
        f"the farthest {most:.2f} times."
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _share(place: str, _layout: "Map") -> float:
    """Share of the variance that the map's two directions hold."""
    whole = float(_layout.vectors.var(0, dtype=np.float64).sum())
    return float(_layout.points.var(0, dtype=np.float64).sum()) / whole if whole else 1.0


def _figure(others: np.ndarray, points: np.ndarray) -> go.Figure:
    if len(others) > DRAWN:
        others = others[np.random.default_rng(0).permutation(len(others))[:DRAWN]]
    figure = go.Figure()
    figure.add_scattergl(
        x=others[:, 0],
        y=others[:, 1],
        mode="markers",
        marker={"size": 4, "color": "rgba(128, 128, 128, 0.45)"},
        hoverinfo="skip",
    )
    views = points[1:]
    between = np.full(len(views), np.nan, np.float32)
    lines = np.stack(
        [np.repeat(points[:1], len(views), 0), views, np.stack([between, between], 1)], 1
    )  # (v, 3, 2): there, here, and a gap
    figure.add_scattergl(
        x=lines[..., 0].ravel(),
        y=lines[..., 1].ravel(),
        mode="lines",
        line={"color": figures.SEQUENCE[0], "width": 1},
        hoverinfo="skip",
    )
    figure.add_scattergl(
        x=views[:, 0],
        y=views[:, 1],
        mode="markers",
        marker={"size": 8, "color": figures.SEQUENCE[0], "line": {"color": "white", "width": 1}},
        text=[f"View {i + 1}" for i in range(len(views))],
        hovertemplate="%{text}<extra></extra>",
    )
    figure.add_scattergl(
        x=points[:1, 0],
        y=points[:1, 1],
        mode="markers",
        marker={
            "size": 14,
            "color": figures.SEQUENCE[4],
            "symbol": "diamond",
            "line": {"color": "white", "width": 2},
        },
        hovertemplate="the picture<extra></extra>",
    )
    figure.update_layout(showlegend=False, uirevision="views-on-map")
    figure.update_xaxes(showgrid=False, zeroline=False, showticklabels=False)
    figure.update_yaxes(showgrid=False, zeroline=False, showticklabels=False, scaleanchor="x")
    return figure
