"""Stained glass: pieces of coloured glass between leads, lit from behind."""

import numpy as np

from ..canvas import Canvas
from ..colour import oklab, srgb
from .texture import lines, noise, outline, trembling


def stained_glass(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Forms are cut into panes; each pane has its own depth of colour, brightest in its middle."""
    n = canvas.n
    canvas = trembling(canvas, rng, 0.003, 14)
    panes = _panes(n, 7, rng)
    coarse = _panes(n, 4, rng) + 1000
    area = np.bincount(canvas.shape.ravel(), minlength=canvas.shape.max() + 1) / n**2
    # Small shapes stay whole, the subject is cut into larger panes than the background.
    cut = np.where(canvas.layer == 0, panes, np.where(area[canvas.shape] > 0.03, coarse, 0))
    label = canvas.shape.astype(np.int64) * 5003 + cut
    labels, index = np.unique(label, return_inverse=True)
    index = index.reshape(n, n)
    size = np.bincount(index.ravel())
    tone = np.bincount(index.ravel(), canvas.tone.ravel()) / size
    tone = tone + rng.normal(0, 0.13, 4096)[labels * 7919 % 4096] * (size > 0.002 * n * n)
    pieces = np.zeros(len(size), np.uint8)
    pieces[index.ravel()] = canvas.role.ravel()
    lab = oklab(canvas.colour(tone * 0.9, pieces))
    lab[:, 1:] = lab[:, 1:] * 1.45 + rng.normal(0, 0.012, (4096, 2))[labels * 6151 % 4096]
    glass = srgb(lab)[index]

    mark = outline(index) * np.where(canvas.layer == 2, 0.5, 1.0)
    lead = lines(mark, 0.0045)
    far = lines(mark, 0.02)
    at = (np.arange(n, dtype=np.float32) + 0.5) / n - 0.5
    shine = 1.12 - 0.9 * ((at[None, :] - 0.2 * canvas.light[0]) ** 2 + (at[:, None] + 0.1) ** 2)
    ripple = 1 + 0.05 * noise(rng, n, 60, across=14) + 0.03 * noise(rng, n, 16)
    pixels = glass * (shine * ripple * (1.1 - 1.15 * np.clip(far, 0, 0.5)))[..., None]
    border = (np.abs(at)[None, :] > 0.487) | (np.abs(at)[:, None] > 0.487)
    metal = np.clip((lead - 0.13) * 9, 0, 1)
    metal = np.maximum(metal, border)
    # A round lead catches light along its crest.
    crest = 0.07 + 0.16 * np.clip(lead - 0.3, 0, 1)
    came = canvas.mix["ink"] * 0.55 + crest[..., None] * 0.6
    return pixels + (came - pixels) * metal[..., None]


def _panes(n: int, cells: int, rng: np.random.Generator) -> np.ndarray:
    """Voronoi cells of a jittered grid, (n, n) int, found on a half-size grid: leads hide the steps."""
    half = (n + 1) // 2
    x, y = (rng.uniform(0.08, 0.92, (cells + 2, cells + 2)) for _ in range(2))
    at = np.arange(half, dtype=np.float32) / half * cells
    column, row = at[None, :], at[:, None]
    ci, ri = np.floor(column).astype(int), np.floor(row).astype(int)
    best, label = np.full((half, half), 99.0), np.zeros((half, half), np.int64)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            r, c = ri + dr, ci + dc
            away = (column - c - x[r + 1, c + 1]) ** 2 + (row - r - y[r + 1, c + 1]) ** 2
            nearer = away < best
            best = np.where(nearer, away, best)
            label = np.where(nearer, (r + 1) * (cells + 2) + c + 2, label)
    return np.repeat(np.repeat(label, 2, axis=0), 2, axis=1)[:n, :n]
