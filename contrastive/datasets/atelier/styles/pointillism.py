"""Pointillism: small touches of unmixed colour, which the eye mixes (after Seurat and Signac)."""

import numpy as np
from PIL import Image, ImageDraw

from ..canvas import Canvas
from ..colour import jittered, oklab, srgb
from .texture import blur, noise


def pointillism(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Layers of dots, large to small, on a toned ground; dots stray in hue, some to the complement."""
    n = canvas.n
    pixels = canvas.colour()
    smooth = np.stack([blur(pixels[..., i], 0.02 * n) for i in range(3)], axis=-1)
    ground = 0.55 * smooth + 0.45 * canvas.mix.paper
    image = Image.fromarray(
        (np.clip(ground * (1 + 0.02 * noise(rng, n, 120))[..., None], 0, 1) * 255).astype(np.uint8)
    )
    draw = ImageDraw.Draw(image)
    for spacing, radius, least in (
        (0.032, 0.0175, 0),
        (0.021, 0.0118, 0),
        (0.0155, 0.0088, 1),
        (0.0105, 0.0062, 2),
    ):
        x, y = _scattered(spacing, rng)
        at = np.minimum((y * n).astype(int), n - 1), np.minimum((x * n).astype(int), n - 1)
        inked = _strayed(pixels[at], rng, 0.35 if least == 2 else 1.0)
        size = radius * n * rng.uniform(0.75, 1.12, len(x))
        # The smaller dots draw the subject, the smallest its details; the background stays broad.
        keep = canvas.layer[at] >= least
        x, y, size, inked = x[keep], y[keep], size[keep], inked[keep]
        boxes = np.stack([x * n - size, y * n - size, x * n + size, y * n + size], axis=1).tolist()
        for box, fill in zip(boxes, (inked * 255).astype(int).tolist(), strict=True):
            draw.ellipse(box, fill=tuple(fill))
    return np.asarray(image, np.float32) / 255


def _scattered(spacing: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points of the unit square, about `spacing` apart, without rows, in random order."""
    steps = np.arange(0, 1 + spacing, spacing)
    x, y = (grid.ravel() + rng.uniform(-0.5, 0.5, grid.size) * spacing for grid in np.meshgrid(steps, steps))
    inside = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
    order = rng.permutation(int(inside.sum()))
    return x[inside][order], y[inside][order]


def _strayed(rgb: np.ndarray, rng: np.random.Generator, freedom: float) -> np.ndarray:
    """Divided colour: most dots keep their hue, a few are paler, a few carry the complement."""
    lab = oklab(jittered(rgb, rng, 0.035 * freedom, 0.022 * freedom))
    lab[:, 1:] *= 1.25
    kind = rng.random(len(lab))
    opposite = kind < 0.1 * freedom
    lab[opposite, 1:] *= -0.7
    lab[kind > 1 - 0.12 * freedom, 0] += 0.1
    return srgb(lab)
