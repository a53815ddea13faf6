"""First runs: presets as cards, each with a picture, how long it took last time, and a warning where one is due."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import streamlit as st

from _ui import emphasis, loading
from _ui.data_url import data_url
from _ui.lessons.pictures import picture
from contrastive.config import TrainConfig
from contrastive.counted import duration
from contrastive.errors import UserError
from contrastive.exclusions import ticked
from contrastive.runs import Run

PRESETS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "Digits, a first look": (
        "batch-size",
        "SimCLR on 1,797 handwritten digits.",
        {"dataset": "digits", "views": "simclr-no-flip", "epochs": 15, "batch_size": 256},
    ),
    "The pictures I am looking at": (
        "positive-pair",
        "SimCLR on at most 1,000 pictures of the data set in the sidebar.",
        {
            "dataset": None,
            "views": "simclr-gentle",
            "limit": 1000,
            "epochs": 24,
            "batch_size": 64,
            "temperature": 0.2,
        },
    ),
    "Painted in other manners": (
        "repainted-views",
        "Crops, each painted in the manner of another picture: does the encoder learn to see past style?",
        {
            "dataset": None,
            "views": "style-mixed",
            "limit": 500,
            "epochs": 12,
            "batch_size": 64,
            "temperature": 0.2,
        },
    ),
    "No augmentation": (
        "same",
        "What is learned when both views are the same picture? Compare it with the first.",
        {"dataset": "digits", "views": "none", "epochs": 15, "batch_size": 256},
    ),
}
"""First runs by name: the picture of the card, what it says, and the config; no data set means the sidebar's."""


def cards(begin: Callable[[dict[str, Any], str], None]) -> None:
    """A card a preset; `begin` is called with its config, and no name, when its button is pressed."""
    hung = st.grid(4, min_column_width=170)
    took = last_times()
    for name, (drawing, text, content) in PRESETS.items():
        content = {**content, "dataset": content["dataset"] or st.session_state["data"]}
        content["excluded"] = ticked(content["dataset"])
        with hung, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            with st.container():
                with suppress(UserError):
                    # The sidebar says it already where a data set cannot be opened.
                    drawn = picture(drawing, loading.dataset(content["dataset"]))
                    st.image(data_url(drawn), width="stretch", alt=f"Pictures of {content['dataset']}")
                st.markdown(f"**{name}**")
                st.caption(f"{text} {took.get(_task(TrainConfig.read(content)), '')}")
                warn(content["views"], content["dataset"])
            st.button(
                "Start",
                key=f"preset-{name}",
                type=emphasis.main() if name.startswith("Digits") else "secondary",
                icon=":material/play_arrow:",
                on_click=begin,
                args=(content, ""),
            )


def warn(views: str | list[dict[str, Any]], dataset: str, strength: float = 1.0) -> None:
    """Say what these views would teach that is not so, such as mirrored digits."""
    from contrastive import augment

    classes: list[str] = []
    if dataset == st.session_state["data"]:
        # Of another set, only the name is known before it is opened.
        with suppress(UserError):
            classes = loading.dataset(dataset).classes
    for caution in augment.warnings_for(augment.recipe(views, size=32, strength=strength), dataset, classes):
        st.warning(caution, icon=":material/warning:")


def last_times() -> dict[str, str]:
    """How long the last finished run of a task took on this machine, in words, by task."""
    found: dict[str, str] = {}
    for run in Run.all():
        task = _task(run.config)
        if task not in found and run.status["state"] == "finished" and run.status.get("host") == socket.gethostname():
            found[task] = f"Last time: {duration(sum(line['seconds'] for line in run.metrics()))}."
    return found


def _task(config: TrainConfig) -> str:
    """What makes two runs take as long: all but the seed."""
    return config.changed(seed=0).model_dump_json()
