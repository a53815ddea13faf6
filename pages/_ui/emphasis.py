"""The one button of a place that one should press: filled with the accent colour, where that can be read."""

from typing import Literal

import streamlit as st


def main() -> Literal["primary", "secondary"]:
    """The type of the main button of a place: "primary", but "secondary" on the dark theme.

    Streamlit writes white on the accent colour whatever it is, and what is light enough to be read as text on a dark
    ground is too light beneath white letters: 2.9 to 1, where 4.5 is the least.
    """
    return "secondary" if st.context.theme.type == "dark" else "primary"
