"""Curves of a run, or of several over each other."""

import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from contrastive.runs import Run

CURVES = {
    "loss": ("Loss", "lower is better"),
    "knn": ("kNN accuracy", "on held-out pictures"),
    "ridge": ("Ridge probe", "accuracy on held-out pictures"),
    "top1": ("Positive found first", "among all views of the batch"),
    "mean_rank": ("Mean rank of the positive", "1 is best"),
    "cosine": ("Cosine", "of the prediction and its target, 1 is best"),
    "accuracy": ("Accuracy", "views of the batch that were classified rightly"),
    "effective_rank": ("Effective rank", "directions in use"),
    "alignment": ("Alignment", "squared distance of two views of one picture, lower is better"),
    "uniformity": ("Uniformity", "how evenly the vectors are spread, lower is better"),
    "ordered": ("Triples in order", "the positive nearer than the negative"),
    "prediction_entropy": ("Variety of answers", "of a probe; 0 is always the same class"),
    "beyond_chance": ("Beyond chance", "labels that can be read, in standard errors"),
    "spread": ("Spread", "of the vectors; 0 is collapsed"),
    "dead": ("Dead dimensions", "share that gives every picture the same number"),
    "lr": ("Learning rate", "as the schedule has it"),
    "images_per_s": ("Pictures a second", "of the training alone"),
}
"""What is measured while a run learns: its name, and what it says."""
SHARES = {"knn", "ridge", "top1", "accuracy", "ordered"}
"""Those that are shares, and are written in per cent."""


def curve(runs: list[Run], metric: str, *, key: str, height: int = 260) -> None:
    """One metric over epochs, a line with its own dash and marker for every run."""
    figure = go.Figure()
    last, share, longest = [], metric in SHARES, 0
    for number, run in enumerate(runs):
        lines = [line for line in run.metrics() if metric in line]
        if not lines:
            continue
        figure.add_scatter(
            x=[line["epoch"] for line in lines],
            y=[line[metric] for line in lines],
            name=run.id,
            mode="lines+markers" if len(lines) < 40 else "lines",
            line={"color": figures.SEQUENCE[number % 10], "dash": figures.DASHES[number % 5], "width": 2},
            hovertemplate=f"epoch %{{x}}: %{{y:{'.1%' if share else '.4g'}}}<extra>{run.id}</extra>",
        )
        longest = max(longest, *(line["epoch"] for line in lines))
        last.append(f"{run.id} {lines[-1][metric]:{'.1%' if share else '.3g'}}")
    figure.update_layout(showlegend=len(runs) > 1)
    name, meaning = CURVES[metric]
    st.caption(f"{name}: {meaning}")
    # After one or two epochs plotly would write fractions of them, and shares below none and above all.
    figure.update_xaxes(title="epoch", showgrid=False, rangemode="tozero", dtick=1 if longest < 6 else None)
    if share:
        figure.update_yaxes(tickformat="~%", autorangeoptions={"minallowed": 0, "maxallowed": 1})
    figures.show(
        figure, key=key, height=height, stacked=True, alt=f"{name}, {meaning}; last values: " + ", ".join(last)
    )
