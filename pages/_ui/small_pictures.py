"""Small pictures for the sidebar: one of the data set, and the map of it that the encoder has drawn, as dots."""

import base64
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from _ui import hanging
from _ui.thumbnails import address
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

SIDE = 44
DOTS = 140


def beside(picture: str | None, line: str) -> None:
    """A line of words with a picture (HTML) to its left, or alone."""
    if picture is None:
        st.caption(line)
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="top", gap="small"):
        st.html(picture, width=SIDE)
        st.caption(line, width="stretch")


def of_data(images: ImageDataset) -> str | None:
    """The middle picture of the set; None where it has none."""
    if not len(images):
        return None
    place = address(images).format(index=len(images) // 2)
    return _image(place, f"A picture of {images.name}", "pixelated" if images.size < SIDE else "auto")


def of_encoder(known: Known, images: ImageDataset) -> str | None:
    """The map on which the encoder has put the set, coloured by its classes; None where none was drawn."""
    place = hanging.drawn(known, images)
    if place is None:
        return None
    dark = st.context.theme.type == "dark"
    drawing = _dots(str(place), place.stat().st_mtime_ns, images.fingerprint, dark, images)
    return _image(drawing, f"The map of {images.name} by {known.name}, as dots", "auto")


@st.cache_data(max_entries=64, show_spinner=False)
def _dots(place: str, changed: int, fingerprint: str, dark: bool, _images: ImageDataset) -> str:
    """An SVG of a sample of the points, as an address that holds it."""
    points = hanging.read(Path(place))
    rows = np.random.default_rng(0).permutation(len(points))[:DOTS]
    low, high = points[rows].min(0), points[rows].max(0)
    spread = max(float((high - low).max()), 1e-9)
    # Around the middle, so that a map that is wider than high keeps its shape.
    at = (points[rows] - (low + high) / 2) / spread * (SIDE - 6) + SIDE / 2
    colours = st.get_option(f"theme.{'dark' if dark else 'light'}.chartCategoricalColors")
    codes = _images.codes()[rows]
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{SIDE - y:.1f}" r="1.5" fill="{colours[max(int(code), 0) % len(colours)]}"/>'
        for (x, y), code in zip(at, codes, strict=True)
    )
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{dots}</svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()


def _image(place: str, alt: str, rendering: str) -> str:
    style = f"display:block;object-fit:cover;border-radius:2px;image-rendering:{rendering}"
    return f'<img src="{place}" alt="{escape(alt)}" width="{SIDE}" height="{SIDE}" style="{style}">'
