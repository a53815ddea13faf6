"""Woodcut: one carved key block in dark ink over a few flat blocks of colour."""

import numpy as np

from ..canvas import Canvas
from ..palettes import ROLES
from .texture import blur, grey, lines, noise, outline, trembling


def woodcut(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Gouge lines follow the forms and swell with the shadow; colour blocks sit slightly off register."""
    n = canvas.n
    canvas = trembling(canvas, rng, 0.0028, 26)
    at = np.arange(n, dtype=np.float32) / n
    x, y = at[None, :], at[:, None]
    shake = 0.006 * noise(rng, n, 10) + 0.002 * noise(rng, n, 40)
    across = y * np.cos(canvas.grain) - x * np.sin(canvas.grain) + shake
    gouges = np.where(canvas.layer == 0, 44.0, 58.0)
    wave = np.abs((across * gouges) % 1 - 0.5) * 2
    # Shadow decides how wide a line is left standing; light areas are cleared altogether.
    local = grey(canvas.colour(np.zeros_like(canvas.tone)))
    dark = np.clip(0.40 - 0.72 * canvas.tone - 0.35 * (local - 0.45), 0, 1)
    dark = np.where(canvas.layer == 0, 0.8 * dark, dark)
    dark[canvas.tone > 0.42] = 0
    dark[(canvas.layer == 2) & (canvas.tone > -0.7)] *= 0.3
    ink = wave < np.clip(dark * 0.95 - 0.08, 0, 0.9)
    ink |= (canvas.role == ROLES.index("ink")) | ((canvas.layer == 2) & (canvas.tone < -0.5))
    near = np.where(canvas.layer > 0, 1.0, 0.45)
    contour = lines(outline(canvas.shape) * near, 0.0042) + 0.03 * noise(rng, n, 30)
    ink |= contour > 0.22
    ink &= noise(rng, n, 130) < 2.3
    slip = rng.normal(0, 0.004, 2) * n
    block = canvas.moved(np.full((n, n), slip[0]), np.full((n, n), slip[1]))
    flat = block.colour(np.where(block.tone > 0.3, 0.55, 0.12).astype(np.float32))
    vein = np.sin(60 * (y + 0.05 * np.sin(3 * x + rng.uniform(0, 6)) + 0.02 * noise(rng, n, 4)))
    worn = np.clip(0.16 + 0.07 * vein + 0.05 * noise(rng, n, 110), 0, 1)
    pixels = flat + (canvas.mix.paper - flat) * worn[..., None]
    soft = blur(ink.astype(np.float32), 0.0012 * n) * (0.93 + 0.03 * noise(rng, n, 100))
    return pixels + (canvas.mix["ink"] - pixels) * np.clip(soft, 0, 1)[..., None]
