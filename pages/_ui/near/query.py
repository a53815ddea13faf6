"""What the Neighbours page is asked about: pictures of the set, uploads, parts cut out of either, and examples."""

import base64
import hashlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from _ui import loading
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.datasets.decode import fit, open_image

LARGEST = 1600
"""Pixels of a side beyond which an upload is not kept; no encoder here sees finer."""
Part = tuple[float, float, float]


@dataclass(frozen=True)
class Query:
    """One picture that is asked about. `key` names its content; `row`: its place in the set; `part`: what is cut out.

    A part is a square: left and top as shares of width and height, its side as a share of the shorter side.
    """

    image: Image.Image
    name: str
    key: str
    row: int | None = None
    part: Part | None = None

    @property
    def seen(self) -> Image.Image:
        """The square that the encoder sees: the part, or the centre of the whole."""
        width, height = self.image.size
        side = min(width, height)
        if self.part is None:
            left, top = (width - side) // 2, (height - side) // 2
        else:
            left, top = round(self.part[0] * width), round(self.part[1] * height)
            side = max(1, round(self.part[2] * side))
        return self.image.crop((left, top, min(left + side, width), min(top + side, height)))

    def pixels(self, known: Known, images: ImageDataset) -> Any:
        """uint8 tensor (c, h, w) as the encoder is given it. Raises UserError for vectors made elsewhere."""
        if self.row is not None and self.part is None:
            return images.images[self.row]
        import torch

        # As the set's own pictures are kept, so that a copy of one gives its very numbers.
        return torch.from_numpy(fit(self.seen, images.size, channels=images.channels).copy())

    def vector(self, known: Known, images: ImageDataset) -> np.ndarray:
        """(d,) float32: looked up for a whole picture of the set, else through the network."""
        if self.row is not None and self.part is None:
            return np.asarray(loading.vectors(known, images)[self.row])
        from contrastive.embed import encode

        return encode(loading.encoder(known, images), self.pixels(known, images)[None])[0]

    def cut(self, part: Part | None) -> "Query":
        """The same picture, of which only `part` is asked about."""
        key = self.key if part is None else f"{self.key} {part}"
        return Query(self.image, self.name, key, self.row, part)


def of_row(images: ImageDataset, row: int) -> Query:
    """A picture of the set, at its original resolution where there is one."""
    name = called(images, row)
    return Query(images.open(row).convert("RGB"), name, f"{images.fingerprint} {row}", row)


def of_bytes(content: bytes, name: str) -> Query:
    """A picture the visitor brought; kept in the session only. Raises UserError for what is not one."""
    key = hashlib.blake2b(content, digest_size=12).hexdigest()
    opened: dict[str, Image.Image] = st.session_state.setdefault("neighbours-opened", {})
    if key not in opened:
        picture = open_image(content, name=name)
        picture.thumbnail((LARGEST, LARGEST))
        while len(opened) >= 12:
            opened.pop(next(iter(opened)))
        opened[key] = picture
    return Query(opened[key], name, key)


def called(images: ImageDataset, row: int) -> str:
    """Title of a picture, or its id where it has none."""
    record = images.table.iloc[row]
    title = record.get("title", "")
    return str(title) if isinstance(title, str) and title else str(record["id"])


def data_url(picture: Image.Image, largest: int = 640) -> str:
    """A picture as an address that holds it, for our own components; never larger than `largest` pixels."""
    small = picture.copy()
    small.thumbnail((largest, largest))
    buffer = io.BytesIO()
    small.convert("RGB").save(buffer, "WEBP", quality=88, lossless=max(small.size) < 128)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
