"""Ship: a hull on the water under sails."""

from itertools import pairwise

import numpy as np

from ..curves import ribbon, spline
from ..pose import Pose
from ..scene import Figure, Shape, detail


def ship(pose: Pose, rng: np.random.Generator) -> Figure:
    """A sloop, a brig, a cutter; in the test split a three-master or a dhow."""
    shapes = _reflection(rng)
    rig = (_sloop, _brig, _cutter, _full_rigged, _dhow)[pose.variant]
    shapes += rig(pose, rng)
    deck = spline([(-0.44, 0.2), (-0.22, 0.115), (0.12, 0.1), (0.48, 0.235)], closed=False)
    keel = [(0.37, 0.03), (0.3, -0.03), (-0.33, -0.03), (-0.4, 0.05)]
    hull = np.vstack([deck, keel])
    shapes.append(Shape(hull, "second", -0.05, fade=(0.25 * pose.light, -0.55), grain=0.05))
    shapes.append(detail(ribbon(deck - (0, 0.035), 0.022, 0.022), "accent", 0.1))
    shapes.append(detail(ribbon(deck + np.array([0.0, 0.004]), 0.014, 0.014), "glow", -0.1))
    if pose.variant in (1, 3):
        shapes += [detail(_square(x, 0.055, 0.016), "ink", -0.2) for x in np.linspace(-0.27, 0.25, 5)]
    shapes.append(Shape(ribbon([(-0.4, -0.025), (0, -0.04), (0.4, -0.02)], 0.012, 0.02), "glow", 0.2))
    return Figure(shapes, "water")


def _sloop(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    top = rng.uniform(0.9, 1.0)
    main = [(-0.035, 0.2), (-0.2, 0.19), (-0.4, 0.2), (-0.27, 0.5), (-0.035, top)]
    jib = [(0.02, top * 0.9), (0.12, 0.6), (0.2, 0.4), (0.43, 0.26), (0.24, 0.22), (0.03, 0.21)]
    return [
        _mast(-0.01, 0.1, top + 0.02),
        *_sail(_bellied(main), pose, 0.3),
        *_sail(_bellied(jib), pose, -0.05),
        *_pennant(-0.01, top),
    ]


def _cutter(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    peak = rng.uniform(0.86, 0.95)
    main = [(-0.02, 0.18), (-0.22, 0.17), (-0.43, 0.2), (-0.38, 0.5), (-0.3, peak), (-0.02, 0.68)]
    jib = [(0.03, 0.82), (0.17, 0.5), (0.46, 0.24), (0.2, 0.23), (0.05, 0.24)]
    flying = [(0.05, 0.95), (0.3, 0.6), (0.56, 0.33), (0.4, 0.45)]
    return [
        _mast(0.01, 0.1, 1.0),
        detail(ribbon([(-0.31, peak + 0.02), (0.01, 0.7)], 0.014, 0.02), "ink"),
        *_sail(np.asarray(main), pose, 0.3),
        *_sail(_bellied(flying), pose, 0.1),
        *_sail(_bellied(jib), pose, -0.15),
        *_pennant(0.01, 1.0),
    ]


def _brig(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    shapes = []
    for x, height in ((-0.19, 0.9), (0.15, 1.0)):
        shapes += _square_sails(x, height, 0.15, pose, levels=3)
    return shapes + _headsail(pose)


def _full_rigged(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    shapes = []
    for x, height, half in ((-0.29, 0.74, 0.095), (-0.04, 1.0, 0.13), (0.22, 0.88, 0.115)):
        shapes += _square_sails(x, height, half, pose, levels=4)
    return shapes + _headsail(pose)


def _dhow(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    lateen = [(-0.36, 0.92), (-0.05, 0.62), (0.43, 0.22), (0.1, 0.2), (-0.27, 0.24), (-0.34, 0.55)]
    small = [(-0.38, 0.58), (-0.22, 0.42), (-0.12, 0.2), (-0.4, 0.22)]
    return [
        detail(ribbon([(0.02, 0.1), (0.06, 0.72)], 0.03, 0.016), "ink"),
        *_sail(_bellied(small), pose, -0.3),
        *_sail(_bellied(lateen), pose, 0.3),
        detail(ribbon([(-0.38, 0.96), (-0.05, 0.655), (0.46, 0.21)], 0.012, 0.016), "ink"),
        *_pennant(-0.37, 0.95),
    ]


def _square_sails(x: float, height: float, half: float, pose: Pose, levels: int) -> list[Shape]:
    edges = np.linspace(0.2, height - 0.03, levels + 1)
    shapes = [_mast(x, 0.1, height), *_pennant(x, height)]
    for low, high in pairwise(edges):
        wide, narrow = half * (1.12 - 0.62 * low), half * (1.12 - 0.62 * high)
        gap = 0.02
        corners = [(x - wide, low + gap), (x, low + gap + 0.035), (x + wide, low + gap)]
        belly = [(x + narrow + 0.035, (low + high) / 2)]
        top = [(x + narrow, high), (x - narrow, high), (x - narrow + 0.012, (low + high) / 2)]
        shapes += _sail(np.asarray(corners + belly + top), pose, 0.25)
        shapes.append(detail(ribbon([(x - narrow * 1.12, high), (x + narrow * 1.12, high)], 0.012, 0.012), "ink"))
    return shapes


def _headsail(pose: Pose) -> list[Shape]:
    jib = [(0.2, 0.78), (0.34, 0.5), (0.58, 0.3), (0.36, 0.27), (0.26, 0.3)]
    return [detail(ribbon([(0.4, 0.2), (0.6, 0.31)], 0.022, 0.01), "ink"), *_sail(_bellied(jib), pose, -0.1)]


def _sail(outline: np.ndarray, pose: Pose, tone: float) -> list[Shape]:
    """Cloth, a shaded strip along its lee edge, and two seams."""
    left, right = outline[:, 0].min(), outline[:, 0].max()
    low, high = outline[:, 1].min(), outline[:, 1].max()
    cloth = Shape(outline, "body", tone, fade=(0.42 * pose.light, -0.2), grain=1.3)
    seams = []
    for part in (0.36, 0.66):
        y = low + part * (high - low)
        inside = outline[np.abs(outline[:, 1] - y) < 0.2 * (high - low)]
        if len(inside) > 1:
            a, b = inside[:, 0].min(), inside[:, 0].max()
            a, b = max(a, left + 0.1 * (right - left)), min(b, right - 0.1 * (right - left))
            seams.append((a + 0.2 * (b - a), b - 0.2 * (b - a), y))
    lines = [Shape(ribbon([(a, y), ((a + b) / 2, y - 0.008), (b, y)], 0.006, 0.006), "body", tone - 0.5)
             for a, b, y in seams if b - a > 0.06]  # fmt: skip
    return [cloth, *lines]


def _bellied(corners: list[tuple[float, float]]) -> np.ndarray:
    """Cloth under wind: its outline curves through the corners."""
    return spline(corners)


def _mast(x: float, foot: float, top: float) -> Shape:
    return detail(ribbon([(x, foot), (x, top)], 0.026, 0.014), "ink", 0.1)


def _pennant(x: float, top: float) -> list[Shape]:
    flag = [
        (x, top + 0.015), (x - 0.06, top + 0.03), (x - 0.12, top + 0.01), (x - 0.06, top - 0.005),
        (x, top - 0.02),
    ]  # fmt: skip
    return [detail(np.asarray(flag), "accent", 0.2)]


def _square(x: float, y: float, half: float) -> np.ndarray:
    return np.array([(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)])


def _reflection(rng: np.random.Generator) -> list[Shape]:
    """Broken bands below the waterline, wider apart and paler with distance from the hull."""
    bands = []
    for i, y in enumerate((-0.05, -0.085, -0.125, -0.17, -0.22)):
        half = 0.4 - 0.06 * i + rng.uniform(-0.04, 0.04)
        x = rng.uniform(-0.05, 0.05)
        role = "second" if i < 2 else "body"
        line = [(x - half, y), (x - half / 3, y + 0.008), (x + half / 3, y - 0.008), (x + half, y)]
        bands.append(Shape(ribbon(line, 0.014, 0.02), role, -0.25 + 0.05 * i, layer="backdrop"))
    return bands
