"""Fields that styles share: noise, blur, outlines, bristles. All are (n, n) float32.

Noise is drawn on a grid of fixed fineness and enlarged, so a painting looks the same at every size.
"""

import numpy as np
from PIL import Image

from ..canvas import Canvas


def noise(rng: np.random.Generator, n: int, cells: int, *, across: int | None = None) -> np.ndarray:
    """Smooth noise of spread 1 with `cells` bumps down the side and `across` (default as many) along it."""
    grid = rng.standard_normal((cells, across or cells)).astype(np.float32)
    image = Image.fromarray(grid).resize((n, n), Image.Resampling.BICUBIC)
    return np.asarray(image)


def blur(field: np.ndarray, radius: float) -> np.ndarray:
    """Two box blurs of about this radius (in points): round enough, and as fast at any radius."""
    r = max(1, round(radius))
    for _ in range(2):
        for axis in (0, 1):
            pad = [(0, 0), (0, 0)]
            pad[axis] = (r + 1, r)
            total = np.cumsum(np.pad(field, pad, mode="edge"), axis=axis, dtype=np.float32)
            ahead, behind = [slice(None)] * 2, [slice(None)] * 2
            ahead[axis], behind[axis] = slice(2 * r + 1, None), slice(None, -2 * r - 1)
            field = (total[tuple(ahead)] - total[tuple(behind)]) / (2 * r + 1)
    return field


def outline(labels: np.ndarray) -> np.ndarray:
    """1 where a point's label differs from its right or lower neighbour's, else 0."""
    edge = np.zeros(labels.shape, bool)
    edge[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    edge[:-1] |= labels[:-1] != labels[1:]
    return edge.astype(np.float32)


def lines(mark: np.ndarray, radius: float) -> np.ndarray:
    """One-point lines widened to soft ones of this radius (part of the picture), as strong at any size."""
    n = len(mark)
    width, usual = 2 * max(1, round(radius * n)) + 1, 2 * max(1, round(radius * 288)) + 1
    return blur(mark, radius * n) * np.float32(width / usual)


def bristles(canvas: Canvas, rng: np.random.Generator, *, fine: float, long: float) -> np.ndarray:
    """Streaks of spread about 1 along the grain: `fine` of them side by side, `long` parts of the picture."""
    high, wide = 512, 128
    grid = rng.standard_normal((high // 2, wide // 8)).astype(np.float32)
    texture = np.asarray(Image.fromarray(grid).resize((wide, high), Image.Resampling.BICUBIC))
    at = np.arange(canvas.n, dtype=np.float32) / canvas.n
    x, y = at[None, :], at[:, None]
    cos, sin = np.cos(canvas.grain), np.sin(canvas.grain)
    along = ((x * cos + y * sin) * 8 / long + 7.3 * canvas.shape).astype(np.intp) % wide
    side = ((y * cos - x * sin) * 2 * fine + 31.7 * canvas.shape).astype(np.intp) % high
    return texture[side, along]


def trembling(canvas: Canvas, rng: np.random.Generator, amount: float, cells: int) -> Canvas:
    """The canvas drawn by a hand: outlines shifted by `amount` of the picture, `cells` waves a side."""
    reach = amount * canvas.n
    return canvas.moved(noise(rng, canvas.n, cells) * reach, noise(rng, canvas.n, cells) * reach)


def grey(rgb: np.ndarray) -> np.ndarray:
    """Lightness as the eye weighs it, (n, n, 3) -> (n, n)."""
    return rgb @ np.array([0.3, 0.59, 0.11], np.float32)
