"""Portrait: head and shoulders, half the face in shadow."""

import numpy as np

from ..curves import arc, ellipse, ribbon, spline
from ..pose import Pose
from ..scene import Figure, Shape, detail
from .hair import bun, hat, long, scarf, short

_FACE = (
    (0.0, 0.9), (0.11, 0.885), (0.185, 0.8), (0.195, 0.68), (0.17, 0.55), (0.1, 0.455), (0.0, 0.425),
    (-0.1, 0.455), (-0.17, 0.55), (-0.195, 0.68), (-0.185, 0.8), (-0.11, 0.885),
)  # fmt: skip


def portrait(pose: Pose, rng: np.random.Generator) -> Figure:
    """Short hair, long hair or a bun; in the test split a brimmed hat or a headscarf."""
    behind, front = (short, long, bun, hat, scarf)[pose.variant](pose, rng)
    shapes = [*behind, *_shoulders(pose, rng), *_face(pose), *_features(pose, rng), *front]
    return Figure(shapes, "bust")


def _shoulders(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    coat = [
        (-0.56, -0.1), (-0.52, 0.12), (-0.4, 0.25), (-0.14, 0.32), (0.14, 0.32), (0.4, 0.25), (0.52, 0.12),
        (0.56, -0.1),
    ]  # fmt: skip
    neck = [(-0.085, 0.53), (0.085, 0.53), (0.09, 0.36), (0.14, 0.3), (0, 0.2), (-0.14, 0.3), (-0.09, 0.36)]
    shade = [
        (-0.09 * pose.light, 0.53), (0.06 * pose.light, 0.46), (-0.02 * pose.light, 0.34),
        (-0.12 * pose.light, 0.3),
    ]  # fmt: skip
    shapes = [
        Shape(spline(coat), "body", 0.0, fade=(0.45 * pose.light, -0.25), grain=1.2),
        Shape(
            spline(
                [
                    (-0.5 * pose.light, 0.12),
                    (-0.3 * pose.light, 0.24),
                    (-0.2 * pose.light, 0.0),
                    (-0.5 * pose.light, -0.1),
                ]
            ),
            "body",
            -0.45,
            grain=1.3,
        ),
        Shape(np.array(neck), "skin", -0.2, fade=(0.25 * pose.light, 0), grain=1.5),
        Shape(np.array(shade), "skin", -0.55, grain=1.5),
    ]
    if rng.random() < 0.5:
        for s in (-1, 1):
            collar = [(0.0, 0.17), (s * 0.15, 0.33), (s * 0.21, 0.24), (s * 0.08, 0.1)]
            shapes.append(Shape(np.array(collar), "glow", 0.1 if s == pose.light else -0.3, grain=0.8))
    else:
        shapes.append(Shape(ribbon([(-0.2, 0.27), (0.0, 0.17), (0.2, 0.27)], 0.06, 0.06), "accent", 0.1, grain=0.1))
    shapes += [detail(ellipse(0.0, y, 0.016, 0.016, steps=10), "accent", 0.3) for y in (0.08, 0.0)]
    return shapes


def _face(pose: Pose) -> list[Shape]:
    face = spline(_FACE)
    # The shadow half: from the parting down beside the nose to the chin.
    dark = -pose.light
    edge = [
        (0.07 * dark, 0.9), (0.075 * dark, 0.75), (0.09 * dark, 0.66), (0.06 * dark, 0.56),
        (0.03 * dark, 0.43),
    ]  # fmt: skip
    rim = [
        (0.1 * dark, 0.455), (0.17 * dark, 0.55), (0.195 * dark, 0.68), (0.185 * dark, 0.8),
        (0.11 * dark, 0.885),
    ]  # fmt: skip
    return [
        *(
            Shape(ellipse(s * 0.195, 0.665, 0.032, 0.055, steps=16), "skin", 0.0 if s == pose.light else -0.5)
            for s in (-1, 1)
        ),
        Shape(face, "skin", 0.18, fade=(0.2 * pose.light, -0.1), grain=1.3),
        Shape(
            np.vstack([spline(edge, closed=False, steps=4), spline(rim, closed=False, steps=4)]),
            "skin",
            -0.38,
            grain=1.2,
        ),
        Shape(ellipse(0.11 * pose.light, 0.585, 0.05, 0.035, steps=18), "blush", 0.2, grain=0.4),
    ]


def _features(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    look, smile, shapes = 0.012, rng.uniform(-0.004, 0.014), []
    for s in (-1, 1):
        x = s * 0.085
        lid = np.vstack(
            [arc(x, 0.68, 0.046, 0.024, 0, np.pi, 0, 9), arc(x, 0.68, 0.046, 0.017, np.pi, 2 * np.pi, 0, 9)]
        )
        brow = [(x - s * 0.045, 0.735), (x + s * 0.005, 0.752), (x + s * 0.06, 0.73)]
        shapes += [
            detail(ellipse(x, 0.683, 0.054, 0.03, steps=18), "skin", -0.6),
            detail(lid, "glow", 0.3),
            detail(ellipse(x + look, 0.682, 0.021, 0.022, steps=14), "ink", -0.3),
            detail(ribbon(arc(x, 0.68, 0.05, 0.026, 0.1, np.pi - 0.1, 0, 7), 0.012, 0.012), "ink"),
            detail(ribbon(brow, 0.022, 0.012), "ink", 0.1),
        ]
    nose = [
        (-0.02 * pose.light, 0.71), (-0.03 * pose.light, 0.62), (-0.042 * pose.light, 0.585), (0.0, 0.572),
    ]  # fmt: skip
    mouth = [(-0.068, 0.513 + smile), (0.0, 0.505), (0.068, 0.513 + smile)]
    upper = [
        (-0.07, 0.513 + smile), (-0.02, 0.533), (0, 0.527), (0.02, 0.533), (0.07, 0.513 + smile),
        (0.0, 0.506),
    ]  # fmt: skip
    lower = [(-0.055, 0.51), (0.055, 0.51), (0.03, 0.485), (-0.03, 0.485)]
    return [
        *shapes,
        detail(ribbon(nose, 0.012, 0.018), "skin", -0.75),
        Shape(ribbon([(0.006 * pose.light, 0.7), (0.008 * pose.light, 0.6)], 0.016, 0.024), "glow", 0.2),
        detail(spline(upper, steps=4), "warm", -0.4),
        detail(spline(lower, steps=4), "warm", -0.1),
        detail(ribbon(mouth, 0.01, 0.01), "ink", 0.05),
    ]
