"""Vase of flowers: a turned vessel, stems, leaves, blossoms."""

import numpy as np

from ..curves import arc, blob, ellipse, mirrored, ribbon, spline
from ..pose import Pose
from ..scene import Figure, Shape, detail

# Profiles: (half width, height) from foot to lip.
_PROFILES: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0.09, 0.0), (0.13, 0.06), (0.19, 0.18), (0.16, 0.3), (0.075, 0.38), (0.1, 0.43)),
    ((0.1, 0.0), (0.12, 0.12), (0.135, 0.25), (0.14, 0.36), (0.15, 0.4)),
    ((0.08, 0.0), (0.1, 0.03), (0.2, 0.13), (0.17, 0.24), (0.06, 0.3), (0.06, 0.37), (0.085, 0.41)),
    ((0.14, 0.0), (0.15, 0.14), (0.15, 0.3), (0.11, 0.37), (0.12, 0.4)),
    ((0.07, 0.0), (0.05, 0.05), (0.14, 0.16), (0.19, 0.3), (0.2, 0.38), (0.17, 0.4)),
)
_BLOSSOMS = ("accent", "second", "glow", "accent", "body")


def vase(pose: Pose, rng: np.random.Generator) -> Figure:
    """A bouquet of daisies, roses and tulips; the vessel's profile is the variant."""
    profile = np.array(_PROFILES[pose.variant])
    lip = float(profile[-1, 1])
    heads = _bouquet(lip, rng)
    shapes = []
    for x, y, _ in heads:
        stem = [(x * 0.15, lip - 0.03), (x * 0.5, lip + 0.4 * (y - lip)), (x, y)]
        shapes.append(Shape(ribbon(stem, 0.018, 0.014), "leaf", -0.35, grain=1.4))
    shapes += _leaves(lip, pose, rng)
    order = rng.permutation(len(heads))
    for i in order:
        x, y, r = heads[i]
        flower = (_daisy, _rose, _tulip)[int(rng.integers(3))]
        shapes += flower(x, y, r, _BLOSSOMS[int(rng.integers(len(_BLOSSOMS)))], pose, rng)
    return Figure([*shapes, *_vessel(profile, pose, rng)], "table", shadow=0.24)


def _bouquet(lip: float, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """Centres and radii of the blossoms: a dome with a few heads inside."""
    count = int(rng.integers(5, 8))
    angles = np.linspace(0.12, np.pi - 0.12, count) + rng.uniform(-0.08, 0.08, count)
    outer = [(0.36 * np.cos(t), lip + 0.13 + 0.36 * np.sin(t), rng.uniform(0.095, 0.12)) for t in angles]
    inner = [
        (x, lip + y, rng.uniform(0.105, 0.13)) for x, y in ((-0.17, 0.17), (0.16, 0.2), (0.0, 0.33), (0.0, 0.08))
    ]
    return outer + inner


def _vessel(profile: np.ndarray, pose: Pose, rng: np.random.Generator) -> list[Shape]:
    body = mirrored(profile)
    side = spline(profile, closed=False)
    shade = np.vstack([side * (-pose.light, 1), (side * (-pose.light * 0.45, 1))[::-1]])
    shine = ribbon(side[4:-6] * (pose.light * 0.55, 1), 0.01, 0.03)
    half, lip = profile[-1]
    shapes = [
        Shape(body, "body", 0.12, fade=(0.3 * pose.light, 0.0), round=0.35, grain=1.5),
        Shape(shade, "body", -0.42, grain=1.5),
        Shape(shine, "glow", 0.1, grain=1.5),
        detail(
            np.vstack([arc(0, lip, half, 0.02, np.pi, 2 * np.pi), arc(0, lip, half, 0.02, 0, np.pi)]),
            "ink",
            0.2,
        ),
    ]
    band_y = float(profile[len(profile) // 2, 1])
    widths = np.interp([band_y, band_y + 0.05], side[:, 1], side[:, 0])
    if rng.random() < 0.6:
        band = np.vstack(
            [
                arc(0, band_y, widths[0], 0.02, np.pi, 2 * np.pi),
                arc(0, band_y + 0.05, widths[1], 0.02, 2 * np.pi, np.pi),
            ]
        )
        shapes.insert(2, detail(band, "accent", 0.0))
    return shapes


def _leaves(lip: float, pose: Pose, rng: np.random.Generator) -> list[Shape]:
    shapes = []
    for t in np.linspace(-0.3, np.pi + 0.3, 11) + rng.uniform(-0.12, 0.12, 11):
        reach = rng.uniform(0.26, 0.4)
        tip = np.array([reach * np.cos(t), lip + 0.1 + reach * np.sin(t)])
        root = np.array([0.06 * np.cos(t), lip + 0.04])
        across = np.array([-(tip - root)[1], (tip - root)[0]]) * rng.uniform(0.14, 0.22)
        middle = (root + tip) / 2
        lit = 0.3 if np.cos(t) * pose.light > 0 else -0.25
        shapes.append(
            Shape(spline(np.stack([root, middle + across, tip, middle - across])), "leaf", lit, grain=float(t))
        )
    return shapes


def _daisy(x: float, y: float, r: float, role: str, pose: Pose, rng: np.random.Generator) -> list[Shape]:
    count, start = int(rng.integers(7, 10)), rng.uniform(0, 6)
    petals = []
    for t in start + np.arange(count) * 2 * np.pi / count:
        tone = 0.15 + 0.4 * (np.cos(t) * pose.light + np.sin(t)) / 1.4
        centre = x + 0.58 * r * np.cos(t), y + 0.58 * r * np.sin(t)
        petals.append(Shape(ellipse(*centre, 0.48 * r, 0.24 * r, float(t), 16), role, tone, grain=float(t)))
    heart = "ink" if role == "accent" else "accent"
    return [*petals, detail(ellipse(x, y, 0.28 * r, 0.28 * r, steps=16), heart, 0.2, round=0.4)]


def _rose(x: float, y: float, r: float, role: str, pose: Pose, rng: np.random.Generator) -> list[Shape]:
    shapes = [Shape(blob(x, y, 0.95 * r, 0.9 * r, rng, lobes=7), role, -0.15, round=0.6)]
    for k, tone in ((0.68, 0.2), (0.42, -0.3), (0.24, 0.4)):
        cx, cy = x + 0.12 * r * pose.light, y + 0.1 * r
        shapes.append(Shape(blob(cx, cy, k * r, k * r * 0.9, rng, lobes=6), role, tone))
    return shapes


def _tulip(x: float, y: float, r: float, role: str, pose: Pose, rng: np.random.Generator) -> list[Shape]:
    cup = [
        (0, -0.9), (0.7, -0.5), (0.75, 0.2), (0.6, 0.95), (0.3, 0.45), (0, 1.0), (-0.3, 0.45),
        (-0.6, 0.95), (-0.75, 0.2), (-0.7, -0.5),
    ]  # fmt: skip
    front = [(0, -0.9), (0.42, -0.3), (0.3, 0.4), (0, 0.85), (-0.3, 0.4), (-0.42, -0.3)]
    return [
        Shape(spline(np.array(cup) * r + (x, y), steps=4), role, -0.2, fade=(0.3 * pose.light, 0), grain=1.5),
        Shape(spline(np.array(front) * r + (x, y), steps=4), role, 0.3, grain=1.5),
    ]
