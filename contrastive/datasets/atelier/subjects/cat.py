"""Cat: sitting, lying or walking; two ears, whiskers and a long tail."""

import numpy as np

from ..curves import ellipse, ribbon, spline
from ..pose import Pose
from ..scene import Figure, Shape, detail


def cat(pose: Pose, rng: np.random.Generator) -> Figure:
    """Sitting to the front or sideways, lying; in the test split walking, or sitting with its tail up."""
    build = (_sitting, _sideways, _lying, _walking, _tail_up)[pose.variant]
    return Figure(build(pose, rng), "land" if rng.random() < 0.5 else "table", shadow=0.34)


def _sitting(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    tail = [(0.1, 0.04), (0.32, 0.03), (0.42, 0.14), (0.34, 0.26)]
    return [_tail(tail), *_front_body(pose), *_head(0.0, 0.72, 0.215, pose, rng)]


def _tail_up(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    tail = [(0.14, 0.08), (0.34, 0.12), (0.4, 0.36), (0.33, 0.6), (0.42, 0.74)]
    return [_tail(tail), *_front_body(pose), *_head(-0.05, 0.71, 0.21, pose, rng)]


def _front_body(pose: Pose) -> list[Shape]:
    body = [
        (-0.13, 0.6), (-0.2, 0.4), (-0.27, 0.16), (-0.24, 0.01), (0, -0.01), (0.24, 0.01), (0.27, 0.16),
        (0.2, 0.4), (0.13, 0.6),
    ]  # fmt: skip
    bib = [(-0.08, 0.56), (0.08, 0.56), (0.11, 0.4), (0.05, 0.22), (0, 0.18), (-0.05, 0.22), (-0.11, 0.4)]
    shapes = [
        Shape(spline(body), "body", 0.0, round=0.6, fade=(0.15 * pose.light, 0), grain=1.4),
        Shape(spline(bib), "glow", -0.12, fade=(0, -0.25), grain=1.5),
    ]
    for s in (-1, 1):
        haunch = [(s * 0.13, 0.24), (s * 0.27, 0.2), (s * 0.29, 0.06), (s * 0.2, 0.0), (s * 0.13, 0.02)]
        lit = 0.2 if s == pose.light else -0.3
        shapes.append(Shape(spline(haunch), "body", lit, grain=1.2))
        leg = [(s * 0.02, 0.3), (s * 0.1, 0.3), (s * 0.11, 0.08), (s * 0.13, 0.0), (s * 0.02, 0.0)]
        shapes.append(Shape(spline(leg), "body", lit * 0.7 + 0.1, grain=1.55))
        shapes.append(Shape(ellipse(s * 0.075, 0.025, 0.065, 0.03, steps=18), "glow", -0.1))
        for y in (0.4, 0.32, 0.24):
            stripe = [(s * 0.26, y - 0.1), (s * 0.19, y - 0.07), (s * 0.14, y - 0.09)]
            shapes.append(Shape(ribbon(stripe, 0.03, 0.01), "second", -0.1))
    return shapes


def _sideways(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    body = [
        (0.18, 0.6), (0.0, 0.56), (-0.16, 0.4), (-0.26, 0.18), (-0.22, 0.01), (0.0, -0.01), (0.22, 0.0),
        (0.24, 0.2), (0.27, 0.42),
    ]  # fmt: skip
    leg = [(0.12, 0.32), (0.25, 0.34), (0.24, 0.06), (0.3, 0.0), (0.15, 0.0)]
    haunch = [(-0.08, 0.26), (0.06, 0.18), (0.08, 0.03), (-0.1, 0.0), (-0.2, 0.06), (-0.2, 0.2)]
    tail = [(-0.16, 0.04), (-0.36, 0.02), (-0.47, 0.1), (-0.44, 0.24)]
    stripes = []
    for x, y in ((-0.23, 0.3), (-0.16, 0.42), (-0.06, 0.51)):
        stripe = [(x, y), (x + 0.06, y - 0.06), (x + 0.07, y - 0.13)]
        stripes.append(Shape(ribbon(stripe, 0.035, 0.012), "second", -0.1))
    return [
        _tail(tail),
        Shape(spline(body), "body", 0.0, round=0.6, grain=1.2),
        *stripes,
        Shape(spline(haunch), "body", 0.15 * pose.light, round=0.45, grain=0.9),
        Shape(spline(leg), "body", 0.2, grain=1.55),
        Shape(ellipse(0.23, 0.025, 0.08, 0.032, steps=18), "glow", -0.1),
        Shape(ellipse(0.02, 0.025, 0.09, 0.032, steps=18), "glow", -0.2),
        Shape(spline([(0.16, 0.56), (0.29, 0.52), (0.27, 0.38), (0.2, 0.36)]), "glow", -0.15),
        *_head(0.18, 0.73, 0.2, pose, rng),
    ]


def _lying(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    body = [
        (0.2, 0.4), (0.0, 0.46), (-0.28, 0.43), (-0.46, 0.25), (-0.44, 0.04), (-0.2, 0.0), (0.2, 0.0),
        (0.34, 0.08), (0.32, 0.3),
    ]  # fmt: skip
    paw = [(0.1, 0.13), (0.34, 0.12), (0.44, 0.06), (0.4, 0.0), (0.12, 0.0)]
    haunch = [(-0.42, 0.22), (-0.28, 0.3), (-0.14, 0.2), (-0.12, 0.03), (-0.36, 0.0)]
    tail = [(-0.4, 0.08), (-0.52, 0.03), (-0.4, -0.02), (-0.1, 0.0), (0.06, 0.03)]
    stripes = [Shape(ribbon([(x, 0.46), (x + 0.03, 0.36), (x + 0.02, 0.27)], 0.045, 0.014), "second", -0.1)
               for x in (-0.28, -0.16, -0.04, 0.07)]  # fmt: skip
    return [
        Shape(spline(body), "body", 0.0, round=0.6, grain=0.3),
        *stripes,
        Shape(spline(haunch), "body", 0.1 * pose.light, round=0.45, grain=0.9),
        _tail(tail),
        Shape(spline(paw), "body", 0.25, grain=0.1),
        Shape(ellipse(0.39, 0.035, 0.06, 0.034, steps=18), "glow", -0.1),
        *_head(0.24, 0.5, 0.215, pose, rng),
    ]


def _walking(pose: Pose, rng: np.random.Generator) -> list[Shape]:
    body = [
        (0.22, 0.56), (0.0, 0.52), (-0.22, 0.56), (-0.36, 0.5), (-0.37, 0.34), (-0.2, 0.28), (0.1, 0.26),
        (0.28, 0.3), (0.31, 0.45),
    ]  # fmt: skip
    tail = [(-0.33, 0.47), (-0.45, 0.6), (-0.43, 0.82), (-0.34, 0.93)]
    legs = []
    for x, reach, tone in ((-0.2, 0.08, -0.4), (0.12, -0.07, -0.4), (-0.3, -0.04, 0.05), (0.22, 0.08, 0.1)):
        leg = [(x, 0.4), (x + 0.2 * reach, 0.2), (x + reach, 0.02)]
        legs.append(Shape(ribbon(leg, 0.15, 0.07), "body", tone, grain=1.5))
        legs.append(Shape(ellipse(x + reach + 0.02, 0.022, 0.055, 0.028, steps=16), "glow", -0.15 + tone / 2))
    stripes = [Shape(ribbon([(x, 0.55), (x + 0.03, 0.46), (x + 0.02, 0.38)], 0.04, 0.012), "second", -0.1)
               for x in (-0.26, -0.15, -0.04, 0.07)]  # fmt: skip
    return [_tail(tail), *legs, Shape(spline(body), "body", 0.05, round=0.5, grain=0.1), *stripes,
            *_head(0.3, 0.66, 0.185, pose, rng)]  # fmt: skip


def _tail(path: list[tuple[float, float]]) -> Shape:
    return Shape(ribbon(path, 0.085, 0.06), "body", -0.22, grain=0.6)


def _head(x: float, y: float, r: float, pose: Pose, rng: np.random.Generator) -> list[Shape]:
    """A head seen from the front, centred at (x, y); r is half its width."""

    def at(points: list[tuple[float, float]]) -> np.ndarray:
        return np.array(points) * r + (x, y)

    shapes = []
    for s in (-1, 1):
        lit = 0.15 if s == pose.light else -0.25
        shapes.append(Shape(at([(s * 0.95, 0.3), (s * 0.86, 1.35), (s * 0.18, 0.78)]), "body", lit, grain=1.2))
        shapes.append(detail(at([(s * 0.8, 0.55), (s * 0.78, 1.08), (s * 0.4, 0.78)]), "skin", -0.15))
    face = [
        (0, 0.82), (0.55, 0.72), (0.95, 0.25), (0.98, -0.2), (0.62, -0.68), (0, -0.85), (-0.62, -0.68),
        (-0.98, -0.2), (-0.95, 0.25), (-0.55, 0.72),
    ]  # fmt: skip
    muzzle = [(0, -0.1), (0.42, -0.26), (0.4, -0.6), (0, -0.74), (-0.4, -0.6), (-0.42, -0.26)]
    shapes += [Shape(spline(at(face)), "body", 0.1, round=0.5), Shape(spline(at(muzzle)), "glow", 0.0)]
    for mark in (-0.28, 0.0, 0.28):
        shapes.append(Shape(ribbon(at([(mark, 0.78), (mark * 0.7, 0.4)]), 0.15 * r, 0.05 * r), "second", -0.1))
    wide = rng.uniform(0.2, 0.26)
    for s in (-1, 1):
        shapes += [
            detail(ellipse(x + s * 0.43 * r, y + 0.12 * r, wide * r * 1.18, 0.25 * r, s * 0.35, 18), "ink"),
            detail(ellipse(x + s * 0.43 * r, y + 0.12 * r, wide * r, 0.2 * r, s * 0.35, 18), "accent", 0.35),
            detail(ellipse(x + s * 0.43 * r, y + 0.12 * r, 0.075 * r, 0.19 * r, 0, 14), "ink", -0.3),
        ]
        for drop in (-0.08, 0.06):
            hair = at([(s * 0.4, -0.38 + drop), (s * 0.9, -0.36 + 2 * drop), (s * 1.4, -0.4 + 3.4 * drop)])
            shapes.append(detail(ribbon(hair, 0.035 * r, 0.02 * r), "ink", 0.1))
    shapes.append(detail(at([(-0.15, -0.14), (0.15, -0.14), (0, -0.34)]), "second", -0.3))
    for s in (-1, 1):
        shapes.append(
            detail(ribbon(at([(0, -0.32), (s * 0.08, -0.5), (s * 0.25, -0.48)]), 0.06 * r, 0.04 * r), "ink")
        )
    return shapes
