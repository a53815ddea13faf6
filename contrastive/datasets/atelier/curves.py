"""Outlines: every shape of a drawing is a list of points, and these functions make the lists.

All return float arrays (k, 2). They know nothing of units: subjects use them in their own box,
backdrops in the unit square of the picture.
"""

from collections.abc import Sequence

import numpy as np

Points = np.ndarray | Sequence[tuple[float, float]]


def spline(points: Points, *, closed: bool = True, steps: int = 7) -> np.ndarray:
    """A smooth curve through `points` (Catmull-Rom), `steps` points a segment."""
    knots = np.asarray(points, float)
    if closed:
        p0, p1, p2, p3 = (np.roll(knots, shift, axis=0) for shift in (1, 0, -1, -2))
    else:
        padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
        p0, p1, p2, p3 = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (p[:, None, :] for p in (p0, p1, p2, p3))
    curve = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    curve = curve.reshape(-1, 2)
    return curve if closed else np.vstack([curve, knots[-1]])


def ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0.0, steps: int = 28) -> np.ndarray:
    """An ellipse around (x, y), turned by `turn` radians."""
    return arc(x, y, rx, ry, 0.0, 2 * np.pi * (1 - 1 / steps), turn, steps)


def arc(
    x: float, y: float, rx: float, ry: float, start: float, stop: float, turn: float = 0.0, steps: int = 18
) -> np.ndarray:
    """Part of an ellipse's outline, from angle `start` to `stop` (radians)."""
    t = np.linspace(start, stop, steps)
    u, v = rx * np.cos(t), ry * np.sin(t)
    return np.stack([x + u * np.cos(turn) - v * np.sin(turn), y + u * np.sin(turn) + v * np.cos(turn)], axis=1)


def ribbon(points: Points, start: float, stop: float, *, steps: int = 6) -> np.ndarray:
    """A stroke along `points`, `start` wide at its first point and `stop` wide at its last."""
    path = spline(points, closed=False, steps=steps)
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    half = np.linspace(start, stop, len(path))[:, None] / 2
    return np.vstack([path + across * half, (path - across * half)[::-1]])


def blob(
    x: float,
    y: float,
    rx: float,
    ry: float,
    rng: np.random.Generator,
    *,
    wobble: float = 0.13,
    lobes: int = 9,
) -> np.ndarray:
    """An uneven round outline, as of foliage or a cloud; `wobble` is the spread of its radii."""
    t = np.linspace(0, 2 * np.pi, lobes, endpoint=False) + rng.uniform(0, 2 * np.pi)
    radius = 1 + wobble * rng.uniform(-1, 1, lobes)
    return spline(np.stack([x + rx * radius * np.cos(t), y + ry * radius * np.sin(t)], axis=1), steps=5)


def mirrored(profile: Points) -> np.ndarray:
    """A symmetric smooth outline from (half width, height) pairs, as a potter sees a vase."""
    side = spline(profile, closed=False)
    return np.vstack([side, side[::-1] * (-1, 1)])
