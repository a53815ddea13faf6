"""Fish: from the side, under water."""

import numpy as np

from ..curves import arc, ellipse, ribbon, spline
from ..pose import Pose
from ..scene import Figure, Shape, detail


def fish(pose: Pose, rng: np.random.Generator) -> Figure:
    """A carp, a banded fish, a trout; in the test split a deep one with long fins or a spotted one."""
    deep = (0.23, 0.27, 0.17, 0.3, 0.21)[pose.variant]
    fork = (0.2, 0.17, 0.19, 0.26, 0.24)[pose.variant]
    y = 0.5
    outline = [
        (0.5, y - 0.02), (0.38, y + deep * 0.55), (0.16, y + deep), (-0.08, y + deep * 0.78),
        (-0.25, y + 0.055),
        (-0.25, y - 0.055), (-0.08, y - deep * 0.72), (0.16, y - deep * 0.95), (0.38, y - deep * 0.6),
    ]  # fmt: skip
    tail = [
        (-0.2, y + 0.06), (-0.36, y + fork * 0.8), (-0.5, y + fork), (-0.43, y + 0.05), (-0.42, y - 0.03),
        (-0.5, y - fork), (-0.36, y - fork * 0.8), (-0.2, y - 0.06),
    ]  # fmt: skip
    body = spline(outline)
    shapes = [*_fins(deep, y, pose), Shape(np.array(tail), "accent", -0.05, fade=(0.3, 0), grain=0.1)]
    for s in (-1, 0.2, 1):
        spine = [(-0.22, y), (-0.36, y + s * fork * 0.4), (-0.46, y + s * fork * 0.75)]
        shapes.append(Shape(ribbon(spine, 0.012, 0.01), "accent", -0.55))
    shapes.append(Shape(body, "body", 0.1, round=0.75, grain=0.05))
    belly = np.array([
        (0.47, y - 0.06), (0.2, y - deep * 0.35), (-0.2, y - 0.02), (-0.06, y - deep * 0.68),
        (0.16, y - deep * 0.9), (0.36, y - deep * 0.6),
    ])  # fmt: skip
    shapes.append(Shape(spline(belly), "glow", -0.15, fade=(0, -0.3), grain=0.05))
    shapes += (_scales, _bands, _line, _bands, _spots)[pose.variant](deep, y, rng)
    shapes.append(
        Shape(
            spline(
                [
                    (0.5, y - 0.02),
                    (0.4, y + deep * 0.5),
                    (0.29, y + deep * 0.76),
                    (0.25, y),
                    (0.29, y - deep * 0.74),
                    (0.4, y - deep * 0.54),
                ]
            ),
            "warm",
            0.05,
            round=0.4,
        )
    )
    shapes.append(detail(ribbon(arc(0.19, y, 0.08, deep * 0.7, -1.2, 1.2, 0, 7), 0.016, 0.016), "ink", 0.1))
    side_fin = [(0.15, y - 0.02), (0.02, y + 0.04), (-0.07, y - 0.08), (0.05, y - 0.12)]
    shapes.append(Shape(spline(side_fin), "accent", 0.25, grain=0.3))
    shapes += [
        detail(ellipse(0.375, y + deep * 0.22, 0.042, 0.042, steps=20), "glow", 0.3),
        detail(ellipse(0.38, y + deep * 0.22, 0.026, 0.026, steps=16), "ink", -0.4),
        detail(ribbon([(0.495, y - 0.035), (0.45, y - 0.06), (0.425, y - 0.055)], 0.014, 0.01), "ink"),
    ]
    return Figure(shapes, "deep")


def _fins(deep: float, y: float, pose: Pose) -> list[Shape]:
    long = 1.7 if pose.variant == 3 else 1.0
    back = [
        (0.22, y + deep * 0.9), (0.08, y + deep + 0.12 * long), (-0.12, y + deep + 0.09 * long),
        (-0.2, y + deep * 0.7), (-0.1, y + deep * 0.6),
    ]  # fmt: skip
    under = [
        (0.12, y - deep * 0.85), (0.02, y - deep - 0.1 * long), (-0.08, y - deep - 0.06 * long),
        (-0.06, y - deep * 0.6),
    ]  # fmt: skip
    rear = [
        (-0.1, y - deep * 0.55), (-0.2, y - deep * 0.9 - 0.05 * long), (-0.26, y - deep * 0.6),
        (-0.2, y - 0.05),
    ]  # fmt: skip
    shapes = [Shape(spline(fin, steps=5), "accent", tone, fade=(0.2 * pose.light, 0), grain=1.9)
              for fin, tone in ((back, 0.1), (under, -0.3), (rear, -0.25))]  # fmt: skip
    for x in (0.1, 0.02, -0.06):
        shapes.append(
            Shape(
                ribbon([(x + 0.04, y + deep * 0.9), (x - 0.03, y + deep + 0.08 * long)], 0.012, 0.008),
                "accent",
                -0.5,
            )
        )
    return shapes


def _scales(deep: float, y: float, rng: np.random.Generator) -> list[Shape]:
    """Rows of open arcs, fewer towards the tail."""
    shapes = []
    for row, part in enumerate((-0.25, 0.05, 0.35, 0.62)):
        for x in np.arange(0.12, -0.2, -0.075) - 0.037 * (row % 2):
            room = deep * (0.95 - 2.4 * max(0.0, 0.0 - x) ** 1.2)
            if abs(part * deep) < room * 0.8:
                arcs = arc(float(x), y + part * deep, 0.035, 0.036, np.pi / 2, 3 * np.pi / 2, 0, 6)
                shapes.append(Shape(ribbon(arcs, 0.011, 0.011, steps=2), "second", -0.2))
    return shapes


def _bands(deep: float, y: float, rng: np.random.Generator) -> list[Shape]:
    shapes = []
    for x, wide in ((0.13, 0.06), (0.0, 0.055), (-0.12, 0.045)):
        high = deep * (0.97 if x > 0.05 else 0.86 if x > -0.05 else 0.56)
        band = [(x, y + high), (x + 0.03, y), (x, y - high * 0.9)]
        shapes.append(Shape(ribbon(band, wide, wide * 0.7), "second", -0.05, fade=(0, -0.3), grain=1.5))
    return shapes


def _line(deep: float, y: float, rng: np.random.Generator) -> list[Shape]:
    flank = Shape(ribbon([(0.24, y + 0.02), (0.0, y + 0.03), (-0.24, y)], 0.06, 0.03), "second", 0.1)
    return [flank, *_spots(deep * 0.8, y + 0.06, rng)]


def _spots(deep: float, y: float, rng: np.random.Generator) -> list[Shape]:
    shapes = []
    for x in np.linspace(-0.16, 0.2, 7):
        for part in (0.15, 0.5):
            cx, cy = x + rng.uniform(-0.02, 0.02), y + part * deep * (1 + rng.uniform(-0.3, 0.3)) * (0.6 + x)
            shapes.append(Shape(ellipse(cx, cy + 0.02, 0.018, 0.02, steps=10), "ink", 0.2))
    return shapes
