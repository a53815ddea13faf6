"""What figures of lessons share: the picture that is looked at, and tiles of pictures."""

import numpy as np
import streamlit as st

from _ui import loading, views
from _ui.data_url import data_url
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

from ..opening import WRITING


def place(images: ImageDataset, known: Known) -> str:
    """Names encoder and data, for caches."""
    return f"{known.hash(images)} {images.fingerprint}"


def recipe_for(images: ImageDataset) -> str:
    """SimCLR's views, without the mirror for writing."""
    return "simclr-no-flip" if images.name in WRITING else "simclr"


def current(images: ImageDataset) -> int:
    """The row that the Augmentations and Neighbours pages look at."""
    row = st.session_state.get("neighbours-row")
    if row is None or not 0 <= row < len(images):
        return int(np.random.default_rng(1).integers(len(images)))
    return int(row)


def another(count: int) -> None:
    """Turn to a random picture, there too."""
    st.session_state["neighbours-row"] = int(np.random.default_rng().integers(count))


def title(images: ImageDataset, row: int) -> str:
    """What a picture is called."""
    record = images.table.iloc[row]
    return str(record.get("title", record["id"]))


def tile(pixels: np.ndarray, caption: str | None, alt: str) -> None:
    """One picture (c, h, w) uint8 with what is said of it."""
    st.image(data_url(views.for_screen(pixels)), caption, width="stretch", alt=alt)


@st.cache_data(max_entries=16, show_spinner="Looking at views")
def view_vectors(
    key: str, said: str, strength: float, seed: int, count: int, _images: ImageDataset, _known: Known
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows (k,), two views of each (2, k, c, h, w) uint8 and unit vectors (2, k, d); the first row is `current`'s.

    `key` names the encoder, the data and the first row.
    """
    import torch

    from contrastive import augment
    from contrastive.embed import encode
    from contrastive.neighbours import unit_rows

    first = current(_images)
    order = np.random.default_rng(3).permutation(len(_images))
    rows = np.concatenate([[first], order[order != first]])[:count]
    pixels = torch.from_numpy(np.ascontiguousarray(_images.pixels[rows]))
    make = augment.recipe(said, size=_images.size, strength=strength)
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.stack([make(pixels, generator), make(pixels, generator)])
    eight = (drawn * 255).round().to(torch.uint8)
    vectors = unit_rows(encode(loading.encoder(_known, _images), eight.flatten(0, 1)))
    return rows, eight.numpy(), vectors.reshape(2, len(rows), -1)
