"""A recipe to take along: as a config, as a command, as Python, each ready to copy."""

import json
import shlex
from typing import Any

import streamlit as st

from contrastive.datasets import ImageDataset


def take_along(images: ImageDataset, said: str | list[dict[str, Any]], strength: float, seed: int) -> None:
    """`said`: the name of a recipe or its operations, as `contrastive.augment.recipe` and a config read them."""
    config = {"dataset": images.name, "views": said, "strength": strength}
    flags = {"dataset": images.name, "views": said if isinstance(said, str) else json.dumps(said)}
    typed = " ".join(f"--{flag} {shlex.quote(value)}" for flag, value in flags.items())
    as_config, as_command, as_python = st.tabs(["Config", "Command line", "Python"])
    as_config.code(json.dumps(config, indent=2), language="json", wrap_lines=True)
    as_command.code(f"python -m contrastive train {typed} --strength {strength:g}", language="bash", wrap_lines=True)
    as_python.code(
        "import torch\nfrom contrastive import augment, datasets\n\n"
        f"images = datasets.load({images.name!r}).images[:12]\n"
        f"recipe = augment.recipe({said!r}, size={images.size}, strength={strength:g})\n"
        f"one_view_of_each = recipe(images, torch.Generator().manual_seed({seed}))",
        language="python",
        wrap_lines=True,
    )
