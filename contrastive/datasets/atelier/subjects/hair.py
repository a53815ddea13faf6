"""What a portrait wears on its head: hair, a hat or a scarf, as shapes behind and in front of the face."""

import numpy as np

from ..curves import blob, ellipse, ribbon, spline
from ..pose import Pose
from ..scene import Shape, detail

Worn = tuple[list[Shape], list[Shape]]  # behind the face, in front of it


def short(pose: Pose, rng: np.random.Generator) -> Worn:
    """Cropped hair."""
    back = Shape(ellipse(0, 0.76, 0.225, 0.22), "second", -0.5, grain=0.6)
    cap = [
        (-0.215, 0.68), (-0.23, 0.84), (-0.12, 0.97), (0.06, 0.985), (0.2, 0.9), (0.22, 0.7), (0.18, 0.76),
        (0.14, 0.84), (0.0, 0.845), (-0.12, 0.83), (-0.18, 0.77),
    ]  # fmt: skip
    return [back], [
        _hair(cap, -0.1),
        *_locks([(-0.1, 0.94, 0.1, 0.86), (0.02, 0.96, 0.18, 0.84), (-0.14, 0.92, -0.19, 0.78)]),
    ]


def long(pose: Pose, rng: np.random.Generator) -> Worn:
    """Parted hair down to the shoulders."""
    back = [
        (0, 1.0), (0.2, 0.94), (0.27, 0.74), (0.28, 0.5), (0.34, 0.24), (0.2, 0.16), (0, 0.2),
        (-0.2, 0.16), (-0.34, 0.24), (-0.28, 0.5), (-0.27, 0.74), (-0.2, 0.94),
    ]  # fmt: skip
    shapes = [Shape(spline(back), "second", -0.4, fade=(0.2 * pose.light, -0.2), grain=1.5)]
    fronts = []
    for s in (-1, 1):
        lock = [
            (0.0, 0.985), (s * 0.16, 0.95), (s * 0.25, 0.8), (s * 0.25, 0.5), (s * 0.27, 0.26),
            (s * 0.19, 0.3), (s * 0.18, 0.55), (s * 0.185, 0.74), (s * 0.12, 0.87), (0.0, 0.9),
        ]  # fmt: skip
        fronts.append(_hair(lock, 0.1 if s == pose.light else -0.3))
    return shapes, fronts + _locks(
        [
            (0.1, 0.94, 0.23, 0.66),
            (-0.1, 0.94, -0.23, 0.66),
            (0.22, 0.6, 0.25, 0.35),
            (-0.22, 0.6, -0.25, 0.35),
        ]
    )


def bun(pose: Pose, rng: np.random.Generator) -> Worn:
    """Hair put up, with earrings."""
    bun = Shape(blob(-0.02, 1.0, 0.12, 0.09, rng), "second", -0.1, round=0.6, grain=0.3)
    back = Shape(ellipse(0, 0.78, 0.22, 0.2), "second", -0.5)
    hair = [
        (-0.205, 0.66), (-0.225, 0.82), (-0.13, 0.95), (0, 0.975), (0.13, 0.95), (0.225, 0.82),
        (0.205, 0.66), (0.17, 0.78), (0.08, 0.88), (0, 0.9), (-0.08, 0.88), (-0.17, 0.78),
    ]  # fmt: skip
    ring = detail(ribbon([(-0.1, 0.945), (-0.01, 0.962), (0.09, 0.945)], 0.024, 0.024), "accent", 0.2)
    earrings = [detail(ellipse(s * 0.2, 0.595, 0.02, 0.026, steps=12), "accent", 0.4) for s in (-1, 1)]
    return [bun, back], [_hair(hair, -0.1), ring, *earrings]


def hat(pose: Pose, rng: np.random.Generator) -> Worn:
    """A brimmed hat."""
    back = [
        (0.2, 0.86), (0.25, 0.66), (0.24, 0.45), (0.1, 0.4), (-0.1, 0.4), (-0.24, 0.45), (-0.25, 0.66),
        (-0.2, 0.86),
    ]  # fmt: skip
    crown = [(-0.2, 0.84), (-0.19, 0.97), (-0.12, 1.05), (0.12, 1.05), (0.19, 0.97), (0.2, 0.84)]
    return [Shape(spline(back), "second", -0.45, grain=1.5)], [
        Shape(spline(crown), "accent", 0.0, fade=(0.4 * pose.light, 0.1), grain=0.2),
        Shape(ribbon([(-0.205, 0.885), (0.0, 0.86), (0.205, 0.885)], 0.05, 0.05), "ink", 0.15),
        Shape(ellipse(0, 0.845, 0.38, 0.055), "accent", 0.1, fade=(0.35 * pose.light, -0.25), grain=0.05),
        Shape(spline([(-0.24, 0.82), (0.0, 0.835), (0.24, 0.82), (0.0, 0.79)]), "skin", -0.65),
    ]


def scarf(pose: Pose, rng: np.random.Generator) -> Worn:
    """A headscarf."""
    cloth = [
        (0, 1.0), (0.18, 0.95), (0.27, 0.78), (0.26, 0.56), (0.3, 0.3), (0.12, 0.3), (0, 0.26),
        (-0.12, 0.3), (-0.3, 0.3), (-0.26, 0.56), (-0.27, 0.78), (-0.18, 0.95),
    ]  # fmt: skip
    fronts = []
    for s in (-1, 1):
        fold = [
            (0.0, 1.0), (s * 0.17, 0.95), (s * 0.255, 0.78), (s * 0.245, 0.58), (s * 0.13, 0.4),
            (s * 0.1, 0.43), (s * 0.19, 0.58), (s * 0.185, 0.76), (s * 0.1, 0.87), (0.0, 0.89),
        ]  # fmt: skip
        fronts.append(Shape(spline(fold, steps=5), "accent", 0.2 if s == pose.light else -0.3, grain=1.3))
    band = Shape(ribbon([(-0.19, 0.82), (0, 0.925), (0.19, 0.82)], 0.03, 0.03), "glow", 0.0)
    return [Shape(spline(cloth), "accent", -0.5, grain=1.4)], [*fronts, band]


def _hair(outline: list[tuple[float, float]], tone: float) -> Shape:
    return Shape(spline(outline, steps=5), "second", tone, round=0.35, grain=1.1)


def _locks(strands: list[tuple[float, float, float, float]]) -> list[Shape]:
    """A few lines of light through the hair."""
    curves = [[(a, b), ((a + c) / 2 + 0.012, (b + d) / 2 + 0.02), (c, d)] for a, b, c, d in strands]
    return [Shape(ribbon(curve, 0.014, 0.006), "second", 0.35) for curve in curves]
