"""House: walls, a pitched roof, a door, windows, a chimney with smoke."""

import numpy as np

from ..curves import blob, ellipse, ribbon
from ..pose import Pose
from ..scene import Figure, Shape, detail


def house(pose: Pose, rng: np.random.Generator) -> Figure:
    """A cottage, a long house, a town house; in the test split a house with a wing or a steep one."""
    build = (_cottage, _long, _tall, _winged, _steep)[pose.variant]
    shapes = build(pose, rng)
    for x in rng.choice([-0.5, -0.42, 0.4, 0.5], size=2, replace=False):
        r = rng.uniform(0.06, 0.1)
        shapes.append(Shape(blob(x, r * 0.6, r * 1.2, r, rng), "leaf", -0.2, round=0.6, grain=0.8))
    return Figure(shapes, "land", shadow=0.46)


def _cottage(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    return [
        *_chimney(0.22, 0.68, rng),
        _wall(-0.02, 0.42, 0.0, 0.4, _side(pose, 1)),
        _panel([(-0.24, 0.82), (0.24, 0.78), (0.5, 0.37), (0.0, 0.37)], "accent", -0.05, 0.1),
        *_gable(-0.42, -0.02, 0.4, 0.82, _side(pose, -1)),
        *_door(-0.22, 0.13, 0.24),
        *_window_row([-0.22], 0.5, 0.055),
        *_window_row([0.13, 0.31], 0.22, 0.055),
    ]


def _long(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    return [
        *_chimney(-0.22, 0.58, rng),
        *_chimney(0.24, 0.58, rng, smoke=False),
        _wall(-0.44, 0.44, 0.0, 0.34, 0.1 * pose.light),
        _panel([(-0.38, 0.66), (0.38, 0.66), (0.5, 0.32), (-0.5, 0.32)], "accent", 0.05, 0.0),
        *_door(0.0, 0.12, 0.24),
        *_window_row([-0.31, -0.16, 0.16, 0.31], 0.19, 0.05),
    ]


def _tall(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    return [
        *_chimney(0.13, 0.84, rng),
        _wall(0.1, 0.3, 0.0, 0.58, _side(pose, 1)),
        _panel([(-0.09, 0.96), (0.13, 0.9), (0.34, 0.55), (0.1, 0.56)], "accent", -0.1, 0.1),
        *_gable(-0.28, 0.1, 0.58, 0.96, _side(pose, -1)),
        *_door(-0.09, 0.12, 0.22),
        *_window_row([-0.18, 0.0], 0.4, 0.05),
        *_window_row([-0.09], 0.68, 0.045),
        *_window_row([0.2], 0.36, 0.045),
    ]


def _winged(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    return [
        *_chimney(-0.08, 0.74, rng),
        _wall(-0.05, 0.48, 0.0, 0.26, _side(pose, 1)),
        _panel([(-0.05, 0.46), (0.42, 0.44), (0.53, 0.23), (-0.05, 0.24)], "accent", -0.1, 0.0),
        *_gable(-0.44, 0.0, 0.44, 0.8, _side(pose, -1)),
        *_door(-0.32, 0.12, 0.23),
        *_window_row([-0.12], 0.18, 0.05),
        *_window_row([-0.3, -0.14], 0.42, 0.045),
        *_window_row([0.12, 0.3], 0.13, 0.045),
    ]


def _steep(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    round_window = [
        detail(ellipse(0.0, 0.56, 0.07, 0.07), "ink"),
        detail(ellipse(0.0, 0.56, 0.052, 0.052), "glow", 0.2),
        detail(ribbon([(-0.06, 0.56), (0.06, 0.56)], 0.014, 0.014), "ink"),
    ]
    return [
        *_chimney(0.2, 0.72, rng),
        *_gable(-0.36, 0.36, 0.24, 1.0, 0.1 * pose.light, eaves=0.09),
        *_door(0.0, 0.14, 0.26),
        *_window_row([-0.21, 0.21], 0.17, 0.05),
        *round_window,
    ]


def _side(pose: Pose, side: int) -> float:
    """Tone of the wall that looks to this side."""
    return 0.32 if side == pose.light else -0.45


def _wall(left: float, right: float, low: float, high: float, tone: float) -> Shape:
    return _panel([(left, low), (right, low), (right, high), (left, high)], "body", tone, -0.15)


def _panel(corners: list[tuple[float, float]], role: str, tone: float, down: float) -> Shape:
    return Shape(np.array(corners), role, tone, fade=(0.06, down), grain=0.08 if role == "body" else -0.9)


def _gable(left: float, right: float, eave: float, top: float, tone: float, *, eaves: float = 0.05) -> list[Shape]:
    """A wall with its triangle, and the two boards of the roof's edge."""
    middle, slope = (left + right) / 2, (top - eave) / (right - left) * 2
    front = [(left, 0), (right, 0), (right, eave), (middle, top), (left, eave)]
    boards = [
        detail(
            ribbon([(middle, top + 0.015), (x + s * eaves, eave - slope * eaves + 0.015)], 0.045, 0.05),
            "accent",
            t,
        )
        for x, s, t in ((left, -1, 0.2), (right, 1, -0.15))
    ]
    return [_panel(front, "body", tone, -0.15), *boards]


def _door(x: float, wide: float, high: float) -> list[Shape]:
    frame = [
        (x - wide / 2, 0), (x + wide / 2, 0), (x + wide / 2, high), (x, high + 0.03), (x - wide / 2, high),
    ]  # fmt: skip
    inner = [(x - wide / 3, 0), (x + wide / 3, 0), (x + wide / 3, high - 0.02), (x - wide / 3, high - 0.02)]
    return [detail(np.array(frame), "ink", 0.1), detail(np.array(inner), "second", 0.1)]


def _window_row(xs: list[float], y: float, half: float) -> list[Shape]:
    shapes = []
    for x in xs:
        shapes += [
            detail(_pane(x, y, half, 1.25 * half), "ink", 0.1),
            detail(_pane(x, y, half * 0.76, half), "glow", 0.1),
            detail(ribbon([(x, y - half), (x, y + half)], half * 0.2, half * 0.2), "ink", 0.1),
            detail(ribbon([(x - half, y), (x + half, y)], half * 0.2, half * 0.2), "ink", 0.1),
        ]
    return shapes


def _pane(x: float, y: float, rx: float, ry: float) -> np.ndarray:
    return np.array([(x - rx, y - ry), (x + rx, y - ry), (x + rx, y + ry), (x - rx, y + ry)])


def _chimney(x: float, foot: float, rng: np.random.Generator, *, smoke: bool = True) -> list[Shape]:
    top = foot + 0.22
    shapes = [
        Shape(_pane(x, foot, 0.04, 0.18), "second", 0.0, fade=(0.2, 0)),
        detail(_pane(x, foot + 0.18, 0.052, 0.02), "second", -0.4),
    ]
    if smoke:
        drift = rng.uniform(0.05, 0.09)
        for i in range(4):
            r = 0.028 + 0.014 * i
            puff = blob(x + drift * i, top + 0.015 + 0.045 * i, r * 1.3, r, rng)
            shapes.insert(0, Shape(puff, "sky", 0.35 + 0.1 * i, round=0.2, layer="backdrop"))
    return shapes
