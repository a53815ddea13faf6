"""The stage: content and style with a slider between them, how it is painted, and the result, large."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from _ui.data_url import data_url
from _ui.errors import shown
from _ui.style import pictures
from _ui.style.frames import content_frame, mix_in, style_frames
from _ui.style.pictures import Picture
from contrastive import style
from contrastive.datasets import ImageDataset

if TYPE_CHECKING:
    from contrastive.style.network import StyleNetwork

SIZES = [128, 256, 384, 512]
FIRST = "light-adaconv"


@dataclass(frozen=True)
class Painted:
    """What the stage shows: the content, the styles with their weights, and the result."""

    content: Picture
    styles: list[Picture]
    weights: list[float]
    alpha: float
    network: str
    size: int
    colours: bool
    png: bytes

    @property
    def image(self) -> Image.Image:
        """The result as a picture."""
        return Image.open(io.BytesIO(self.png)).convert("RGB")


def stage(images: ImageDataset) -> Painted | None:
    """Draw frames, controls and result; None where nothing could be painted, which is then said."""
    content, styles = pictures.placed(images)
    left, right = st.columns(2, gap="large")
    with left:
        # A grid, because columns would stand one above the other in a narrow window.
        with st.grid(2, min_column_width=140, gap="small"):
            with st.container():
                content_frame(content, images)
            with st.container():
                weights = style_frames(styles, images)
        mix_in(styles, images)
        alpha = st.slider(
            "From the content's own style to the other one (alpha)",
            0.0,
            1.0,
            1.0,
            0.05,
            key="alpha",
            bind="query-params",
            help="0 repaints the content in its own style, 1 is all the way to the style.",
        )
        name, size, colours = _controls()
    pictures.say_address()
    with right, shown():
        png = painted(
            content.key,
            tuple(picture.key for picture in styles),
            tuple(weights),
            alpha,
            size,
            colours,
            style.fingerprint(name),
            content.image,
            [picture.image for picture in styles],
            style.load(name),
        )
        of = " and ".join(picture.name for picture in styles)
        st.image(data_url(png), width="stretch", alt=f"{content.name} in the style of {of}, alpha {alpha:g}")
        found = Painted(content, styles, weights, alpha, name, size, colours, png)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                "Download PNG", png, "restyled.png", "image/png", icon=":material/download:", on_click="ignore"
            )
            width, height = found.image.size
            st.caption(f"{width} × {height} px, painted by {name}.")
        if content.yours or any(picture.yours for picture in styles):
            st.caption("Pictures of your own are not in this page's address: a link shows others in their place.")
        return found
    return None


def _controls() -> tuple[str, int, bool]:
    """Which network paints, at how many pixels, and whether the colours stay."""
    names = style.names()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Network",
            names,
            names.index(FIRST) if FIRST in names else 0,
            key="network",
            bind="query-params",
            width=200,
            help="AdaConv predicts kernels from the style, AdaIN sets means and deviations. Yours come last.",
        )
        size = st.selectbox(
            "Pixels",
            SIZES,
            SIZES.index(256),
            key="size",
            bind="query-params",
            width=110,
            help="The shorter side of the result.",
        )
        colours = st.toggle(
            "Keep the content's colours",
            key="colours",
            bind="query-params",
            help="Only light and dark are taken from the painted picture.",
        )
    if title := style.card(name).get("title"):
        st.caption(f"{title}.")
    return name, int(size), colours


@st.cache_data(max_entries=128, show_spinner=False)
def painted(
    content: str,
    styles: tuple[str, ...],
    weights: tuple[float, ...],
    alpha: float,
    size: int,
    keep_colours: bool,
    network: str,
    _content: Image.Image,
    _styles: list[Image.Image],
    _network: "StyleNetwork",
) -> bytes:
    """The result as PNG. The first arguments name what the last ones hold."""
    from contrastive.style.painting import paint

    picture = paint(_network, _content, _styles, weights=weights, alpha=alpha, size=size, keep_colours=keep_colours)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()
