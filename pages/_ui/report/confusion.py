"""What is taken for what: the confusion matrix, a click on which opens the pictures of a cell."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from contrastive.evaluate import Report, confused_pairs

MOST_WORDS = 12
CLICKED = "report-confusion-clicked"
Cell = tuple[int, int]
"""True class and answer."""


def confusion(report: Report, ordered: list[int]) -> Cell | None:
    """The matrix in the order of the classes; returns the cell that was just clicked."""
    counts = np.array(report.confusion)[np.ix_(ordered, ordered)]
    names = [report.classes[i] for i in ordered]
    shares = counts / np.maximum(1, counts.sum(1, keepdims=True))
    words = np.where(len(names) <= MOST_WORDS, counts.astype(str), "")
    figure = figures.written(go.Heatmap(z=shares, x=names, y=names, zmin=0, zmax=1, hoverinfo="skip"), words.tolist())
    # Streamlit hears of clicks on points, not of those on cells; so an unseen point stands in every cell.
    unseen = {"marker": {"opacity": 0}}
    figure.add_scatter(
        x=names * len(names),
        y=np.repeat(names, len(names)),
        customdata=counts.ravel(),
        mode="markers",
        marker={"symbol": "square", "size": 6, "opacity": 0},
        selected=unseen,
        unselected=unseen,
        hovertemplate="is %{y}, taken for %{x}: %{customdata}<extra></extra>",
        showlegend=False,
    )
    # However large the cells are: what is nearest to the pointer is meant.
    figure.update_layout(hoverdistance=-1)
    figure.update_yaxes(autorange="reversed", title="is", showgrid=False, type="category", dtick=1)
    figure.update_xaxes(title="taken for", showgrid=False, type="category", dtick=1)
    event = figures.show(
        figure,
        key="report-confusion",
        height=max(360, 34 * len(names) + 90),
        alt="Confusion matrix: rows are true classes, columns what the probe answered",
        select=True,
    )
    points = event["selection"]["points"] if event else []
    # The chart remembers its last click; only a new one may turn the picker below.
    said = [str(points[0].get(axis)) for axis in "yx"] if points else []
    if said == st.session_state.get(CLICKED, []):
        return None
    st.session_state[CLICKED] = said
    return (
        (report.classes.index(said[0]), report.classes.index(said[1]))
        if said and {*said} <= {*report.classes}
        else None
    )


def cells(report: Report) -> dict[Cell, str]:
    """Every cell that has pictures, in words: mistakes first, the most frequent of them at the top."""
    counts = np.array(report.confusion)
    names = report.classes
    words = {(i, j): f"{names[i]} taken for {names[j]} ({n})" for n, i, j in confused_pairs(report)}
    return words | {(i, i): f"{names[i]} named rightly ({counts[i, i]})" for i in range(len(names)) if counts[i, i]}


def most_confused(report: Report) -> None:
    """The pairs of classes that are taken for each other most often, both ways added up, in words."""
    both: dict[Cell, int] = {}
    for n, i, j in confused_pairs(report):
        both[min(i, j), max(i, j)] = both.get((min(i, j), max(i, j)), 0) + n
    worst = sorted(both.items(), key=lambda item: -item[1])[:3]
    if not worst:
        st.caption("Nothing is taken for anything else.")
        return
    wrong = sum(both.values())
    pairs = "; ".join(f"*{report.classes[i]}* and *{report.classes[j]}* ({n})" for (i, j), n in worst)
    st.markdown(f"Most confused: {pairs}. That is {sum(n for _, n in worst) / wrong:.0%} of {wrong:,} mistakes.")
