"""Ground: the water, land or table a subject stands on, and the shadow it casts there."""

import numpy as np

from .backdrops.planes import back, below
from .curves import ellipse, ribbon
from .pose import Layout
from .scene import Ground, Shape


def ground(kind: Ground, layout: Layout, rng: np.random.Generator) -> list[Shape]:
    """The plane from the horizon down and its marks; nothing under water or below a bust."""
    if kind in ("deep", "bust"):
        return []
    top = layout.horizon
    far_edge = 0.0 if kind in ("water", "table") else 0.012
    plane = below(top + rng.uniform(-far_edge, far_edge, 7))
    shapes = [back(plane, "ground", 0.05, fade=(0.15 * layout.light, -0.2), grain=0.05)]
    marks = {"water": _waves, "table": _cloth}.get(kind, _furrows)
    return shapes + marks(top, layout, rng)


def _waves(top: float, layout: Layout, rng: np.random.Generator) -> list[Shape]:
    shapes = []
    for i in range(16):
        part = (i + rng.uniform(0, 1)) / 16
        y, x = top + 0.02 + (1 - top) * part**1.3, rng.uniform(-0.1, 1.1)
        half, thick = 0.05 + 0.1 * part, 0.006 + 0.012 * part
        line = [(x - half, y), (x - half / 3, y - thick), (x + half / 3, y + thick / 2), (x + half, y)]
        role, tone = ("glow", -0.15) if rng.random() < 0.35 else ("ground", rng.choice([-0.35, 0.35]))
        shapes.append(back(ribbon(line, thick, thick), role, float(tone)))
    return shapes


def _furrows(top: float, layout: Layout, rng: np.random.Generator) -> list[Shape]:
    shapes = []
    for i, y in enumerate(np.linspace(top + 0.06, 1.05, 4)):
        band = below(y + rng.uniform(-0.03, 0.03, 6))
        role = ("ground", "leaf")[i % 2]
        tone = (0.25, 0.05, -0.15, -0.3)[i]
        shapes.append(back(band, role, tone, fade=(0.2 * layout.light, -0.1), grain=0.15))
    for _ in range(14):
        x, y = rng.uniform(0, 1), rng.uniform(top + 0.06, 1.0)
        high = 0.02 + 0.06 * (y - top)
        blade = [(x, y), (x + rng.uniform(-0.015, 0.015), y - high)]
        shapes.append(back(ribbon(blade, 0.012, 0.003), "leaf", rng.choice([-0.5, 0.4]), grain=1.5))
    return shapes


def _cloth(top: float, layout: Layout, rng: np.random.Generator) -> list[Shape]:
    """A lit table edge and a cloth hanging askew over it."""
    front = top + 0.62 * (1 - top) + 0.05
    lean, x = rng.uniform(-0.08, 0.08), 0.5 + rng.uniform(-0.2, 0.2)
    cloth = [(x - 0.32, top + 0.03), (x + 0.3, top + 0.02), (x + 0.42 + lean, 1.1), (x - 0.42 + lean, 1.1)]
    board = np.array([(-0.1, front), (1.1, front), (1.1, 1.15), (-0.1, 1.15)])
    rim = np.array([(-0.1, top), (1.1, top), (1.1, top + 0.016), (-0.1, top + 0.016)])
    shapes = [
        back(rim, "ground", 0.45),
        back(board, "ground", -0.38, fade=(0.1 * layout.light, -0.2), grain=0.02),
    ]
    if rng.random() < 0.6:
        shapes.append(back(np.array(cloth), "glow", -0.2, fade=(0.15 * layout.light, -0.15), grain=1.3))
        for k in (-0.24, -0.02, 0.2):
            fold = [(x + k, top + 0.06), (x + k * 1.2 + lean / 2, (top + 1) / 2), (x + k * 1.35 + lean, 1.05)]
            shapes.append(back(ribbon(fold, 0.006, 0.03), "glow", -0.5, grain=1.4))
    return shapes


def cast_shadow(x: float, foot: float, half: float, light: int) -> list[Shape]:
    """The shadow of something `half` wide to each side standing at (x, foot), away from the light."""
    shapes = []
    for k, tone in ((1.25, -0.35), (1.0, -0.62)):
        pool = ellipse(x - light * half * 0.42 * k, foot + 0.002, half * k, half * 0.2 * k, -0.06 * light)
        shapes.append(back(pool, "ground", tone, grain=0.02))
    return shapes
