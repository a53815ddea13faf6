"""The batch under the microscope: pictures of a data set, two views of each, and what an encoder makes of them."""

import io
import json
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from PIL import Image

from contrastive.datasets import ImageDataset
from contrastive.errors import UserError

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

MOST = 24
TILE = 80
PIXELATED_BELOW = 48


@dataclass(frozen=True)
class Batch:
    """n pictures in two views. rows (n,): which of the data set; labels (n,), -1 unlabelled; vectors (2, n, d).

    sheet: all views drawn as one picture, as an address; order (2 n,): rows of the matrix as the screen shows them,
    both views of a picture together and pictures of a class side by side.
    """

    rows: np.ndarray
    labels: np.ndarray
    vectors: np.ndarray
    sheet: str
    order: np.ndarray


def draw(
    images: ImageDataset, network: "Encoder", said: str | list[dict[str, Any]], seed: int, count: int, key: str
) -> Batch:
    """The first `count` of the pictures a seed draws; `said` is a recipe, `key` names the encoder and the data.

    A larger batch adds pictures to a smaller one and changes no view of it. Raises UserError where the encoder gives
    anything that is not a number.
    """
    rows, vectors, sheet = _seen(key, json.dumps(said), seed, images, network)
    if not np.isfinite(vectors).all():
        raise UserError("This encoder gives values that are not numbers.", "Its training went wrong; train it again.")
    rows = rows[:count]
    labels = images.codes()[rows]
    by_class = np.argsort(labels, kind="stable")
    order = np.stack([by_class, by_class + len(rows)], 1).ravel()
    return Batch(rows, labels, vectors[:, :count], sheet, order)


@st.cache_data(max_entries=32, show_spinner=False)
def _seen(
    key: str, said: str, seed: int, _images: ImageDataset, _network: "Encoder"
) -> tuple[np.ndarray, np.ndarray, str]:
    """Rows (k,), vectors (2, k, d) and the sheet of 2 k views, made by what makes the views of a training step."""
    import torch

    from contrastive import augment
    from contrastive.config import TrainConfig
    from contrastive.embed import encode
    from contrastive.methods import METHODS

    rows = np.random.default_rng(seed).permutation(len(_images))[:MOST]
    recipe = augment.recipe(json.loads(said), size=_images.size).among(_images.images)
    picked = torch.from_numpy(np.ascontiguousarray(_images.pixels[rows]))
    make = METHODS["simclr"].views(TrainConfig(n_views=2), picked, torch.from_numpy(_images.codes()[rows]), recipe)
    views = make(torch.arange(len(rows)), torch.Generator().manual_seed(seed))  # (2, k, c, h, w) in 0..1
    vectors = encode(_network, views.flatten(0, 1))
    return rows, vectors.reshape(2, len(rows), -1), _sheet((views * 255).round().to(torch.uint8).numpy())


def _sheet(views: np.ndarray) -> str:
    """(2, k, c, h, w) uint8 -> address of one picture: a row of tiles for each view."""
    size = views.shape[-1]
    large = views.transpose(0, 3, 1, 4, 2).reshape(2 * size, views.shape[1] * size, -1)
    sheet = Image.fromarray(large[..., 0] if large.shape[-1] == 1 else large)
    if size > TILE:
        sheet = sheet.resize((views.shape[1] * TILE, 2 * TILE), Image.Resampling.BOX)
    buffer = io.BytesIO()
    sheet.save(buffer, "WEBP", quality=86, lossless=size < PIXELATED_BELOW)
    return "data:image/webp;base64," + b64encode(buffer.getvalue()).decode("ascii")
