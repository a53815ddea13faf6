"""Painting: from a Picture to pixels. A pure function of the picture and the size."""

from zlib import crc32

import numpy as np
from PIL import Image

from .canvas import lay_out
from .compose import compose
from .palettes import mixed
from .plan import Picture
from .styles import STYLES

# Brush marks are parts of the picture's side, not pixels: below this many points they would break up,
# so a small painting is a large one reduced.
_LEAST_POINTS = 288


def paint(picture: Picture, size: int = 96) -> np.ndarray:
    """Paint a picture: (size, size, 3) uint8, the same bytes in every process.

    Pictures that differ only in style show the same drawing in the same colours by another hand;
    pictures that differ only in palette show the same drawing.
    """
    n = max(_LEAST_POINTS, 2 * size)
    scene = compose(picture.subject, picture.split, _generator(picture, "subject", "split"))
    mix = mixed(picture.palette, picture.split, _generator(picture, "palette", "split"))
    hand = _generator(picture, "subject", "style", "palette", "split")
    pixels = STYLES[picture.style](lay_out(scene, mix, n), hand)
    whole = Image.fromarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8))
    return np.asarray(whole.resize((size, size), Image.Resampling.LANCZOS))


def _generator(picture: Picture, *fields: str) -> np.random.Generator:
    """A generator of its own for the seed and these fields, by a hash that is the same in every process."""
    text = "|".join(f"{name}={getattr(picture, name)}" for name in fields)
    return np.random.Generator(np.random.PCG64([picture.seed, crc32(text.encode())]))
