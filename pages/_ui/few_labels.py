"""How few labels are enough: accuracy over the number of labelled pictures a class, as a chart and a table."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from _ui import figures, loading
from contrastive.evaluate import low_label
from contrastive.evaluate.few_labels import PER_CLASS

STORE = "few-labels"
TOLD_APART = (
    "Each point is the mean of five random choices of labelled pictures, the bar the 95 % interval of that mean over "
    "them; a class with fewer pictures gives all it has."
)


def few_labels(
    train: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    classes: list[str],
    *,
    probe: str,
    key: str,
) -> None:
    """The chart and its numbers to take along; train and test: vectors and labels; `key` names what decides them."""
    if st.session_state.get(STORE, (None,))[0] != key:
        largest = int(np.bincount(train[1][train[1] >= 0]).max())
        sizes = [k for k in PER_CLASS if k < largest] + [largest]
        with loading.progress("Learning from fewer labels") as report:
            st.session_state[STORE] = (
                key,
                low_label(*train, *test, classes, per_class=sizes, probe=probe, progress=report),
            )
    rows = st.session_state[STORE][1]
    table = pd.DataFrame(rows)
    figure = go.Figure()
    for number, (name, label) in enumerate({"accuracy": "accuracy", "macro_f1": "macro-F1"}.items()):
        reach = {"array": table["high"] - table["accuracy"], "arrayminus": table["accuracy"] - table["low"]}
        figure.add_scatter(
            x=table["per_class"],
            y=table[name],
            name=label,
            mode="lines+markers",
            error_y=reach if name == "accuracy" else None,
            line={"color": figures.SEQUENCE[number], "dash": figures.DASHES[number], "width": 2},
            hovertemplate="%{x} a class: %{y:.3f}<extra>" + label + "</extra>",
        )
    ticks = table["per_class"].tolist()
    figure.update_xaxes(title="labelled pictures a class", type="log", tickvals=ticks, ticktext=ticks, showgrid=False)
    figure.update_yaxes(range=[0, 1.02])
    said = ", ".join(f"{row['accuracy']:.2f} with {row['per_class']}" for row in rows)
    figures.show(figure, key="few-labels-chart", height=300, alt=f"Accuracy over labelled pictures a class: {said}")
    st.caption(TOLD_APART)
    st.download_button(
        "Download as CSV",
        table.to_csv(index=False),
        "few-labels.csv",
        "text/csv",
        key="few-labels-csv",
        icon=":material/download:",
    )
