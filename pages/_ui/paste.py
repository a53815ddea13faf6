"""Pasting: a picture on the clipboard goes into an uploader with Ctrl+V, and through all its limits."""

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "picture_paste", html="<span></span>", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


def pasting(uploader: str) -> None:
    """Let the uploader of this key take what is pasted anywhere on the page; draws nothing."""
    _component(key=f"pasting-{uploader}", data={"uploader": uploader}, height=1)
