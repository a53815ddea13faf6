"""Backdrops: what stands behind a subject, as functions `(horizon, light, rng) -> list[Shape]`.

Coordinates are those of the picture (y down, 0..1; shapes may run over the edge). `light` is the side
(+1 right, -1 left) the light falls from. To add one, write a function, name it here, and say in pose.py
whether it belongs to training or to the test split.
"""

from collections.abc import Callable

import numpy as np

from ..scene import Shape
from .indoors import curtain, niche, patches, stripes, wall
from .outdoors import clouds, hills, rays, sky, streaks
from .under_water import reef, shafts, stones, weeds

DRAWINGS: dict[str, Callable[[float, int, np.random.Generator], list[Shape]]] = {
    "clear": sky,
    "clouds": clouds,
    "hills": hills,
    "streaks": streaks,
    "rays": rays,
    "wall": wall,
    "curtain": curtain,
    "patches": patches,
    "stripes": stripes,
    "niche": niche,
    "weeds": weeds,
    "stones": stones,
    "shafts": shafts,
    "reef": reef,
}
