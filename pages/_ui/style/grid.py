"""A grid of contents and styles of the data set, every pair painted; a click puts a pair on the stage."""

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from _ui import loading
from _ui.style import pictures
from _ui.style.pictures import CONTENT, STYLES
from contrastive import style
from contrastive.datasets import ImageDataset
from contrastive.datasets.decode import fit
from contrastive.storage import digest

if TYPE_CHECKING:
    from contrastive.style.network import StyleNetwork

CONTENTS, MANNERS = 3, 5
SIDE = 128

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "style_grid",
    html='<div class="pairs"></div>\n',
    css=(_HERE / "grid.css").read_text(encoding="utf-8"),
    js=(_HERE / "grid.js").read_text(encoding="utf-8"),
)


def grid(images: ImageDataset, name: str) -> None:
    """Draw the grid, painted by the network `name`, with its seed and its download."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input(
            "Seed", 0, 9999, 1, key="grid", bind="query-params", width=120, help="The same seed draws the same grid."
        )
        st.button("Draw others", icon=":material/casino:", on_click=_again, key="style-grid-again")
    contents, manners = drawn(len(images), seed)
    network, fingerprint = style.load(name), style.fingerprint(name)
    rows = []
    with loading.progress("Painting the grid") as report:
        for number, row in enumerate(contents):
            rows.append(_row(images.fingerprint, row, tuple(manners), fingerprint, images, network))
            report(number + 1, len(contents))
    whole = Image.new("RGB", (SIDE * (1 + len(manners)), SIDE * (1 + len(contents))), "white")
    whole.paste(_opened(rows[0]).crop((0, 0, whole.width, SIDE)))
    for i, lines in enumerate(rows):
        whole.paste(_opened(lines).crop((0, SIDE, whole.width, 2 * SIDE)), (0, SIDE * (1 + i)))
    clicked = _component(
        key="style-grid",
        data=_data(
            whole, [_name(images, row) for row in contents], [_name(images, row) for row in manners], fingerprint
        ),
        on_clicked_change=_stay,
    ).clicked
    if clicked is not None:
        i, j = map(int, clicked)
        put(contents[i], manners[j])
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        buffer = io.BytesIO()
        whole.save(buffer, "PNG", compress_level=3)
        st.download_button(
            "Download PNG",
            buffer.getvalue(),
            "style-grid.png",
            "image/png",
            icon=":material/download:",
            on_click="ignore",
            key="style-grid-download",
        )
        st.caption(f"All at alpha 1 and {SIDE} px, by {name}. Click a pair to put it on the stage.")


def drawn(count: int, seed: int) -> tuple[list[int], list[int]]:
    """Rows of contents and of styles, spread evenly over a set of `count`, by a seed; a small set repeats some."""
    wanted = CONTENTS + MANNERS
    rng = np.random.default_rng(seed)
    rows = (rng.integers(count) + np.arange(wanted) * count // wanted) % count
    rows = rng.permutation(rows).tolist()
    return list(dict.fromkeys(rows[:CONTENTS])), list(dict.fromkeys(rows[CONTENTS:]))


def put(content: int, manner: int) -> None:
    """The pair on the stage, and nothing else there."""
    pictures.hang(CONTENT, 0, pictures.ref_of(content))
    st.session_state[STYLES] = [pictures.ref_of(manner)]


def _again() -> None:
    st.session_state["grid"] = st.session_state["grid"] % 9999 + 1


def _stay() -> None:
    """A trigger exists for Streamlit only once it has a callback; the rerun itself is what we want."""


def _name(images: ImageDataset, row: int) -> str:
    record = images.table.iloc[row]
    return str(record.get("title", record["id"]))


@st.cache_data(max_entries=64, show_spinner=False)
def _row(
    fingerprint: str,
    content: int,
    manners: tuple[int, ...],
    network: str,
    _images: ImageDataset,
    _network: "StyleNetwork",
) -> bytes:
    """PNG of two lines: the styles, and beneath them the content in each."""
    import torch

    from contrastive.style.run import sheet

    tiles = np.stack([fit(pictures.of_row(_images, row, "").image, SIDE) for row in (content, *manners)])
    x = torch.from_numpy(tiles).float() / 255
    buffer = io.BytesIO()
    sheet(_network, x[:1], x[1:]).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def _data(whole: Image.Image, contents: list[str], manners: list[str], network: str) -> dict:
    """What the component draws: tiles of the sheet as WebP."""

    def tile(line: int, column: int) -> str:
        buffer = io.BytesIO()
        box = (column * SIDE, line * SIDE, (column + 1) * SIDE, (line + 1) * SIDE)
        whole.crop(box).save(buffer, "WEBP", quality=85, method=2)
        return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"

    return {
        "contents": [{"src": tile(i + 1, 0), "name": name} for i, name in enumerate(contents)],
        "styles": [{"src": tile(0, j + 1), "name": name} for j, name in enumerate(manners)],
        "cells": [[tile(i + 1, j + 1) for j in range(len(manners))] for i in range(len(contents))],
        "signature": digest(network, whole.tobytes()),
    }
