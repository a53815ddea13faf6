"""On whom the push falls, against the temperature or the margin."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from contrastive.microscope import SOFTMAX, Knobs, curve

from .batch import Batch

TEMPERATURES = (0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.55, 0.75, 1.0, 1.5)


def measured(kind: str, batch: Batch, knobs: Knobs, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Values x (k,) of the temperature or the margin, and (3, k): loss, share on the nearest tenth, on false ones.

    `key` names the batch; the curve is made once for it and for all knobs but the one on its axis.
    """
    x = np.array(TEMPERATURES) if kind in SOFTMAX else np.linspace(-1 if kind == "pairwise_cosine" else 0, 1, 25)
    if kind in ("pairwise_margin", "triplet"):
        x = x * 2
    return x, _measured(key, kind, json.dumps(asdict(knobs.turned(kind, 1.0))), x, batch)


@st.cache_data(max_entries=256, show_spinner=False)
def _measured(key: str, kind: str, knobs: str, x: np.ndarray, _batch: Batch) -> np.ndarray:
    import torch

    vectors, labels = torch.from_numpy(_batch.vectors), torch.from_numpy(_batch.labels)
    return curve(kind, vectors, labels, Knobs(**json.loads(knobs)), x)


def chart(kind: str, knobs: Knobs, x: np.ndarray, curves: np.ndarray, even: float) -> None:
    """Share of the push against the knob, with a line at where it stands; `even`: if all weighed the same."""
    name = "temperature" if kind in SOFTMAX else "margin"
    now = getattr(knobs, name)
    figure = go.Figure()
    lines: list[tuple[str, np.ndarray, dict[str, Any]]] = [
        ("the nearest tenth of the negatives", curves[1], {"color": figures.SEQUENCE[0], "width": 2.5})
    ]
    if np.nanmax(curves[2], initial=0) > 0:
        lines.append(("false negatives", curves[2], {"color": figures.SEQUENCE[4], "width": 2.5, "dash": "dash"}))
    for said, values, line in lines:
        figure.add_scatter(
            x=x, y=values, name=said, mode="lines", line=line, hovertemplate=f"{name} %{{x:.2f}}: %{{y:.0%}}"
        )
    figure.add_hline(y=even, line={"color": "#8a8276", "width": 1, "dash": "dot"})
    figure.add_vline(x=now, line={"color": "#8a8276", "width": 1})
    figure.update_yaxes(range=[0, 1.03], tickformat=".0%", nticks=5, title="share of the push")
    figure.update_xaxes(title=name, showgrid=False)
    if name == "temperature":
        figure.update_xaxes(
            type="log", tickvals=[0.02, 0.05, 0.1, 0.2, 0.5, 1], ticktext=["0.02", "0.05", "0.1", "0.2", "0.5", "1"]
        )
    said = ", ".join(f"{v:.0%} at {k:.2g}" for k, v in zip(x[::4], curves[1][::4], strict=True) if np.isfinite(v))
    figures.show(
        figure,
        key="push-curve",
        height=260,
        alt=f"Share of the push on the nearest tenth of negatives by {name}: {said}",
    )
    st.caption(
        f"On whom the push falls, against the {name}. The vertical line is where you are; "
        "the dotted one is the nearest tenth if all negatives weighed the same."
    )
