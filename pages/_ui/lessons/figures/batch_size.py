"""What a larger batch brings: nearer negatives, and more that show the anchor's own class."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures, loading
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.neighbours import unit_rows

from ._subject import place

SIZES = (4, 8, 16, 32, 64, 128, 256, 512)
DRAWS = 60


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """Two curves over the size of the batch, averaged over many random batches."""
    vectors = loading.vectors(known, images)
    sizes, near, false = measured(place(images, known), np.asarray(vectors), images.codes())
    at = st.select_slider("Pictures in the batch", sizes.tolist(), int(sizes[1]), key=f"{key}-size", width=360)
    here = int(np.flatnonzero(sizes == at)[0])
    lines = [
        (near, "how alike the nearest negative is", "%{x} pictures: %{y:.2f}"),
        (false, "false negatives of an anchor", "%{x} pictures: %{y:.1f}"),
    ]
    for column, (values, words, hover) in zip(st.columns(2), lines, strict=True):
        with column:
            if not np.isfinite(values).all():
                st.caption("This data set has no labels, so false negatives cannot be counted.")
                continue
            figure = go.Figure(
                go.Scatter(
                    x=sizes,
                    y=values,
                    mode="lines+markers",
                    line={"color": figures.SEQUENCE[0], "width": 2},
                    hovertemplate=hover + "<extra></extra>",
                )
            )
            figure.add_scatter(
                x=[at], y=[values[here]], mode="markers", marker={"size": 13, "color": figures.SEQUENCE[4]}
            )
            figure.update_layout(showlegend=False)
            figure.update_xaxes(type="log", tickvals=sizes, title="pictures in the batch", showgrid=False)
            figure.update_yaxes(nticks=5)
            st.markdown(f"**{words[0].upper()}{words[1:]}**")
            figures.show(figure, key=f"{key}-{words}", height=250, alt=f"{words}: {_spoken(sizes, values)}")
    said = f"**In a batch of {at}, an anchor's nearest negative is alike {near[here]:.2f} on average**"
    if np.isfinite(false[here]):
        said += f", and {false[here]:.1f} of its {at - 1} negatives show its own class"
    st.markdown(said + f". Measured on {DRAWS} random batches, through {known.name}, with the pictures as they are.")
    counted = (
        f"In a batch of {sizes[0]}, {false[0]:.1f} negatives of an anchor show its own class, in one of {sizes[-1]} "
        f"about {false[-1]:.0f}."
        if np.isfinite(false[-1])
        else "This data set has no labels, so nobody can count the negatives that show the anchor's own class."
    )
    return {
        "small": str(sizes[0]),
        "large": str(sizes[-1]),
        "near_small": f"{near[0]:.2f}",
        "near_large": f"{near[-1]:.2f}",
        "false": counted,
    }


@st.cache_data(max_entries=16, show_spinner=False)
def measured(key: str, _vectors: np.ndarray, _codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sizes (k,), mean cosine of the nearest negative (k,), mean number of false negatives (k,; NaN unlabelled)."""
    unit, rng = unit_rows(_vectors), np.random.default_rng(0)
    sizes = np.array([size for size in SIZES if size <= len(unit)])
    near, false = np.zeros((DRAWS, len(sizes))), np.full((DRAWS, len(sizes)), np.nan)
    for i in range(DRAWS):
        rows = rng.permutation(len(unit))[: sizes[-1]]
        alike = unit[rows[1:]] @ unit[rows[0]]
        same = _codes[rows[1:]] == _codes[rows[0]]
        for j, size in enumerate(sizes):
            near[i, j] = alike[: size - 1].max()
            if (_codes >= 0).all():
                false[i, j] = same[: size - 1].sum()
    return sizes, near.mean(0), false.mean(0)


def _spoken(sizes: np.ndarray, values: np.ndarray) -> str:
    return ", ".join(f"{value:.2f} at {size}" for size, value in zip(sizes, values, strict=True))
