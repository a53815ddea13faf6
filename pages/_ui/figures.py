"""One template for every chart: quiet axes, tabular numerals, the theme's own colours."""

import plotly.graph_objects as go
import streamlit as st

SEQUENCE = [
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#D55E00",
    "#56B4E9",
    "#7A6C00",
    "#882255",
    "#44AA99",
    "#4B4B4B",
]
DASHES = ["solid", "dash", "dot", "dashdot", "longdash"]


def show(figure: go.Figure, *, alt: str, key: str, height: int = 320, select: bool = False) -> dict | None:
    """Draw a figure in the app's manner; with `select`, return its selection event."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        hoverlabel={"namelength": -1},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None},
        colorway=SEQUENCE,
    )
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"filename": key.partition(" ")[0], "scale": 2},
    }
    if select:
        return st.plotly_chart(figure, key=key, config=config, alt=alt, on_select="rerun", selection_mode="points")
    st.plotly_chart(figure, key=key, config=config, alt=alt)
    return None
