"""Cubist: long straight lines cut the scene into facets, each seen from its own side (after Feininger)."""

from dataclasses import replace

import numpy as np

from ..canvas import Canvas
from ..colour import oklab, srgb
from .texture import bristles, lines, noise, outline

_CUTS = 9


def cubist(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Facets shift and turn what they show and are shaded from their edges, as if made of bent paper."""
    n = canvas.n
    distance = _cuts(canvas, rng)
    code = np.zeros((n, n), np.intp)
    for i, field in enumerate(distance):
        code |= (field > 0).astype(np.intp) << i
    facets = 1 << len(distance)
    shift = rng.normal(0, 0.017, (facets, 2)) * n
    shear = rng.normal(0, 0.07, (facets, 2))
    at = np.arange(n, dtype=np.float32) - n / 2
    dx = shift[code, 0] + shear[code, 0] * at[:, None]
    dy = shift[code, 1] + shear[code, 1] * at[None, :]
    seen = canvas.moved(dx, dy)
    # Passage: tone swells towards one side of every cut and dies away from it.
    swell, reach = rng.choice([-1, 1], _CUTS) * rng.uniform(0.14, 0.3, _CUTS), rng.uniform(0.05, 0.14, _CUTS)
    fold = rng.normal(0, 0.1, facets)[code]
    for field, s, r in zip(distance, swell, reach, strict=True):
        fold += s * np.sign(field) * np.exp(-np.abs(field) / r)
    # Every facet is brushed in a direction of its own.
    brushed = replace(seen, shape=code, grain=rng.uniform(-1.5, 1.5, facets)[code])
    tone = seen.tone * 0.9 + np.where(seen.layer == 2, 0.3, 1.0) * fold
    tone = tone + 0.05 * bristles(brushed, rng, fine=130, long=0.12)
    # Few colours: everything leans a little to the grey and ochre of the studio.
    muted = oklab(canvas.mix.ramps) * np.array([1.0, 0.8, 0.8]) + np.array([0.0, 0.004, 0.012])
    pixels = replace(seen, mix=replace(canvas.mix, ramps=srgb(muted))).colour(tone)
    contour = lines(outline(seen.shape) * (seen.layer > 0), 0.0032)
    cut = lines(outline(code), 0.0025) * (0.55 + 0.4 * noise(rng, n, 7))
    dark = np.clip(1.9 * contour, 0, 0.65) + np.clip(cut, 0, 0.6) * 0.7
    pixels += (canvas.mix["ink"] - pixels) * np.clip(dark, 0, 0.8)[..., None]
    return pixels * (1 + 0.02 * noise(rng, n, 130))[..., None]


def _cuts(canvas: Canvas, rng: np.random.Generator) -> list[np.ndarray]:
    """Signed distances (parts of the picture) to lines, most through the subject, in three directions."""
    n = canvas.n
    at = (np.arange(n, dtype=np.float32) + 0.5) / n
    x, y = rng.random((2, 300))
    missed = canvas.layer[(y * n).astype(int), (x * n).astype(int)] == 0
    missed[:2] = False  # two lines may fall anywhere
    through = np.argsort(missed, kind="stable")[:_CUTS]
    angle = rng.uniform(0, np.pi) + np.arange(_CUTS) % 3 * np.pi / 3 + rng.normal(0, 0.2, _CUTS)
    return [
        (at[None, :] - x[k]) * np.cos(a) + (at[:, None] - y[k]) * np.sin(a)
        for k, a in zip(through, angle, strict=True)
    ]
