"""Gouache: opaque, matt, flat paint in a few clear tones, with dry brush at its edges."""

import numpy as np

from ..canvas import Canvas
from .texture import bristles, lines, noise, outline, trembling


def gouache(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Each form in two or three flat tones; the brush runs dry and lets the paper through."""
    n = canvas.n
    canvas = trembling(canvas, rng, 0.0035, 22)
    hair = bristles(canvas, rng, fine=150, long=0.25)
    wave = noise(rng, n, 9)
    # Tones snap to steps; a wandering brush edge, not a ruler, separates them.
    steps = 3.4
    tone = np.round((canvas.tone + 0.05 * wave + 0.05 * hair) * steps) / steps
    pixels = canvas.colour(tone + 0.03 * hair)
    edge = lines(outline(canvas.shape) * (canvas.layer < 2), 0.004)
    dry = np.clip(edge * 3.2 + 0.28 * hair + 0.2 * noise(rng, n, 90) - 0.72, 0, 1) * 0.75
    pixels += (canvas.mix.paper - pixels) * dry[..., None]
    tooth = 1 + 0.014 * noise(rng, n, 144)
    return pixels * tooth[..., None]
