"""Backdrops of a room."""

import numpy as np

from ..curves import spline
from ..scene import Shape
from .planes import area, back


def wall(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """A plain wall with a slanting patch of light."""
    shapes = [area("sky", -0.05, fade=(0.28 * light, -0.1))]
    x = 0.5 + 0.3 * light
    patch = [
        (x - 0.16, 0.0), (x + 0.12, 0.0), (x - 0.2 * light + 0.12, horizon),
        (x - 0.2 * light - 0.16, horizon),
    ]  # fmt: skip
    return [*shapes, back(np.array(patch), "sky", 0.42, grain=1.2)]


def curtain(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Cloth in soft folds down one side, wall on the other."""
    shapes = wall(horizon, light, rng)
    side, folds = -light, int(rng.integers(4, 6))
    for i in range(folds):
        x = 0.5 + side * (0.56 - 0.085 * i)
        sway = rng.uniform(-0.02, 0.02)
        fold = [
            (x - 0.06, -0.05), (x + 0.06, -0.05), (x + 0.055 + sway, 0.5), (x + 0.075 + side * 0.05, 1.05),
            (x - 0.06 + side * 0.05, 1.05), (x - 0.05 + sway, 0.5),
        ]  # fmt: skip
        tone = (-0.35, 0.2)[i % 2] + rng.uniform(-0.1, 0.1)
        shapes.append(back(spline(fold, steps=4), "far", tone, fade=(0.3 * light, 0), grain=1.5))
    return shapes


def patches(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Large overlapping planes of colour, as in a modern still life."""
    shapes = [area("sky", 0.05, fade=(0.15 * light, 0.0))]
    for role in ("far", "sky", "far", "sky"):
        centre = rng.uniform(0, 1), rng.uniform(0, horizon)
        w, h = rng.uniform(0.18, 0.34, 2)
        t = rng.uniform(-0.4, 0.4)
        turn = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])
        plane = np.array([(-w, -h), (w, -h), (w, h), (-w, h)]) @ turn + np.array(centre)
        shapes.append(back(plane, role, rng.uniform(0.1, 0.45), fade=(0.2 * light, 0), grain=t + 0.8))
    return shapes


def stripes(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Striped wallpaper."""
    shapes = [area("sky", 0.0, fade=(0.25 * light, -0.1))]
    step = rng.uniform(0.11, 0.16)
    for x in np.arange(rng.uniform(-0.1, 0.0), 1.1, step):
        band = np.array([(x, -0.05), (x + 0.45 * step, -0.05), (x + 0.45 * step, 1.05), (x, 1.05)])
        shapes.append(back(band, "far", 0.3, fade=(0, -0.15), grain=1.55))
    return shapes


def niche(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """An arched recess, one cheek of it in shadow."""
    x, half, top = 0.5 + rng.uniform(-0.05, 0.05), rng.uniform(0.36, 0.42), 0.42
    shapes = [area("far", 0.05, fade=(0.2 * light, -0.1))]
    t = np.linspace(np.pi, 2 * np.pi, 24)

    def arch(shift: float, size: float) -> np.ndarray:
        curve = np.stack([x + shift + size * half * np.cos(t), top + size * 0.36 * np.sin(t)], 1)
        return np.vstack([curve, (x + shift + size * half, 1.1), (x + shift - size * half, 1.1)])

    return [
        *shapes,
        back(arch(0.0, 1.07), "far", 0.45, grain=1.2),
        back(arch(0.0, 1.0), "far", -0.5, grain=1.4),
        back(arch(0.05 * -light, 0.96), "sky", 0.15, fade=(-0.25 * light, 0.1), grain=1.1),
    ]
