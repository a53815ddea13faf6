"""Pairs of operations: one view of a picture through the row's, then the column's, and what such views taught."""

import base64
import io
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw, ImageFont

from _ui.recipe_cards import title

if TYPE_CHECKING:
    from torch import Tensor

MOST = 6
SIDE = 96
GAP, HEAD = 6, 150
FIRST = ("crop", "colour", "blur", "cutout")


def composition(
    pixels: np.ndarray,
    spec: list[dict[str, Any]],
    *,
    strength: float,
    seed: int,
    name: str,
    others: "Tensor | None" = None,
) -> None:
    """The matrix for the picture (c, h, w) uint8; operations of `spec` keep their knobs, others are as declared.

    `others`: pictures of the set (n, c, h, w), of which an operation may take some.
    """
    from contrastive.augment import OPS

    chosen = st.pills(
        "Operations",
        list(OPS),
        default=list(FIRST),
        selection_mode="multi",
        key="views-pairs",
        bind="query-params",
        format_func=title,
        help=f"At most {MOST}. Each is applied to every view here; its other knobs are those of its card above.",
    )
    if len(chosen) > MOST:
        st.caption(f"The first {MOST} of them are shown.")
        chosen = chosen[:MOST]
    if not chosen:
        st.caption("Choose an operation or two.")
        return
    knobs = {entry["op"]: entry for entry in reversed(spec)}
    cells = {
        (row, column): _view(pixels, [knobs.get(op, {"op": op}) for op in (row, column)], strength, seed, others)
        for row in chosen
        for column in chosen
    }
    measured = {pair: value for pair, value in accuracies().items() if pair in cells}
    st.html(_table(chosen, cells, measured, name))
    words = (
        "Each cell is one view of the picture: the row's operation first, then the column's, all with the same seed."
    )
    if measured:
        best = max(measured, key=measured.__getitem__)
        words += (
            " The figures are from the study *composition*: linear accuracy after training on such views, with knobs "
            "of its own. "
            f"Best of these: {title(best[0]).lower()}, then {title(best[1]).lower()} ({measured[best]:.3f})."
        )
    else:
        words += (
            " Run the study *composition* (`python -m contrastive study composition`) and its accuracies stand here."
        )
    st.caption(words)
    st.download_button(
        "Download PNG",
        _png(chosen, cells, measured),
        "pairs-of-augmentations.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
    )


@st.cache_data(ttl=30, show_spinner=False)
def accuracies() -> dict[tuple[str, str], float]:
    """Accuracy of each pair the study has measured so far, by (first, second)."""
    from contrastive import studies

    study = studies.load("composition")
    rows = studies.results(study)
    found = {(row.levels["first"], row.levels["second"]): row.mean(next(iter(study.measures))) for row in rows}
    return {pair: value for pair, value in found.items() if value is not None}


def _view(
    pixels: np.ndarray, pair: list[dict[str, Any]], strength: float, seed: int, others: "Tensor | None"
) -> Image.Image:
    import torch

    from contrastive import augment

    recipe = augment.recipe(
        [{**entry, "probability": 1.0} for entry in pair], size=pixels.shape[-1], strength=strength
    )
    recipe = recipe if others is None else recipe.among(others)
    view = recipe(torch.from_numpy(np.ascontiguousarray(pixels))[None], torch.Generator().manual_seed(seed))[0]
    array = (view * 255).round().to(torch.uint8).numpy().transpose(1, 2, 0)
    picture = Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array)
    return picture.resize(
        (SIDE, SIDE), Image.Resampling.NEAREST if pixels.shape[-1] < SIDE else Image.Resampling.LANCZOS
    )


Cells = dict[tuple[str, str], Image.Image]
Measured = dict[tuple[str, str], float]


def _table(chosen: list[str], cells: Cells, measured: Measured, name: str) -> str:
    def cell(row: str, column: str) -> str:
        buffer = io.BytesIO()
        cells[row, column].save(buffer, "WEBP", quality=85)
        coded = base64.b64encode(buffer.getvalue()).decode()
        words = f"{name} through {title(row).lower()}, then {title(column).lower()}"
        figure = f"<div>{measured[row, column]:.3f}</div>" if (row, column) in measured else ""
        return (
            f'<td style="padding:2px;text-align:center;font-variant-numeric:tabular-nums;font-size:.8rem">'
            f'<img src="data:image/webp;base64,{coded}" alt="{escape(words)}" width="{SIDE}" height="{SIDE}" '
            f'style="display:block;border-radius:4px;width:100%;height:auto;min-width:48px;max-width:{SIDE}px">'
            f"{figure}</td>"
        )

    def rows(make: Callable[[str], str]) -> str:
        return "".join(map(make, chosen))

    small = "font-weight:400;font-size:.85rem"
    return (
        '<div style="overflow-x:auto" tabindex="0" role="region" aria-label="Pairs of operations">'
        f'<table><thead><tr><th scope="col" style="{small};text-align:left;opacity:.75">first ↓<br>then →</th>'
        + rows(lambda op: f'<th scope="col" style="{small}">{escape(title(op))}</th>')
        + "</tr></thead><tbody>"
        + rows(
            lambda row: (
                f'<tr><th scope="row" style="{small};text-align:left;padding-right:.5rem">{escape(title(row))}</th>'
                + rows(lambda column: cell(row, column))
                + "</tr>"
            )
        )
        + "</tbody></table></div>"
    )


def _png(chosen: list[str], cells: Cells, measured: Measured) -> bytes:
    """The same as one picture with headings, on white."""
    high = SIDE + GAP + (18 if measured else 0)
    sheet = Image.new("RGB", (HEAD + len(chosen) * (SIDE + GAP) + GAP, 40 + len(chosen) * high), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for i, row in enumerate(chosen):
        top = 34 + i * high
        draw.text((GAP, top + SIDE / 2), title(row), "black", font, anchor="lm")
        draw.text((HEAD + i * (SIDE + GAP) + SIDE / 2, 20), title(row), "black", font, anchor="mm")
        for j, column in enumerate(chosen):
            left = HEAD + j * (SIDE + GAP)
            sheet.paste(cells[row, column], (left, top))
            if (row, column) in measured:
                said = f"{measured[row, column]:.3f}"
                draw.text((left + SIDE / 2, top + SIDE + 9), said, "black", font, anchor="mm")
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()
