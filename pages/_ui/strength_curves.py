"""How far each operation of a recipe, alone, takes pictures from themselves as it grows stronger."""

import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import background, figures, views

if TYPE_CHECKING:
    from torch import Tensor

    from contrastive.encoders import Encoder

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
PICTURES = 48


def curves(spec: list[dict[str, Any]], pictures: "Tensor", network: "Encoder", *, key: str, seed: int) -> bool:
    """A small chart for each operation of `spec`, over pictures (n, c, h, w) uint8 drawn by a fixed seed.

    Those that are measured already; says whether that is all. `key` names the encoder and the data set: the figures
    are computed once for it, the operations and the seed.
    """
    rows = np.sort(np.random.default_rng(0).permutation(len(pictures))[:PICTURES])
    works = [
        background.work(
            json.dumps(["strength", key, entry, seed]), partial(_measure, entry, pictures, rows, network, seed)
        )
        for entry in spec
    ]
    ready = [work.found for work in works if work.done]
    if not (done := len(ready) == len(works)):
        steps = sum(len(work.found) for work in works)
        st.progress(
            steps / (len(works) * len(STRENGTHS)), f"Trying every strength: {len(ready)} of {len(works)} operations"
        )
    if not ready:
        return done
    names = [entry["op"].replace("_", ", ") for entry, work in zip(spec, works, strict=True) if work.done]
    places = [place for place, work in enumerate(works) if work.done]
    measured = np.stack([np.stack(found) for found in ready])  # (operations, strengths, pictures)
    low, middle, high = np.quantile(measured, [0.1, 0.5, 0.9], axis=2)
    at_one = STRENGTHS.index(1.0)
    furthest, least = int(middle[:, at_one].argmin()), int(middle[:, at_one].argmax())
    if done and len(spec) > 1:
        st.markdown(
            f"As declared, **{names[furthest]}** alone moves pictures furthest for this encoder (similarity "
            f"{middle[furthest, at_one]:.2f}, median), {names[least]} least ({middle[least, at_one]:.2f})."
        )
    floor = max(-1.0, float(low.min()) - 0.05)
    with st.grid(min_column_width=230, gap="small"):
        for i, (place, name) in enumerate(zip(places, names, strict=True)):
            with st.container():
                st.caption(f"{place + 1} · {name.capitalize()}")
                _chart(place, name, low[i], middle[i], high[i], floor)
    st.caption(
        f"Cosine similarity of a view to its picture, over {measured.shape[2]} pictures: the line is the median, the "
        "band holds the middle 80 %. Strength 1 is as the card says. Where an operation is applied to a share of "
        "the views only, the others stay at 1."
    )
    return done


def _measure(
    entry: dict[str, Any], pictures: "Tensor", rows: np.ndarray, network: "Encoder", seed: int
) -> Iterator[np.ndarray]:
    """Cosine of every picture's view (n,), one strength after another."""
    import torch

    from contrastive import augment

    sample = pictures[torch.from_numpy(rows)]
    for strength in STRENGTHS:
        alone = augment.recipe([entry], size=sample.shape[-1], strength=strength).among(pictures)
        seen = alone(sample, torch.Generator().manual_seed(seed))
        yield views.cosines(network, sample.numpy(), (seen * 255).round().to(torch.uint8).numpy())


def _chart(place: int, name: str, low: np.ndarray, middle: np.ndarray, high: np.ndarray, floor: float) -> None:
    colour = figures.SEQUENCE[0]
    figure = go.Figure()
    edge: dict[str, Any] = {"x": STRENGTHS, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(y=high, **edge)
    figure.add_scatter(y=low, fill="tonexty", fillcolor="rgba(0, 114, 178, 0.22)", **edge)
    figure.add_scatter(
        x=STRENGTHS,
        y=middle,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        hovertemplate="strength %{x}: %{y:.3f}<extra></extra>",
    )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title="strength", showgrid=False, tickvals=[0, 0.5, 1, 1.5])
    figure.update_yaxes(range=[floor, 1.03], nticks=4)
    said = ", ".join(f"{value:.2f} at {strength:g}" for strength, value in zip(STRENGTHS, middle, strict=True))
    figures.show(figure, key=f"strength-{place}", height=190, alt=f"{name} alone: median similarity {said}")
