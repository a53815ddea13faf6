"""Bird: seen from the side, perched or about to fly."""

import numpy as np

from ..curves import blob, ellipse, ribbon, spline
from ..pose import Pose
from ..scene import Figure, Shape, detail


def bird(pose: Pose, rng: np.random.Generator) -> Figure:
    """A songbird, a plump robin, a magpie's long tail; in the test split raised wings or a crest."""
    plump = (1.0, 1.18, 0.92, 0.95, 1.05)[pose.variant]
    tail = (0.26, 0.18, 0.42, 0.24, 0.3)[pose.variant]
    shapes = _perch(rng) if pose.variant in (0, 2, 4) else []
    shapes += _legs()
    feathers = [
        (-0.26, 0.36), (-0.3 - tail * 0.9, 0.2 - tail * 0.22), (-0.27 - tail, 0.11 - tail * 0.22),
        (-0.1, 0.22),
    ]  # fmt: skip
    shapes.append(Shape(np.array(feathers), "second", -0.25, grain=0.3))
    shapes.append(Shape(ribbon([(-0.2, 0.3), (-0.27 - tail, 0.15 - tail * 0.22)], 0.03, 0.02), "glow", -0.2))
    if pose.variant == 3:
        shapes += _raised_wing(-0.03, -0.35)
    shapes += _body(plump, pose)
    shapes += _raised_wing(-0.09, 0.1) if pose.variant == 3 else _folded_wing(plump, pose)
    if pose.variant == 4:
        crest = [(0.2, 0.86), (0.02, 1.02), (0.12, 0.88), (-0.02, 0.9), (0.12, 0.78)]
        shapes.append(Shape(np.array(crest), "accent", 0.1))
    ink = detail(ellipse(0.275, 0.775, 0.03, 0.032, steps=16), "ink", -0.3)
    beak = detail(spline([(0.37, 0.785), (0.54, 0.735), (0.375, 0.7), (0.35, 0.74)], steps=3), "accent", 0.1)
    mouth = detail(ribbon([(0.36, 0.738), (0.5, 0.735)], 0.01, 0.006), "ink")
    ring = detail(ellipse(0.275, 0.775, 0.05, 0.05, steps=18), "glow", 0.2)
    shine = detail(ellipse(0.285, 0.786, 0.01, 0.01, steps=8), "glow", 0.6)
    shapes += [beak, mouth, ring, ink, shine]
    return Figure(shapes, "land", shadow=0.0 if pose.variant in (0, 2, 4) else 0.26)


def _body(plump: float, pose: Pose) -> list[Shape]:
    """Trunk and head in one outline, then the breast and the cap as patches upon it."""
    outline = [
        (0.37, 0.76), (0.3, 0.87), (0.19, 0.885), (0.08, 0.82), (0.0, 0.7), (-0.14, 0.54), (-0.3, 0.36),
        (-0.27, 0.27),
        (-0.1, 0.21 - 0.05 * (plump - 1)), (0.1, 0.19 - 0.1 * (plump - 1)), (0.27 * plump, 0.28),
        (0.36 * plump, 0.45), (0.34 * plump, 0.6), (0.36, 0.69),
    ]  # fmt: skip
    breast = [
        (0.355, 0.68), (0.335 * plump, 0.58), (0.35 * plump, 0.45), (0.26 * plump, 0.29), (0.08, 0.2),
        (0.02, 0.26),
        (0.14, 0.42), (0.2, 0.6), (0.26, 0.68),
    ]  # fmt: skip
    cap = [(0.37, 0.78), (0.3, 0.875), (0.19, 0.89), (0.08, 0.82), (0.0, 0.7), (0.12, 0.745), (0.24, 0.82)]
    return [
        Shape(spline(outline), "body", 0.05, round=0.5, grain=0.9),
        Shape(spline(breast), "accent", 0.1, fade=(0.2, -0.3), grain=1.2),
        Shape(spline(cap), "second", -0.15 + 0.15 * pose.light, grain=0.6),
    ]


def _folded_wing(plump: float, pose: Pose) -> list[Shape]:
    wing = [(0.12, 0.6), (0.02, 0.62), (-0.13, 0.5), (-0.4, 0.22), (-0.16, 0.28), (0.04, 0.34), (0.14, 0.46)]
    shapes = [Shape(spline(wing), "second", -0.1, fade=(0.2, -0.3), grain=0.75)]
    for k, tone in ((0.0, 0.35), (0.055, -0.4), (0.11, 0.25)):
        quill = [(0.07, 0.53 - k), (-0.1, 0.41 - k * 0.9), (-0.32, 0.25 - k * 0.3)]
        shapes.append(Shape(ribbon(quill, 0.035, 0.012), "second", tone, grain=0.75))
    return shapes


def _raised_wing(x: float, tone: float) -> list[Shape]:
    wing = [
        (x + 0.2, 0.56), (x + 0.12, 0.8), (x - 0.1, 1.04), (x - 0.33, 1.1), (x - 0.3, 0.98), (x - 0.36, 0.9),
        (x - 0.27, 0.83), (x - 0.3, 0.73), (x - 0.2, 0.68), (x - 0.2, 0.56), (x - 0.02, 0.44),
    ]  # fmt: skip
    shapes = [Shape(np.array(wing), "second", tone, fade=(0.2, -0.2), grain=2.3)]
    for tip in ((-0.28, 1.02), (-0.3, 0.87), (-0.24, 0.73)):
        shapes.append(Shape(ribbon([(x + 0.1, 0.6), (x + tip[0], tip[1])], 0.014, 0.012), "second", tone - 0.4))
    return shapes


def _legs() -> list[Shape]:
    shapes = []
    for x in (0.0, 0.12):
        shapes.append(detail(ribbon([(x, 0.24), (x + 0.02, 0.1), (x + 0.01, 0.015)], 0.03, 0.02), "ink", 0.2))
        for toe in (-0.06, 0.05, 0.085):
            shapes.append(detail(ribbon([(x + 0.01, 0.02), (x + 0.01 + toe, -0.005)], 0.018, 0.01), "ink", 0.2))
    return shapes


def _perch(rng: np.random.Generator) -> list[Shape]:
    """A branch right across the picture, with a few leaves."""
    line = [(-1.3, -0.1), (-0.5, 0.0), (0.05, -0.02), (0.5, 0.03), (1.3, 0.14)]
    shapes = [Shape(ribbon(line, 0.08, 0.04), "second", -0.45, grain=0.05)]
    shapes.append(Shape(ribbon(np.array(line) + np.array([0.0, 0.015]), 0.02, 0.012), "second", 0.2, grain=0.05))
    for _ in range(7):
        x, up = float(rng.choice([-1, 1]) * rng.uniform(0.3, 0.8)), rng.choice([-1, 1])
        y = 0.08 * x + up * 0.07
        t = rng.uniform(0.3, 1.0) * up
        shapes.append(Shape(ellipse(x, y, 0.085, 0.032, t, 16), "leaf", rng.uniform(-0.2, 0.35), grain=float(t)))
    shapes.append(detail(blob(rng.uniform(-0.6, -0.4), -0.07, 0.03, 0.03, rng), "accent", 0.2))
    return shapes
