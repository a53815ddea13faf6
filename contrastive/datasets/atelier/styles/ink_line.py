"""Ink line: a lively pen contour, hatched shadows, and one or two thin tints."""

import numpy as np

from ..canvas import Canvas
from ..palettes import ROLES
from .texture import blur, lines, noise, outline, trembling

# A blush is no thing with an outline of its own.
_THING = np.array([ROLES.index("skin" if role == "blush" else role) for role in ROLES])


def ink_line(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """The pen goes around every form twice, not quite the same way; a light tint misses the line a little."""
    n = canvas.n
    ink = np.zeros((n, n), np.float32)
    for amount, strength in ((0.003, 1.0), (0.0055, 0.55)):
        drawn = trembling(canvas, rng, amount, 11)
        # Full strength between things, less between the light and the shadow of one thing.
        edge = 0.5 * outline(drawn.shape) + 0.5 * outline(_THING[drawn.role])
        weight = np.array([0.42, 0.95, 0.6 * strength**2], np.float32)[drawn.layer] * (1 - 0.35 * drawn.tone)
        pressure = 1 + 0.35 * noise(rng, n, 16)
        line = lines(edge * weight, 0.0024) * pressure
        ink = np.maximum(ink, strength * np.clip((line - 0.12) * 5, 0, 1))
    ink = np.maximum(ink, _hatching(canvas, rng))
    solid = (canvas.layer == 2) & (canvas.role == ROLES.index("ink"))
    ink = np.maximum(ink, 0.92 * blur(solid.astype(np.float32), 0.001 * n))
    pixels = _tinted(canvas, rng)
    return pixels + (canvas.mix["ink"] * 0.8 - pixels) * np.clip(ink, 0, 0.95)[..., None]


def _hatching(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Parallel pen strokes where it is dark, crossed where it is darkest."""
    n = canvas.n
    at = np.arange(n, dtype=np.float32) / n
    shake = 0.004 * noise(rng, n, 12)
    # Small things are drawn by their line alone; hatching would only blacken them.
    depth = canvas.tone + np.array([0.2, 0.0, 2.0], np.float32)[canvas.layer]
    ink = np.zeros((n, n), np.float32)
    for angle, from_tone in ((0.9, -0.16), (-0.5, -0.42)):
        across = at[None, :] * np.cos(angle) + at[:, None] * np.sin(angle) + shake
        line = np.abs((across * 62) % 1 - 0.5) * 2
        thick = np.clip((from_tone - depth) * 0.7 + 0.16, 0, 0.42) * (depth < from_tone)
        lifted = noise(rng, n, 40) > -1.2
        ink = np.maximum(ink, (line < thick) * lifted * 0.8)
    return blur(ink.astype(np.float32), 0.001 * n)


def _tinted(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Paper with a pale wash on the subject and a paler one behind."""
    n = canvas.n
    slip = rng.normal(0, 0.008, 2) * n
    loose = trembling(canvas, rng, 0.006, 8)
    loose = loose.moved(np.full((n, n), slip[0]), np.full((n, n), slip[1]))
    tint = loose.colour(np.clip(np.round(loose.tone * 2) / 2, -0.3, 1).astype(np.float32))
    amount = np.where(loose.layer == 0, 0.2, 0.62)
    amount = amount * np.clip(1 + 0.28 * noise(rng, n, 6) + 0.05 * noise(rng, n, 90), 0, 1.4)
    paper = canvas.mix.paper * (1 + 0.012 * noise(rng, n, 120))[..., None]
    amount = blur(amount.astype(np.float32), 0.004 * n)
    return paper + (tint * canvas.mix.paper - paper) * np.clip(amount, 0, 0.9)[..., None]
