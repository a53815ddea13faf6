"""The styles: how paint is laid. To add one, write a file beside this and name it here.

A style is a function `(canvas, rng) -> (n, n, 3) float 0..1`: it reads the fields of a laid-out scene
(see ../canvas.py) and leaves marks whose sizes are parts of the picture, never pixels.
"""

from collections.abc import Callable

import numpy as np

from ..canvas import Canvas
from .cubist import cubist
from .gouache import gouache
from .impasto import impasto
from .ink_line import ink_line
from .pointillism import pointillism
from .stained_glass import stained_glass
from .watercolour import watercolour
from .woodcut import woodcut

STYLES: dict[str, Callable[[Canvas, np.random.Generator], np.ndarray]] = {
    "gouache": gouache,
    "pointillism": pointillism,
    "impasto": impasto,
    "cubist": cubist,
    "woodcut": woodcut,
    "stained glass": stained_glass,
    "watercolour": watercolour,
    "ink line": ink_line,
}
