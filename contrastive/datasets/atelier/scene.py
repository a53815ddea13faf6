"""What is drawn, before any paint: an ordered list of shapes, each with a colour role and a tone.

A subject draws a `Figure` in its own box: x from -0.5 to 0.5 (facing right), y up from 0 (where it
stands) to 1. A `Scene` is a whole picture: x to the right and y down, both 0..1.
Later shapes cover earlier ones. No shape knows a colour or a brush.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

Layer = Literal["backdrop", "subject", "detail"]
Ground = Literal["land", "water", "table", "deep", "bust", "range"]


@dataclass(frozen=True)
class Shape:
    """One closed outline (k, 2) filled with one role of the palette (palettes.ROLES).

    `tone` runs from -1 (deep shadow) over 0 (local colour) to 1 (full light). `fade` adds tone towards
    the right and the bottom edge of the shape's box; `round` lights the shape as if it were a ball of
    that strength. `grain` is the direction (radians) a brush or a burin follows in it. Styles treat a
    "detail" (an eye, a mast) with more care than the large forms.
    """

    points: np.ndarray
    role: str
    tone: float = 0.0
    fade: tuple[float, float] = (0.0, 0.0)
    round: float = 0.0
    grain: float = 0.0
    layer: Layer = "subject"


@dataclass(frozen=True)
class Figure:
    """A drawn subject and what it stands on; `shadow` is the half width of its shadow on the ground."""

    shapes: list[Shape]
    ground: Ground
    shadow: float = 0.0


@dataclass(frozen=True)
class Scene:
    """A composed picture; `light` is the unit vector (x, y down) towards the light."""

    shapes: list[Shape]
    light: tuple[float, float]


def detail(points: np.ndarray, role: str, tone: float = 0.0, *, round: float = 0.0) -> Shape:
    """A small shape that must stay legible."""
    return Shape(np.asarray(points, float), role, tone, round=round, layer="detail")


def placed(
    shapes: list[Shape], *, x: float, y: float, scale: float, stretch: float, tilt: float, facing: int
) -> list[Shape]:
    """Put shapes drawn in a subject's box (y up) into the picture (y down), standing at (x, y).

    `stretch` widens and lowers at constant area, `tilt` leans to the right in degrees, facing -1 mirrors.
    """
    lean = np.deg2rad(tilt)
    turn = np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])
    matrix = turn @ np.diag([facing * np.sqrt(stretch), 1 / np.sqrt(stretch)]) * scale
    return [
        replace(
            shape,
            points=(shape.points @ matrix.T) * (1, -1) + (x, y),
            fade=(shape.fade[0] * facing, shape.fade[1]),
            grain=lean - shape.grain * facing,
        )
        for shape in shapes
    ]
