"""Impasto: thick strokes laid along the form, whose ridges catch the light (after van Gogh)."""

import numpy as np
from PIL import Image, ImageDraw

from ..canvas import Canvas
from ..colour import jittered
from .texture import blur, noise

# Layers of strokes: length and width (parts of the picture), strokes a unit of covered area, least layer.
_LAYERS = ((0.15, 0.036, 1.7, 0), (0.095, 0.022, 1.25, 0), (0.062, 0.0125, 1.7, 1))


def impasto(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Broad strokes first, fine ones where the subject is; then the relief of the paint is lit."""
    n = canvas.n
    swirl = canvas.grain + 0.45 * noise(rng, n, 5)
    comb = rng.standard_normal((512, 16)).astype(np.float32)
    strokes = _planned(canvas, swirl, rng)
    image = Image.new("I", (n, n), 0)
    draw = ImageDraw.Draw(image)
    for number, corners in enumerate(_outlines(strokes, n).tolist()):
        draw.polygon(corners, fill=number)
    index = np.asarray(image)

    x, y, angle, bend, length, width = (field[index] for field in strokes[:6])
    at = (np.arange(n, dtype=np.float32) + 0.5) / n
    dx, dy = at[None, :] - x, at[:, None] - y
    cos, sin = np.cos(angle), np.sin(angle)
    along = dx * cos + dy * sin
    across = (dy * cos - dx * sin - bend * along * along) / width
    # Bristles: a row of grooves through each stroke, different from stroke to stroke.
    groove = comb[
        ((across + 0.5) * 9 + 37 * index).astype(np.intp) % 512, (along / length * 5 + 8).astype(np.intp) % 16
    ]
    height = 1.0 - 1.6 * across**2 + 0.3 * groove + 0.5 * along / length
    height = blur(height.astype(np.float32), 0.002 * n)
    lx, ly = canvas.light
    slope = lx * np.gradient(height, axis=1) + ly * np.gradient(height, axis=0)
    relief = np.clip(-slope * n / 288, -0.5, 0.5)
    colours = strokes[6][index] * (1 + 0.045 * groove)[..., None]
    return colours * (1 + 0.34 * relief)[..., None] + 0.10 * np.clip(relief, 0, 1)[..., None]


def _planned(canvas: Canvas, swirl: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes in painting order: x, y, angle, bend, length, width (k,) and colours (k, 3)."""
    n, parts = canvas.n, []
    pixels = canvas.colour()
    for length, width, cover, least in _LAYERS:
        count = int(cover / (length * width))
        x, y = rng.random(count), rng.random(count)
        at = (y * n).astype(int), (x * n).astype(int)
        angle = swirl[at] + rng.normal(0, 0.12, count)
        reach = length * rng.uniform(0.7, 1.15, count)
        ends = [
            (np.clip((y + s * 0.4 * reach * np.sin(angle)) * n, 0, n - 1).astype(int),
             np.clip((x + s * 0.4 * reach * np.cos(angle)) * n, 0, n - 1).astype(int)) for s in (-1, 1)
        ]  # fmt: skip
        # A stroke that would run out of its own form is shortened: the brush stops at contours.
        crosses = sum((canvas.shape[end] != canvas.shape[at]).astype(float) for end in ends)
        reach *= 1 - 0.36 * crosses
        turning = np.sin(swirl[ends[1]] - swirl[ends[0]])
        bend = np.clip(turning / (1.6 * reach), -4, 4) * (crosses == 0)
        colour = jittered(pixels[at], rng, 0.03, 0.014)
        stroke = [x, y, angle, bend, reach, width * rng.uniform(0.75, 1.2, count), colour]
        # Within a layer the background is laid first, so that it never eats into the subject.
        order = np.argsort(canvas.layer[at], kind="stable")
        order = order[canvas.layer[at][order] >= least]
        parts.append([column[order] for column in stroke])
    detail = _details(canvas, pixels, rng)
    return [np.concatenate(columns).astype(np.float32) for columns in zip(*parts, detail, strict=True)]


def _details(canvas: Canvas, pixels: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Last, short touches that restate eyes, masts and rims."""
    n = canvas.n
    x, y = rng.random((2, 14_000))
    keep = canvas.layer[(y * n).astype(int), (x * n).astype(int)] == 2
    x, y = x[keep], y[keep]
    at = (y * n).astype(int), (x * n).astype(int)
    k = len(x)
    size = np.full(k, 0.017), np.full(k, 0.0085)
    return [x, y, canvas.grain[at], np.zeros(k), *size, jittered(pixels[at], rng, 0.015, 0.008)]


def _outlines(strokes: list[np.ndarray], n: int) -> np.ndarray:
    """Round-ended bent bars, (k, 20): ten corners each, in points."""
    x, y, angle, bend, length, width = (field[:, None] for field in strokes[:6])
    u = np.array([-0.5, -0.42, -0.15, 0.15, 0.42, 0.5, 0.42, 0.15, -0.15, -0.42]) * length
    v = np.array([0, 0.38, 0.5, 0.5, 0.4, 0, -0.4, -0.5, -0.5, -0.38]) * width + bend * u * u
    cos, sin = np.cos(angle), np.sin(angle)
    corners = np.stack([x + u * cos - v * sin, y + u * sin + v * cos], axis=-1) * n
    return corners.reshape(len(x), -1)
