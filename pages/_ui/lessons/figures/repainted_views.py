"""Two repainted and two cropped views of a picture with their outlines, and which cue finds which."""

from typing import Any

import numpy as np
import streamlit as st

from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

from ._subject import another, current, tile, title

STYLE: dict[str, Any] = {"op": "style", "network": "light-adaconv", "alpha": [1.0, 1.0]}
CROP: list[dict[str, Any]] = [{"op": "crop", "area": [0.3, 1.0]}]
KINDS: dict[str, list[dict[str, Any]]] = {
    "Repainted": [STYLE],
    "Cropped": CROP,
    "Cropped, then repainted": [*CROP, STYLE],
}
PICTURES = 64


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """The picture, two views of the chosen kind, outlines beneath; and what plain cues find of each kind."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control("Views", list(KINDS), default="Repainted", required=True, key=f"{key}-kind")
        seed = st.number_input("Seed", 1, 9999, 1, key=f"{key}-seed", width=120, help="Other seeds draw other views.")
        st.button(
            "Another picture", icon=":material/shuffle:", on_click=another, args=(len(images),), key=f"{key}-other"
        )
    row = current(images)
    shown = _views(images.fingerprint, row, seed, kind or "Repainted", images)
    words = ["The picture", "A view of it", "Another view of it"]
    with st.grid(3, min_column_width=90, gap="small"):
        for name, (view, outline) in zip(words, shown, strict=True):
            with st.container():
                tile(view, name, f"{name}: {title(images, row)}")
                tile(outline, None, f"Outlines. {name}: {title(images, row)}")
    found = {name: _found(images.fingerprint, name, images) for name in KINDS}
    count = min(PICTURES, len(images))
    here = found[kind or "Repainted"]
    best = max(here, key=here.__getitem__)
    st.markdown(
        f"**A program that only compares {best} finds the other view of {here[best]} of {count} pictures.** "
        f"Guessing finds one."
    )
    repainted, cropped = found["Repainted"], found["Cropped"]
    return {
        "by_outlines": str(repainted["outlines"]),
        "by_colours": str(repainted["colours"]),
        "crop_outlines": str(cropped["outlines"]),
        "crop_colours": str(cropped["colours"]),
        "mixed": str(max(found["Cropped, then repainted"].values())),
        "of": str(count),
    }


@st.cache_data(max_entries=16, show_spinner="Painting")
def _views(
    fingerprint: str, row: int, seed: int, kind: str, _images: ImageDataset
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The picture and two views of it, each (c, h, w) uint8 with its outlines, dark on light."""
    import torch

    from contrastive.augment import recipe
    from contrastive.augment.edges import edges

    made = recipe(KINDS[kind], size=_images.size).among(_images.images)
    picture, generator = _images.images[[row]], torch.Generator().manual_seed(seed)
    all_of_them = torch.cat([picture / 255, made(picture, generator), made(picture, generator)])
    outlines = 1 - edges(all_of_them).mul(1.5).clamp(max=1)
    pixels = [(x * 255).round().to(torch.uint8).numpy() for x in (all_of_them, outlines)]
    return list(zip(*pixels, strict=True))


@st.cache_data(max_entries=16, show_spinner="Drawing two views of many pictures")
def _found(fingerprint: str, kind: str, _images: ImageDataset) -> dict[str, int]:
    """How many of the pictures each cue finds again."""
    from contrastive.augment import recipe
    from contrastive.shortcuts import shortcuts

    answers = shortcuts(_images.images, recipe(KINDS[kind], size=_images.size), pictures=PICTURES)
    return {answer.cue: round(answer.found * answer.pictures) for answer in answers}
