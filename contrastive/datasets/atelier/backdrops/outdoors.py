"""Backdrops under the open sky."""

import numpy as np

from ..curves import blob, spline
from ..scene import Shape
from .planes import area, back, below


def sky(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """An open sky in broad uneven bands, paler towards the horizon and the light."""
    shapes = [area("sky", -0.1, fade=(0.12 * light, 0.3))]
    for y, tone in ((0.3, 0.05), (0.62, 0.22), (0.88, 0.42)):
        level = horizon * y
        band = below(level + rng.uniform(-0.03, 0.03, 7))
        shapes.append(back(band, "sky", tone + rng.uniform(-0.05, 0.05), fade=(0.15 * light, 0.1), grain=0.1))
    return shapes


def clouds(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Heaped clouds, lit from above."""
    shapes = sky(horizon, light, rng)
    for _ in range(int(rng.integers(3, 5))):
        x, y, w = rng.uniform(0.0, 1.0), rng.uniform(0.08, 0.75) * horizon, rng.uniform(0.1, 0.17)
        puffs = [(x + dx * w, y - abs(dy) * w, w * r) for dx, dy, r in
                 ((-0.9, 0.0, 0.42), (0.95, 0.0, 0.4), (-0.35, 0.25, 0.55), (0.4, 0.3, 0.5))]  # fmt: skip
        shapes += [back(blob(px, py + 0.02, r * 1.25, r * 0.8, rng), "far", 0.25) for px, py, r in puffs]
        shapes += [back(blob(px + 0.012 * light, py, r * 1.1, r * 0.62, rng), "glow", -0.05) for px, py, r in puffs]
    return shapes


def hills(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Two or three ranges of low hills, bluer and paler with distance."""
    shapes = sky(horizon, light, rng)
    for lift, tone in ((0.17, 0.42), (0.1, 0.15), (0.045, -0.15)):
        ridge = below(horizon - lift + rng.uniform(-0.045, 0.045, 8))
        shapes.append(back(ridge, "far", tone, fade=(0.15 * light, 0.1), grain=0.2))
    return shapes


def streaks(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Long thin evening clouds."""
    shapes = sky(horizon, light, rng)
    for y in np.linspace(0.1, 0.9, 7) * horizon:
        x, half, thick = rng.uniform(0, 1), rng.uniform(0.25, 0.5), rng.uniform(0.015, 0.035)
        bend = rng.uniform(-0.02, 0.02)
        lens = spline([(x - half, y), (x, y - thick + bend), (x + half, y + bend), (x, y + thick + bend)])
        role = "far" if rng.random() < 0.55 else "glow"
        shapes.append(back(lens, role, rng.uniform(-0.05, 0.3), grain=0.03))
    return shapes


def rays(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Fans of light from a point above the picture."""
    x, y = 0.5 + light * rng.uniform(0.25, 0.6), rng.uniform(-0.35, -0.15)
    shapes = sky(horizon, light, rng)
    angles = np.linspace(0, 2 * np.pi, 35) + rng.uniform(0, 0.2)
    for i, t in enumerate(angles[:-1]):
        after = angles[i + 1]
        wedge = [
            (x, y),
            (x + 2 * np.cos(t), y + 2 * np.sin(t)),
            (x + 2 * np.cos(after), y + 2 * np.sin(after)),
        ]
        if i % 2:
            shapes.append(back(np.array(wedge), "sky", 0.42 + rng.uniform(-0.1, 0.15), grain=float(t)))
    return shapes
