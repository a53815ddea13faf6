"""Bring a published network along, to hold what was trained here against: one click where there is the internet."""

from collections.abc import Callable

import streamlit as st

from _ui import emphasis
from _ui.errors import shown
from contrastive import catalogue

MEGABYTES = {
    "mobilenet_v2": 14,
    "squeezenet1_0": 5,
    "resnet18": 45,
    "resnet50": 98,
    "timm:vit_small_patch14_dinov2.lvd142m": 88,
}


def offer(look: Callable[..., None]) -> None:
    """A picker of published networks with a button that fetches one; `look(encoder=NAME)` turns the pickers."""
    with st.popover("Bring a reference encoder", icon=":material/cloud_download:", type="tertiary"):
        st.markdown("Networks that others trained on very many pictures, to hold yours against.")
        name = st.radio(
            "Network",
            list(catalogue.PUBLISHED),
            key="reference",
            format_func=lambda name: f"{name.removeprefix('timm:')} ({MEGABYTES[name]} MB)",
            captions=list(catalogue.PUBLISHED.values()),
        )
        here = catalogue.file_of(name) is not None
        if not here and st.button("Download it", key="reference-fetch", icon=":material/download:"):
            with shown(), st.spinner(f"Downloading {MEGABYTES[name]} MB", show_time=True):
                catalogue.find(name)
                here = True
        if here:
            st.button(
                "Look through it",
                key="reference-look",
                type=emphasis.main(),
                icon=":material/visibility:",
                on_click=look,
                kwargs={"encoder": name},
            )
