"""The large planes every backdrop is made of."""

import numpy as np

from ..curves import spline
from ..scene import Shape


def back(
    points: np.ndarray,
    role: str,
    tone: float,
    *,
    fade: tuple[float, float] = (0.0, 0.0),
    grain: float = 0.0,
    round: float = 0.0,
) -> Shape:
    """A shape of the background."""
    return Shape(points, role, tone, fade=fade, round=round, grain=grain, layer="backdrop")


def below(heights: np.ndarray) -> np.ndarray:
    """The area below an uneven line across the picture, whose heights (k,) are given from left to right."""
    edge = spline(np.stack([np.linspace(-0.1, 1.1, len(heights)), heights], 1), closed=False)
    return np.vstack([edge, (1.1, 1.15), (-0.1, 1.15)])


def area(role: str, tone: float, *, fade: tuple[float, float]) -> Shape:
    """The whole picture in one role."""
    return back(np.array([(-0.05, -0.05), (1.05, -0.05), (1.05, 1.02), (-0.05, 1.02)]), role, tone, fade=fade)
