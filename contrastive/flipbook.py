"""The flipbook: a movie as one animated picture, to take along and show where no program runs."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from math import cos, pi, sin

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WALL, TEXT, MUTED = "#FBFAF7", "#211D18", "#6B6357"
COLOURS = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00"),
    *("#56B4E9", "#7A6C00", "#882255", "#44AA99", "#4B4B4B"),
)
CORNERS = (24, 4, 3, 5)
"""Of the shapes that go round among the classes: a disc, a square, a triangle, a pentagon."""
SIDE, HANGING, LEGEND = 512, 30, 170
"""Pixels: the map's longer side, a hanging picture's, and the width of the legend."""
MOST_IMAGES = 240
REST, BETWEEN = 650, 60
"""Milliseconds on a frame, and on each step to the next."""


def flipbook(
    points: np.ndarray,
    *,
    codes: np.ndarray,
    classes: Sequence[str],
    captions: Sequence[str],
    picture: Callable[[int], Image.Image],
    kind: str = "WEBP",
) -> bytes:
    """Draw frames (E, m, 2) as an animated WebP or GIF that runs for ever.

    `codes` (m,) are the pictures' classes, -1 unlabelled; `captions` (E,) stand beneath the frames; `picture(row)`
    is hung at its point where there is room in the last frame. The ground is that of the light theme.
    """
    flat = points.astype(np.float64) * [1, -1]
    low, high = flat.min(axis=(0, 1)), flat.max(axis=(0, 1))
    flat = HANGING + (flat - low) * ((SIDE - 2 * HANGING) / (max(high - low) or 1.0))
    named = classes if len(classes) <= len(COLOURS) else ()
    tall = int(max(flat[..., 1].max() + HANGING, 22 * len(named) + 30))
    hung = {row: _framed(picture(row), _colour(codes[row])) for row in _room(flat[-1])}
    steps = max(1, min(9, MOST_IMAGES // max(1, len(flat))))
    images, durations = [], []
    for i, frame in enumerate(flat):
        images.append(_drawn(frame, codes, named, hung, captions[i], tall))
        durations.append(REST if i < len(flat) - 1 else 3 * REST)
        for step in range(1, steps if i < len(flat) - 1 else 1):
            share = step / steps
            share = share * share * (3 - 2 * share)
            between = frame + (flat[i + 1] - frame) * share
            images.append(_drawn(between, codes, named, hung, captions[i + (share > 0.5)], tall))
            durations.append(BETWEEN)
    buffer = io.BytesIO()
    if kind == "GIF":
        # One palette for all of them: a palette of its own for each would make the colours flicker.
        palette = images[-1].quantize(255)
        images = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    first, *rest = images
    first.save(
        buffer,
        kind,
        save_all=True,
        append_images=rest,
        duration=durations,
        loop=0,
        quality=80,
        method=2,
        optimize=False,
    )
    return buffer.getvalue()


def _drawn(
    points: np.ndarray,
    codes: np.ndarray,
    classes: Sequence[str],
    hung: dict[int, Image.Image],
    caption: str,
    tall: int,
) -> Image.Image:
    """One image: dots, pictures above them, the caption, and the legend at the side."""
    # Twice as large, then halved: Pillow draws shapes without smooth edges.
    wide = SIDE + (LEGEND if classes else 0)
    image = Image.new("RGB", (2 * wide, 2 * tall + 60), WALL)
    brush = ImageDraw.Draw(image)
    for (x, y), code in zip(points.tolist(), codes.tolist(), strict=True):
        _sign(brush, 2 * x, 2 * y, 6, code)
    for code, name in enumerate(classes):
        _sign(brush, 2 * SIDE + 24, 60 + 44 * code, 10, code)
        brush.text((2 * SIDE + 46, 60 + 44 * code), name[:18], TEXT, ImageFont.load_default(26), anchor="lm")
    brush.text((24, 2 * tall + 26), caption, MUTED, ImageFont.load_default(28), anchor="lm")
    image = image.resize((wide, tall + 30), Image.Resampling.BOX)
    for row, framed in hung.items():
        x, y = points[row]
        image.paste(framed, (round(x - framed.width / 2), round(y - framed.height / 2)))
    return image


def _sign(brush: ImageDraw.ImageDraw, x: float, y: float, radius: float, code: int) -> None:
    corners = CORNERS[code % len(CORNERS)]
    turn = pi / 4 if corners == 4 else -pi / 2
    around = [turn + 2 * pi * k / corners for k in range(corners)]
    brush.polygon([(x + radius * cos(a), y + radius * sin(a)) for a in around], _colour(code))


def _colour(code: int) -> str:
    return MUTED if code < 0 else COLOURS[code % len(COLOURS)]


def _framed(picture: Image.Image, colour: str) -> Image.Image:
    """A small picture with a border in the colour of its class."""
    inside = picture.convert("RGB")
    inside.thumbnail((HANGING - 4, HANGING - 4), Image.Resampling.LANCZOS)
    framed = Image.new("RGB", (inside.width + 4, inside.height + 4), colour)
    framed.paste(inside, (2, 2))
    return framed


def _room(points: np.ndarray) -> list[int]:
    """Rows whose pictures hang without touching each other, chosen by chance from a fixed seed."""
    taken: list[int] = []
    for row in np.random.default_rng(0).permutation(len(points)).tolist():
        if all(np.abs(points[row] - points[other]).max() > HANGING + 3 for other in taken):
            taken.append(row)
    return taken
