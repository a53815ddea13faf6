"""Apple: a dimpled fruit with its stem."""

import numpy as np

from ..curves import arc, ellipse, ribbon, spline
from ..pose import Pose
from ..scene import Figure, Shape, detail

_OUTLINE = (
    (0.0, 0.75), (0.12, 0.8), (0.29, 0.79), (0.415, 0.67), (0.44, 0.48), (0.38, 0.24), (0.24, 0.045),
    (0.11, 0.0), (0.0, 0.035), (-0.11, 0.0), (-0.24, 0.045), (-0.38, 0.24), (-0.44, 0.48), (-0.415, 0.67),
    (-0.29, 0.79), (-0.12, 0.8),
)  # fmt: skip
# Drawn for light from the right; mirrored for light from the left.
_SHADE = (
    (-0.27, 0.785), (-0.415, 0.67), (-0.44, 0.48), (-0.38, 0.24), (-0.24, 0.045), (-0.11, 0.0), (0.0, 0.035),
    (0.11, 0.0), (0.2, 0.03), (0.0, 0.09), (-0.19, 0.22), (-0.29, 0.43), (-0.3, 0.64),
)  # fmt: skip
_CORE_SHADE = (
    (-0.39, 0.66), (-0.435, 0.48), (-0.375, 0.24), (-0.235, 0.045), (-0.11, 0.005), (-0.2, 0.12),
    (-0.33, 0.34), (-0.375, 0.52),
)  # fmt: skip
_LIGHT = ((0.12, 0.74), (0.27, 0.75), (0.37, 0.63), (0.39, 0.47), (0.32, 0.4), (0.2, 0.48), (0.11, 0.61))


def apple(pose: Pose, rng: np.random.Generator) -> Figure:
    """With a leaf, with a second apple, with a cut half; in the test split two leaves or a bite."""
    skin = "leaf" if rng.random() < 0.2 else "warm"
    shapes: list[Shape] = []
    if pose.variant == 1:
        shapes += _fruit(-0.38, 0.07, 0.7, "second", -0.1, pose)
    shapes += _fruit(0.0, 0.0, 1.0, skin, 0.0, pose)
    if pose.variant in (0, 3, 4):
        shapes += _leaf(0.03, 0.88, 0.34, pose)
    if pose.variant == 3:
        shapes += _leaf(0.02, 0.86, -0.28, pose)
    if pose.variant == 2:
        shapes += _half(0.33, skin, pose)
    return Figure(shapes, "table", shadow=0.42)


def _fruit(x: float, y: float, size: float, skin: str, tone: float, pose: Pose) -> list[Shape]:
    """One fruit standing at (x, y); `size` 1 fills the box."""

    def at(points: tuple[tuple[float, float], ...]) -> np.ndarray:
        return np.array(points) * (size * pose.light, size) + (x, y)

    bitten = pose.variant == 4
    outline = np.array(spline(_OUTLINE))
    teeth = [
        arc(cx, cy, 0.09, 0.08, 0.55 * np.pi, 1.45 * np.pi, 0, 7)
        for cx, cy in ((0.4, 0.64), (0.37, 0.5), (0.38, 0.36))
    ]
    marks = np.vstack(teeth)
    if bitten:
        outline = _bitten(outline, marks)
    shapes = [Shape(outline * size + (x, y), skin, 0.05 + tone, round=0.7, grain=1.2)]
    # Light and shade lie on opposite flanks; the one with the bite in it shows flesh instead.
    if not (bitten and pose.light < 0):
        shapes.append(Shape(spline(at(_SHADE)), skin, -0.36 + tone, grain=1.1 * pose.light))
        shapes.append(Shape(spline(at(_CORE_SHADE)), skin, -0.62 + tone, grain=1.1 * pose.light))
    if not (bitten and pose.light > 0):
        shapes.append(Shape(spline(at(_LIGHT)), skin, 0.48 + tone, grain=-0.9 * pose.light))
    if bitten:
        flesh = np.vstack([marks, (marks * (0.7, 0.86) + (0.03, 0.07))[::-1]])
        shapes.append(Shape(flesh, "glow", 0.1, grain=1.4))
    dimple = [arc(x, y + 0.765 * size, 0.15 * size, 0.03 * size, 0, np.pi, 0, 10),
              arc(x, y + 0.765 * size, 0.15 * size, 0.075 * size, np.pi, 2 * np.pi, 0, 10)]  # fmt: skip
    stem = ribbon(at(((0.0, 0.73), (0.015, 0.85), (0.07, 0.97))), 0.032 * size, 0.05 * size)
    shine = ellipse(x + 0.26 * pose.light * size, y + 0.62 * size, 0.045 * size, 0.075 * size, -0.5 * pose.light)
    return [
        *shapes,
        Shape(np.vstack(dimple), skin, -0.55 + tone, grain=0.1),
        detail(stem, "ink", 0.2),
        detail(shine, "glow", 0.3 + tone),
    ]


def _leaf(x: float, y: float, reach: float, pose: Pose) -> list[Shape]:
    tip, middle = (x + reach, y + 0.1), (x + reach * 0.5, y + 0.06)
    above, below = (middle[0], middle[1] + 0.1), (middle[0], middle[1] - 0.075)
    lit = 0.3 if reach * pose.light > 0 else -0.05
    return [
        Shape(spline([(x, y), above, tip, below]), "leaf", lit, grain=0.3),
        Shape(spline([(x, y), middle, tip, below]), "leaf", lit - 0.4, grain=0.3),
        detail(ribbon([(x, y), middle, tip], 0.018, 0.008), "leaf", -0.7),
    ]


def _bitten(outline: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """The outline with its right flank replaced by the marks of teeth."""
    gone = (outline[:, 0] > 0.25) & (outline[:, 1] > marks[:, 1].min()) & (outline[:, 1] < marks[:, 1].max())
    first, last = np.flatnonzero(gone)[[0, -1]]
    return np.vstack([outline[:first], marks, outline[last + 1 :]])


def _half(x: float, skin: str, pose: Pose) -> list[Shape]:
    """A cut half lying in front, with its core."""
    y = 0.16
    return [
        Shape(ellipse(x, y, 0.225, 0.2), skin, -0.2, grain=0.8),
        Shape(ellipse(x - 0.012, y + 0.01, 0.195, 0.172), "glow", 0.1, fade=(0.15 * pose.light, -0.3), grain=0.8),
        Shape(ellipse(x - 0.012, y + 0.01, 0.07, 0.085), "glow", -0.35),
        detail(ellipse(x - 0.035, y, 0.014, 0.028, 0.3, 12), "ink"),
        detail(ellipse(x + 0.015, y, 0.014, 0.028, -0.3, 12), "ink"),
    ]
