"""Backdrops below the surface of the sea."""

import numpy as np

from ..curves import blob, ellipse, ribbon
from ..scene import Shape
from .planes import area, back, below


def weeds(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Deep water over a bed with swaying weed, and rising bubbles."""
    shapes = _water_depth(light, rng)
    for _ in range(9):
        x, high, bend = rng.uniform(0, 1), rng.uniform(0.16, 0.42), rng.uniform(-0.08, 0.08)
        blade = [
            (x, 1.03), (x + bend, 1 - 0.4 * high), (x - bend, 1 - 0.75 * high), (x + 0.5 * bend, 1 - high),
        ]  # fmt: skip
        shapes.append(back(ribbon(blade, 0.045, 0.008), "leaf", rng.uniform(-0.35, 0.25), grain=1.5))
    return shapes + _bubbles(rng)


def stones(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Deep water over rounded stones."""
    shapes = _water_depth(light, rng)
    for x in np.linspace(0, 1, 7) + rng.uniform(-0.06, 0.06, 7):
        r = rng.uniform(0.05, 0.12)
        stone = blob(x, 1.0 - 0.2 * r, r * 1.3, r, rng)
        shapes.append(back(stone, "far", rng.uniform(-0.35, 0.0), round=0.6, grain=0.3))
    return shapes + _bubbles(rng)


def shafts(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Shafts of light falling through the water."""
    shapes = _water_depth(light, rng)
    for x in np.linspace(0.0, 1.0, 5) + rng.uniform(-0.08, 0.08, 5):
        w = rng.uniform(0.03, 0.06)
        shaft = [(x, -0.05), (x + w, -0.05), (x + 2.4 * w - 0.35 * light, 1.05), (x - w - 0.35 * light, 1.05)]
        shapes.append(back(np.array(shaft), "sky", 0.38, fade=(0, -0.35), grain=1.3))
    return shapes


def reef(horizon: float, light: int, rng: np.random.Generator) -> list[Shape]:
    """Branching coral on both sides."""
    shapes = _water_depth(light, rng)
    for x, lean in ((0.06, 0.06), (0.2, -0.04), (0.84, 0.04), (0.96, -0.06)):
        high = rng.uniform(0.22, 0.4)
        for spread in (-0.09, 0.0, 0.08):
            branch = [
                (x, 1.03), (x + 0.3 * spread, 1 - 0.4 * high), (x + spread + lean, 1 - high + abs(spread)),
            ]  # fmt: skip
            tone = rng.uniform(-0.5, -0.25)
            shapes.append(back(ribbon(branch, 0.05, 0.022), "accent", tone, grain=1.4))
    return shapes


def _water_depth(light: int, rng: np.random.Generator) -> list[Shape]:
    shapes = [area("sky", 0.35, fade=(0.1 * light, -0.2))]
    for level, tone in ((0.24, 0.15), (0.48, -0.02), (0.7, -0.18)):
        deeper = below(level + rng.uniform(-0.04, 0.04, 7))
        shapes.append(back(deeper, "sky", tone, fade=(0.12 * light, -0.1), grain=0.1))
    shapes.append(back(below(0.92 + rng.uniform(-0.03, 0.03, 7)), "ground", -0.2, grain=0.1))
    return shapes


def _bubbles(rng: np.random.Generator) -> list[Shape]:
    shapes = []
    for _ in range(6):
        x, y, r = rng.uniform(0.05, 0.95), rng.uniform(0.06, 0.8), rng.uniform(0.009, 0.02)
        shapes += [
            back(ellipse(x, y, r, r, steps=12), "glow", -0.1),
            back(ellipse(x + r / 4, y + r / 4, 0.62 * r, 0.62 * r, steps=10), "sky", 0.3),
        ]
    return shapes
