"""Watercolour: transparent washes on white paper, darker where they dry at their edges."""

import numpy as np

from ..canvas import Canvas
from .texture import blur, lines, noise, outline, trembling


def watercolour(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Pigment multiplies the paper's white: it pools at edges, granulates in the tooth, runs, leaves gaps."""
    n = canvas.n
    dry = canvas
    canvas = trembling(trembling(canvas, rng, 0.005, 12), rng, 0.0016, 60)
    tooth = noise(rng, n, 140) * 0.6 + noise(rng, n, 70) * 0.4
    flow = noise(rng, n, 5) * 0.6 + noise(rng, n, 12) * 0.4
    mark = outline(canvas.shape) * np.where(canvas.layer == 0, 0.5, 1.0)
    rim, pool = lines(mark, 0.0035), lines(mark, 0.014)
    wet = canvas.layer == 0
    tone = np.clip(canvas.tone, -0.75, 0.9)
    washed = canvas.colour(np.where(wet, blur(tone, 0.012 * n), tone))
    # Wet in wet: the background's colours run into each other before the subject is painted.
    run = np.stack([blur(washed[..., i], 0.02 * n) for i in range(3)], axis=-1)
    colour = np.where(wet[..., None], 0.6 * run + 0.4 * washed, washed)
    density = np.where(wet, 0.72, 1.0) + 0.17 * flow + 0.55 * np.clip(rim, 0, 0.6) - 0.35 * np.clip(pool, 0, 0.4)
    density += np.where(wet, 0.05, 0.085) * tooth
    at = (np.arange(n, dtype=np.float32) + 0.5) / n
    margin = np.minimum(np.minimum(at, 1 - at)[None, :], np.minimum(at, 1 - at)[:, None])
    # The wash stops short of the paper's edge, unevenly.
    density *= np.clip((margin - 0.02 + 0.012 * noise(rng, n, 9) + 0.004 * tooth) * 40, 0, 1)
    density *= 1 - 0.6 * _sparkle(dry, tooth, flow)
    light = np.clip(colour, 0.03, 1) ** np.clip(density, 0, 1.7)[..., None]
    white = np.array([0.985, 0.975, 0.95], np.float32)
    return light * white * (1 + 0.012 * tooth)[..., None]


def _sparkle(canvas: Canvas, tooth: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Where a fast brush skipped the hollows of the paper, in the light only."""
    gap = np.clip(3 * (tooth + 0.4 * flow - 1.3), 0, 1)
    return gap * (canvas.tone > 0.15) * (canvas.layer < 2)
