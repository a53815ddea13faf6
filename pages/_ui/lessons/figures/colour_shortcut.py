"""Colour histograms of two crops of one picture beside crops of others: the shortcut, and what closes it."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

from ._subject import another, current, tile, title

BINS, PICTURES = 16, 200
CHANNELS = (("red", figures.SEQUENCE[4]), ("green", figures.SEQUENCE[2]), ("blue", figures.SEQUENCE[0]))
PLAIN, CHANGED = "crop only", "crop and other colours"


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """Four crops with their histograms, and how often colours alone find the other crop."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control("Views", [PLAIN, CHANGED], default=PLAIN, required=True, key=f"{key}-way")
        seed = st.number_input("Seed", 1, 9999, 1, key=f"{key}-seed", width=120, help="Other seeds draw other crops.")
        st.button(
            "Another picture", icon=":material/shuffle:", on_click=another, args=(len(images),), key=f"{key}-other"
        )
    row = current(images)
    rows, plain, changed = crops(images.fingerprint, row, seed, images)
    shown = plain if way == PLAIN else changed
    counted = histograms(shown)
    names = [title(images, r) for r in rows[:3]]
    four = [(0, 0, "A crop"), (1, 0, "Another crop of it"), (1, 1, "Of another picture"), (1, 2, "Of a third one")]
    most = max(float(counted[view, which].max()) for view, which, _ in four)
    with st.grid(4, min_column_width=150, gap="small"):
        for view, which, words in four:
            with st.container():
                shared = overlap(counted[0, :1], counted[view, which : which + 1])[0, 0]
                said = words if (view, which) == (0, 0) else f"{words}: {shared:.0%} of its colours"
                tile(shown[view, which], None, f"{words}: {names[which]}")
                _bars(counted[view, which], most, key=f"{key}-bars-{view}-{which}", alt=f"Colour histogram. {said}")
                st.caption(said)
    st.caption(
        "The curves count how many pixels are how bright, dark on the left, in each colour. The share "
        "is how much of its histogram it has in common with the first crop."
    )
    count = len(rows)
    by_colour, by_changed = found(counted_plain := histograms(plain)), found(histograms(changed))
    st.markdown(
        f"**A program that only counts colours finds the other crop of {by_colour} of {count} pictures**, though "
        f"it cannot see a shape. When every view gets colours of its own it finds {by_changed}. Guessing finds one."
    )
    alike = overlap(counted_plain[0], counted_plain[1])
    same, other = np.diag(alike).mean(), alike[~np.eye(count, dtype=bool)].mean()
    return {
        "by_colour": str(by_colour),
        "by_changed": str(by_changed),
        "of": str(count),
        "same": f"{same:.0%}",
        "other": f"{other:.0%}",
    }


@st.cache_data(max_entries=8, show_spinner="Cropping")
def crops(fingerprint: str, row: int, seed: int, _images: ImageDataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows (k,), two crops of each (2, k, c, h, w) uint8, and the same crops in other colours; `row` comes first."""
    import torch

    from contrastive import augment

    order = np.random.default_rng(5).permutation(len(_images))
    rows = np.concatenate([[row], order[order != row]])[:PICTURES]
    pixels = torch.from_numpy(np.ascontiguousarray(_images.pixels[rows]))
    crop = augment.recipe([{"op": "crop"}], size=_images.size)
    recolour = augment.recipe([{"op": "colour"}, {"op": "grayscale"}], size=_images.size)
    generator = torch.Generator().manual_seed(seed)
    plain = [(crop(pixels, generator) * 255).round().to(torch.uint8) for _ in range(2)]
    changed = [(recolour(view, generator) * 255).round().to(torch.uint8) for view in plain]
    return rows, torch.stack(plain).numpy(), torch.stack(changed).numpy()


def histograms(pixels: np.ndarray) -> np.ndarray:
    """(2, k, c, h, w) uint8 -> (2, k, c * BINS): share of pixels in each bin of brightness, summing to 1."""
    views, count, channels = pixels.shape[:3]
    bins = pixels.reshape(views, count, channels, -1) // (256 // BINS)
    counted = np.stack([(bins == b).mean(-1) for b in range(BINS)], -1)
    return counted.reshape(views, count, -1) / channels


def overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Histogram intersection (Swain and Ballard 1991): (n, bins), (m, bins) -> (n, m), 1 where they are the same."""
    return np.stack([np.minimum(one, b).sum(1) for one in a])


def found(counted: np.ndarray) -> int:
    """For how many pictures the second crop has the histogram most like that of the first; (2, k, bins)."""
    return int((overlap(counted[0], counted[1]).argmax(1) == np.arange(counted.shape[1])).sum())


def _bars(counted: np.ndarray, most: float, *, key: str, alt: str) -> None:
    channels = counted.reshape(-1, BINS)
    drawn = CHANNELS if len(channels) == 3 else (("grey", figures.SEQUENCE[9]),)
    figure = go.Figure()
    for (name, colour), values in zip(drawn, channels, strict=True):
        figure.add_scatter(
            y=values * len(channels),
            name=name,
            mode="lines",
            line={"color": colour, "width": 2, "shape": "hvh"},
            hovertemplate=f"{name}: %{{y:.0%}} of the pixels<extra></extra>",
        )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, range=[0, most * len(channels) * 1.05])
    figures.show(figure, key=key, height=110, alt=alt)
