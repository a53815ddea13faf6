"""The small picture on the card of each lesson, door of Home and first run, made from a data set."""

import io
from collections.abc import Callable

import numpy as np
import streamlit as st
from PIL import Image

from contrastive.datasets import ImageDataset

SIDE = 96


def picture(name: str, images: ImageDataset) -> bytes:
    """The picture of a name in DRAWINGS (a lesson, the file of a page), as PNG bytes, 384 x 144 pixels."""
    return _encoded(name, images.fingerprint, images)


@st.cache_data(max_entries=128, show_spinner=False)
def _encoded(name: str, fingerprint: str, _images: ImageDataset) -> bytes:
    few = np.random.default_rng(7).permutation(len(_images))[:48]
    tiles = np.stack([_tile(np.asarray(_images.pixels[row])) for row in few])  # (k, 96, 96, 3) float32
    codes = _images.codes()[few]
    # Fewer pictures than a card shows: they come again.
    again = np.resize(np.arange(len(few)), 48)
    drawn = DRAWINGS.get(name, _views)(tiles[again], codes[again])
    buffer = io.BytesIO()
    Image.fromarray(drawn.clip(0, 255).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def _tile(pixels: np.ndarray) -> np.ndarray:
    """(c, h, w) uint8 -> (96, 96, 3) float32."""
    shown = Image.fromarray(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)).convert("RGB")
    smooth = Image.Resampling.NEAREST if shown.width < 48 else Image.Resampling.BICUBIC
    return np.asarray(shown.resize((SIDE, SIDE), smooth), dtype=np.float32)


def _part(tile: np.ndarray, top: float, left: float, share: float, height: int, width: int) -> np.ndarray:
    """A crop of a tile, at another size."""
    size = round(share * SIDE)
    y, x = round(top * SIDE), round(left * SIDE)
    crop = Image.fromarray(tile[y : y + size, x : x + size].astype(np.uint8))
    return np.asarray(crop.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)


def _row(tiles: list[np.ndarray]) -> np.ndarray:
    """Tiles (144, w, 3) side by side on a strip of 384."""
    return np.concatenate(tiles, axis=1)[:, :384]


def _grid(tiles: np.ndarray, side: int) -> np.ndarray:
    """As many square tiles as go on a card."""
    down, across = 144 // side, 384 // side
    small = [np.asarray(Image.fromarray(t.astype(np.uint8)).resize((side, side))) for t in tiles]
    rows = [np.concatenate(small[i * across : (i + 1) * across], axis=1) for i in range(down)]
    return np.concatenate(rows).astype(np.float32)


def _views(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Two crops of one picture."""
    return _row([_part(tiles[0], 0.05, 0.0, 0.7, 144, 192), _part(tiles[0], 0.3, 0.3, 0.65, 144, 192)[:, ::-1]])


def _colours(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """A crop, and the same in other colours."""
    crop = _part(tiles[3], 0.1, 0.1, 0.75, 144, 128)
    return _row([crop, crop[..., [1, 2, 0]] * 0.8 + 30, np.repeat(crop.mean(-1, keepdims=True), 3, axis=-1)])


def _repainted(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """A picture in other colours, and the outlines that stay."""
    whole = _part(tiles[5], 0.0, 0.12, 1.0, 144, 144)[:, 8:136]
    grey = whole.mean(-1)
    steep = np.hypot(*np.gradient(grey))
    outlines = np.repeat((250 - 5 * steep)[..., None].clip(30, 250), 3, axis=-1)
    return _row([whole, (255 - whole)[..., [2, 0, 1]] * 0.85 + 20, outlines])


def _fading(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Pictures that count less and less."""
    weights = 255 * np.exp(-np.arange(6) / 2)
    nearest = tiles[_by_likeness(tiles)]
    return _row([_seen(_part(t, 0.1, 0.1, 0.8, 144, 64), w) for w, t in zip(weights, nearest, strict=False)])


def _batch(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    return _grid(tiles, 48)


def _imbalance(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Many of one class, few of the others."""
    many = tiles[codes == codes[0]]
    rest = tiles[codes != codes[0]] if (codes != codes[0]).any() else tiles
    # 24 tiles: about as many of the first class as in the lesson's own figure.
    mixed = np.concatenate([many[np.resize(np.arange(len(many)), 16)], rest[np.resize(np.arange(len(rest)), 8)]])
    return _grid(mixed, 48)


def _styles(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Pictures of one class beside each other."""
    order = np.argsort(np.where(codes == codes[1], 0, 1), kind="stable")
    return _row([_part(tiles[i], 0.0, 0.0, 1.0, 144, 128) for i in order[:3]])


def _shrinking(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Pictures that become their mean."""
    mean = tiles.mean(0)
    return _row(
        [_part((1 - s) * t + s * mean, 0, 0, 1, 144, 96) for s, t in zip((0, 0.4, 0.75, 1), tiles, strict=False)]
    )


def _named(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Half with a mark of their class, half without."""
    colours = np.array([[0, 114, 178], [230, 159, 0], [0, 158, 115], [204, 121, 167], [213, 94, 0], [86, 180, 233]])
    parts = []
    for place, (tile, code) in enumerate(zip(tiles[:4], codes[:4], strict=True)):
        part = _part(tile, 0, 0, 1, 144, 96)
        if place >= 2:
            part = part.copy()
            part[-16:] = colours[code % 6]
        parts.append(part)
    return _row(parts)


def _scattered(tiles: np.ndarray, codes: np.ndarray, side: int = 22) -> np.ndarray:
    """Small tiles where the two directions of most spread put them."""
    card = np.zeros((144, 384, 4), np.float32)
    flat = tiles.reshape(len(tiles), -1) - tiles.reshape(len(tiles), -1).mean(0)
    u = np.linalg.svd(flat @ flat.T)[0]
    places = u[:, :2].argsort(0).argsort(0) / max(1, len(tiles) - 1)
    for tile, (x, y) in zip(tiles, places, strict=True):
        left, top = round(x * (384 - side)), round(y * (144 - side))
        card[top : top + side, left : left + side] = _seen(_part(tile, 0, 0, 1, side, side), 255)
    return card


def _browse(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """A few larger tiles where the two directions of most spread put them."""
    return _scattered(tiles[:18], codes[:18], 40)


def _asked(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """A picture, a gap, and three like it: of its class where there are any, the nearest by their pixels."""
    card = np.zeros((144, 384, 4), np.float32)
    # Not the first: the lessons begin with it.
    tiles, codes = tiles[1:], codes[1:]
    order = _by_likeness(tiles)
    order = order[np.argsort(codes[order] != codes[0], kind="stable")]
    card[:, :144] = _seen(_part(tiles[order[0]], 0, 0, 1, 144, 144), 255)
    for place, one in enumerate(order[1:4]):
        left = 164 + place * 75
        card[37:107, left : left + 70] = _seen(_part(tiles[one], 0, 0, 1, 70, 70), 255)
    return card


def _changed(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """A picture, and three views of it."""
    tile = tiles[2]
    crop, mirrored = _part(tile, 0.1, 0.2, 0.6, 144, 96), _part(tile, 0, 0, 1, 144, 96)[:, ::-1]
    grey = np.repeat(_part(tile, 0.3, 0.1, 0.65, 144, 96).mean(-1, keepdims=True), 3, axis=-1)
    return _row([_part(tile, 0, 0, 1, 144, 96), crop, mirrored[..., [2, 1, 0]], grey])


def _same(tiles: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """A picture, and again the very same."""
    return _row([_part(tiles[0], 0, 0, 1, 144, 192)] * 2)


def _seen(tile: np.ndarray, opacity: float) -> np.ndarray:
    """(h, w, 3) -> (h, w, 4), so that the page shows through."""
    return np.concatenate([tile, np.full((*tile.shape[:2], 1), opacity, np.float32)], axis=-1)


def _by_likeness(tiles: np.ndarray) -> np.ndarray:
    """Order of tiles by their distance to the first."""
    return ((tiles - tiles[0]) ** 2).mean((1, 2, 3)).argsort()


DRAWINGS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "positive-pair": _views,
    "colour-shortcut": _colours,
    "temperature": _fading,
    "batch-size": _batch,
    "imbalance": _imbalance,
    "content-or-style": _styles,
    "repainted-views": _repainted,
    "collapse": _shrinking,
    "labels-or-not": _named,
    "tsne": _scattered,
    "map.py": _browse,
    "neighbours.py": _asked,
    "lesson.py": _changed,
    "same": _same,
}
