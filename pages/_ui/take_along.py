"""A recipe to take along: as a config, a command, Python or a link, each ready to copy, and as a training run."""

import json
import shlex
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from _ui import sidebar
from _ui.errors import shown
from contrastive import jobs
from contrastive.config import TrainConfig
from contrastive.datasets import ImageDataset

SHORT = {"limit": 1000, "epochs": 24, "batch_size": 64, "temperature": 0.2}
"""A training of one to three minutes on two cores."""
LINKED = ("data", "encoder", "recipe", "strength", "draw")


def take_along(images: ImageDataset, said: str | list[dict[str, Any]], strength: float, seed: int) -> None:
    """`said`: the name of a recipe or its operations, as `contrastive.augment.recipe` and a config read them."""
    config = {"dataset": images.name, "views": said, "strength": strength}
    flags = {"dataset": images.name, "views": said if isinstance(said, str) else json.dumps(said)}
    typed = " ".join(f"--{flag} {shlex.quote(value)}" for flag, value in flags.items())
    as_config, as_command, as_python, as_link = st.tabs(["Config", "Command line", "Python", "Link"])
    as_config.code(json.dumps(config, indent=2), language="json", wrap_lines=True)
    as_command.code(f"python -m contrastive train {typed} --strength {strength:g}", language="bash", wrap_lines=True)
    as_python.code(
        "import torch\nfrom contrastive import augment, datasets\n\n"
        f"images = datasets.load({images.name!r}).images\n"
        f"recipe = augment.recipe({said!r}, size={images.size}, strength={strength:g}).among(images)\n"
        f"one_view_of_each = recipe(images[:12], torch.Generator().manual_seed({seed}))",
        language="python",
        wrap_lines=True,
    )
    place = (st.context.url or "").partition("?")[0]
    asked = {name: value for name, value in st.query_params.items() if name in LINKED}
    as_link.code(f"{place}?{urlencode(asked)}", language=None, wrap_lines=True)


def train(images: ImageDataset, said: str | list[dict[str, Any]], strength: float) -> None:
    """Two buttons: a run with these views and a run without any, to set beside each other."""
    with st.container(horizontal=True):
        for label, views, icon in (
            ("Train with these views", said, ":material/model_training:"),
            ("Train without any", "none", ":material/block:"),
        ):
            if st.button(label, icon=icon, help="At most 1,000 of these pictures, 24 epochs: one to three minutes."):
                with shown():
                    run = jobs.begin(
                        TrainConfig.read({"dataset": images.name, "views": views, "strength": strength} | SHORT)
                    )
                    st.session_state["train-turn"] = run.id
                    sidebar.go("train.py")
