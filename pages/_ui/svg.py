"""Every chart as SVG: a button beside plotly's own for a PNG, put there by the browser, without another package."""

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "chart_svg", html="<span></span>", js=(Path(__file__).parent / "svg.js").read_text(encoding="utf-8")
)


def offer() -> None:
    """Once a page: all its charts, also those that are drawn later, get the button."""
    _component(key="chart-svg", height=1)
