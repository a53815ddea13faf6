"""Tree: a trunk that forks into clumps of foliage."""

import numpy as np

from ..curves import blob, ellipse, ribbon, spline
from ..pose import Pose
from ..scene import Figure, Shape, detail

# Clumps of a crown: x, y, radius in the tree's box.
_CROWNS: tuple[tuple[tuple[float, float, float], ...], ...] = (
    (
        (-0.2, 0.56, 0.17),
        (0.2, 0.56, 0.17),
        (-0.12, 0.76, 0.18),
        (0.14, 0.77, 0.17),
        (0.0, 0.62, 0.18),
        (0, 0.87, 0.12),
    ),
    (
        (-0.32, 0.55, 0.14),
        (0.32, 0.57, 0.14),
        (-0.15, 0.68, 0.17),
        (0.16, 0.7, 0.17),
        (0.0, 0.6, 0.15),
        (0.0, 0.82, 0.14),
    ),
    ((0.0, 0.45, 0.16), (-0.11, 0.56, 0.14), (0.11, 0.58, 0.14), (0.0, 0.7, 0.16), (0.02, 0.87, 0.11)),
    ((-0.3, 0.78, 0.12), (-0.1, 0.84, 0.13), (0.12, 0.85, 0.13), (0.32, 0.8, 0.12), (0.0, 0.76, 0.12)),
    ((-0.29, 0.5, 0.13), (0.3, 0.6, 0.13), (-0.14, 0.72, 0.12), (0.1, 0.86, 0.13)),
)


def tree(pose: Pose, rng: np.random.Generator) -> Figure:
    """A round, a spreading or a tall crown; in the test split an umbrella pine or separate pads of leaves."""
    crown = np.array(_CROWNS[pose.variant])
    crown[:, :2] += rng.uniform(-0.025, 0.025, (len(crown), 2))
    shapes = _wood(crown, pose, rng)
    flat = 0.62 if pose.variant in (3, 4) else 0.92
    for x, y, r in crown:
        shapes.append(Shape(blob(x - 0.02 * pose.light, y - 0.035, r * 1.06, r * flat, rng), "leaf", -0.5, grain=0.8))
    for x, y, r in crown:
        shapes.append(
            Shape(
                blob(x, y, r, r * flat, rng),
                "body",
                rng.uniform(-0.2, 0.05),
                round=0.55,
                grain=0.7 * pose.light,
            )
        )
    for x, y, r in crown:
        for role, offset, size, tone in (("leaf", 0.2, 0.62, 0.25), ("body", 0.4, 0.42, 0.55)):
            cx, cy = x + offset * r * pose.light, y + offset * r * flat
            shapes.append(
                Shape(blob(cx, cy, r * size, r * size * flat * 0.9, rng, wobble=0.2), role, tone, grain=0.7)
            )
    shapes += _fruit(crown, flat, rng)
    return Figure(shapes, "land", shadow=0.36)


def _wood(crown: np.ndarray, pose: Pose, rng: np.random.Generator) -> list[Shape]:
    fork = 0.5 if pose.variant == 3 else 0.3
    lean = rng.uniform(-0.03, 0.03)
    shapes = []
    for x, y, _ in crown:
        branch = [(lean, fork - 0.08), (lean + 0.35 * (x - lean), fork + 0.3 * (y - fork)), (x, y)]
        shapes.append(Shape(ribbon(branch, 0.055, 0.018), "second", -0.35, grain=1.4))
    trunk = spline(
        [(-0.11, 0.0), (-0.055, 0.08), (lean - 0.04, fork), (lean, fork + 0.08), (lean + 0.04, fork),
         (0.05, 0.08), (0.11, 0.0), (0.03, 0.02), (-0.03, 0.015)]
    )  # fmt: skip
    shapes.append(Shape(trunk, "second", 0.05, fade=(0.5 * pose.light, -0.1), grain=1.55))
    bark = [
        (-0.03 * pose.light, 0.04), (-0.02 * pose.light + lean / 2, 0.2), (lean - 0.02 * pose.light, fork),
    ]  # fmt: skip
    shapes.append(Shape(ribbon(bark, 0.04, 0.02), "second", -0.6, grain=1.55))
    return shapes


def _fruit(crown: np.ndarray, flat: float, rng: np.random.Generator) -> list[Shape]:
    """A few accents among the leaves: fruit or blossom, or none."""
    count = int(rng.choice((0, 6, 11)))
    shapes = []
    for x, y, r in crown[rng.integers(len(crown), size=count)]:
        t, part = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.85)
        centre = x + part * r * np.cos(t), y + part * r * flat * np.sin(t)
        shapes.append(detail(ellipse(*centre, 0.02, 0.02, steps=12), "accent", 0.15, round=0.3))
    return shapes
