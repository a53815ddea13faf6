"""One template for every chart: quiet axes, tabular numerals, the theme's own colours."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.colors import sample_colorscale

from _ui import sidebar

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
ON_DARK = [
    "#4DA3DB",
    "#E69F00",
    "#1FB98F",
    "#D894B8",
    "#E8813A",
    "#7CC7EE",
    "#B8A93A",
    "#C2658F",
    "#66C2B3",
    "#9A9A9A",
]
"""The same hues in the same order, light enough for a dark ground: 4.5 to 1 and more."""
DASHES = ["solid", "dash", "dot", "dashdot", "longdash"]
LINE = 19
"""Pixels of a line of a legend."""


def show(
    figure: go.Figure, *, alt: str, key: str, height: int = 320, select: bool = False, stacked: bool = False
) -> dict | None:
    """Draw a figure in the app's manner; with `select`, return its selection event.

    `height` holds a legend of two lines. `stacked`: its names are too long to stand side by side, so that it takes a
    line each, as every legend does on a phone, and the figure grows with them.
    """
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        hoverlabel={"namelength": -1},
        # At the foot of the figure: above it, the buttons would lie on a long one.
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "title": None},
        colorway=SEQUENCE,
    )
    hidden = ["select2d", "lasso2d", "autoScale2d"]
    if sidebar.on_a_phone():
        hidden += ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]
        if not any(trace.type.endswith("3d") for trace in figure.data):
            # A finger that scrolls the page would otherwise draw a rectangle on the chart, and the page stand still.
            figure.update_layout(dragmode=False)
        stacked = True
    if stacked and figure.layout.showlegend is not False:
        named = sum(trace.name is not None and trace.showlegend is not False for trace in figure.data)
        figure.update_layout(height=height + LINE * max(0, named - 2))
    _quiet(figure, "dark" if st.context.theme.type == "dark" else "light")
    if st.context.theme.type == "dark":
        figure = go.Figure(lightened(figure.to_dict()))
        figure.update_traces(
            insidetextfont={"color": st.get_option("theme.dark.backgroundColor")}, selector={"type": "bar"}
        )
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": hidden,
        "toImageButtonOptions": {"filename": key.partition(" ")[0], "scale": 2},
    }
    if select:
        return st.plotly_chart(figure, key=key, config=config, alt=alt, on_select="rerun", selection_mode="points")
    st.plotly_chart(figure, key=key, config=config, alt=alt)
    return None


def written(cells: go.Heatmap, words: Sequence[Sequence[str]]) -> go.Figure:
    """A heat map by Cividis with words in its cells, black or white, whichever can be read: 4.5 to 1 and more.

    Plotly's own are white or a dark grey, and both of them pale on a colour that is neither light nor dark.
    """
    values = np.array(cells.z, dtype=float)
    low = np.nanmin(values) if cells.zmin is None else cells.zmin
    high = np.nanmax(values) if cells.zmax is None else cells.zmax
    shares = np.nan_to_num((values - low) / max(high - low, 1e-9)).clip(0, 1).ravel()
    colours = np.array(sample_colorscale("Cividis", shares.tolist(), colortype="tuple"))
    # Relative luminance as WCAG has it; at .179 black and white are equally far away.
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    inks = np.where(linear @ [0.2126, 0.7152, 0.0722] > 0.179, "#000000", "#FFFFFF").reshape(values.shape)
    notes = [
        {"x": column, "y": row, "text": words[i][j], "font": {"color": inks[i, j]}, "showarrow": False}
        for i, row in enumerate(cells.y)
        for j, column in enumerate(cells.x)
        if words[i][j]
    ]
    cells.update(colorscale="Cividis", showscale=False)
    # All at once: one by one, 144 of them take a second.
    return go.Figure(cells, {"annotations": notes})


def _quiet(figure: go.Figure, theme: str) -> None:
    """Axes in the muted ink and the lines of the theme, not in the blue greys of Streamlit."""
    muted, line = (st.get_option(f"theme.{theme}.{name}") for name in ("grayTextColor", "borderColor"))
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(tickfont_color=muted, title_font_color=muted, gridcolor=line, zerolinecolor=line)


def lightened(part: Any) -> Any:
    """A part of a figure, as plain dicts and lists, with every colour of SEQUENCE as it is on a dark ground."""
    if isinstance(part, dict):
        return {name: lightened(value) for name, value in part.items()}
    if isinstance(part, list | tuple | np.ndarray):
        return [lightened(value) for value in part]
    return dict(zip(SEQUENCE, ON_DARK, strict=True)).get(part, part) if isinstance(part, str) else part
