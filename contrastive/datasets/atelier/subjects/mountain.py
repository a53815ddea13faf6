"""Mountain with sun: peaks with a lit and a shaded flank, snow, and a disc in the sky."""

import numpy as np

from ..curves import ellipse, spline
from ..pose import Pose
from ..scene import Figure, Shape, detail

# Peaks (x, height, half width), far ones first, and the sun (x, y, radius); y up from the horizon.
_RANGES: tuple[tuple[tuple[tuple[float, float, float], ...], tuple[float, float, float]], ...] = (
    (((-0.42, 0.4, 0.45), (0.06, 0.74, 0.62)), (-0.33, 0.82, 0.115)),
    (((0.34, 0.5, 0.46), (-0.2, 0.7, 0.5)), (0.27, 0.84, 0.11)),
    (((-0.36, 0.5, 0.4), (0.4, 0.46, 0.42), (0.06, 0.62, 0.4)), (0.34, 0.85, 0.1)),
    (((0.45, 0.34, 0.44), (-0.06, 0.86, 0.46)), (0.32, 0.6, 0.12)),
    (((-0.27, 0.66, 0.44), (0.3, 0.6, 0.44)), (0.02, 0.6, 0.14)),
)


def mountain(pose: Pose, rng: np.random.Generator) -> Figure:
    """One, two or three peaks under a high sun; in the test split a steep peak or a sun between two."""
    peaks, (x, y, r) = _RANGES[pose.variant]
    shapes = _sun(x + rng.uniform(-0.03, 0.03), y + rng.uniform(-0.03, 0.03), r * rng.uniform(0.9, 1.1))
    for i, (px, height, half) in enumerate(peaks):
        front = i == len(peaks) - 1 or pose.variant == 4
        shapes += _peak(px, height * rng.uniform(0.94, 1.05), half, front, pose, rng)
    shapes += _foothills(rng)
    return Figure(shapes, "range")


def _sun(x: float, y: float, r: float) -> list[Shape]:
    halos = [Shape(ellipse(x, y, r * k, r * k, steps=36), "sky", tone, layer="backdrop")
             for k, tone in ((2.1, 0.35), (1.55, 0.55))]  # fmt: skip
    return [
        *halos,
        detail(ellipse(x, y, r, r, steps=40), "warm", 0.15),
        detail(ellipse(x, y, r * 0.74, r * 0.74, steps=36), "warm", 0.5),
    ]


def _peak(x: float, height: float, half: float, front: bool, pose: Pose, rng: np.random.Generator) -> list[Shape]:
    role = "body" if front else "far"
    top = (x, height)
    left, right = _flank(top, (x - half, 0.0), rng), _flank(top, (x + half, 0.0), rng)
    # The ridge wanders down from the summit and parts light from shadow.
    steps = np.linspace(1, 0, 7)
    ridge = np.stack(
        [x + half * 0.22 * (1 - steps) * pose.light + rng.uniform(-1, 1, 7) * half * 0.07, height * steps], 1
    )
    ridge[0] = top
    lit, dark = (right, left) if pose.light > 0 else (left, right)
    base_tone = 0.0 if front else 0.15
    shapes = [
        Shape(np.vstack([dark, ridge[::-1]]), role, base_tone - 0.42, fade=(0, 0.3), grain=1.0 * pose.light),
        Shape(np.vstack([lit, ridge[::-1]]), role, base_tone + 0.3, fade=(0, -0.1), grain=-0.9 * pose.light),
    ]
    for side, share in ((lit, 0.6), (lit, 0.85)):
        foot = side[int(share * (len(side) - 1))]
        shard = [
            (x + (foot[0] - x) * 0.35, foot[1] + 0.28 * height), foot + np.array([0.0, 0.01]),
            (foot[0] * 0.6 + x * 0.4, foot[1] * 0.4),
        ]  # fmt: skip
        shapes.append(Shape(np.array(shard), role, base_tone - 0.1, grain=-0.9 * pose.light))
    return shapes + _snow(left, right, ridge, lit is right, rng)


def _flank(top: tuple[float, float], foot: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    t = np.linspace(0, 1, 9)[:, None]
    line = np.asarray(top) * (1 - t) + np.asarray(foot) * t
    # Flanks flatten towards the valley and are never ruled.
    line[:, 1] -= 0.09 * top[1] * np.sin(np.pi * t[:, 0])
    line[1:-1] += rng.uniform(-1, 1, (7, 2)) * 0.018
    return line


def _snow(
    left: np.ndarray, right: np.ndarray, ridge: np.ndarray, lit_right: bool, rng: np.random.Generator
) -> list[Shape]:
    depth = int(rng.integers(2, 4))
    caps = []
    for side, is_right in ((left, False), (right, True)):
        edge, inner = side[: depth + 1], ridge[: depth + 1]
        middle = (edge[-1] + inner[-1]) / 2 + (0, 0.045)
        cap = np.vstack([edge, (edge[-1] * 0.6 + middle * 0.4) - (0, 0.06), middle, inner[::-1]])
        caps.append(Shape(cap, "glow", 0.2 if is_right == lit_right else -0.32, grain=1.0))
    return caps


def _foothills(rng: np.random.Generator) -> list[Shape]:
    hills = []
    for y, role, tone in ((0.09, "leaf", -0.1), (0.035, "leaf", -0.4)):
        xs = np.linspace(-1.1, 1.1, 9)
        crest = spline(np.stack([xs, y + rng.uniform(-0.03, 0.03, 9)], 1), closed=False)
        hills.append(
            Shape(np.vstack([crest, (1.1, -0.06), (-1.1, -0.06)]), role, tone, fade=(0, -0.2), layer="backdrop")
        )
    return hills
