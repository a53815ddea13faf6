"""What varies from one painting of a subject to the next, and what only the test split may do.

Every number is drawn from the intervals below. Training (and validation) and test own different,
interleaved intervals and different variants and backdrops: a test picture never repeats the layout
of a training picture, although both spread over the same part of the canvas.
Which way a subject faces and from which side the light falls is free in every split.
"""

from dataclasses import dataclass

import numpy as np

Intervals = tuple[tuple[float, float], ...]

# tilt: degrees; stretch: width over height; the others: parts of the picture's side.
# x: where the subject stands; depth: how far below the horizon; scale: its height.
RANGES: dict[str, dict[str, Intervals]] = {
    "train": {
        "tilt": ((-7.0, -4.0), (-2.0, 2.0), (4.0, 7.0)),
        "stretch": ((0.84, 0.90), (0.97, 1.04), (1.12, 1.18)),
        "x": ((0.37, 0.41), (0.45, 0.48), (0.52, 0.55), (0.59, 0.63)),
        "scale": ((0.60, 0.66), (0.72, 0.78), (0.84, 0.88)),
        "horizon": ((0.56, 0.60), (0.65, 0.69), (0.74, 0.77)),
        "depth": ((0.05, 0.07), (0.10, 0.12)),
    },
    "test": {
        "tilt": ((-9.0, -7.2), (-3.8, -2.2), (2.2, 3.8), (7.2, 9.0)),
        "stretch": ((0.76, 0.83), (0.91, 0.96), (1.05, 1.11), (1.19, 1.26)),
        "x": ((0.34, 0.365), (0.415, 0.445), (0.485, 0.515), (0.555, 0.585), (0.635, 0.66)),
        "scale": ((0.55, 0.59), (0.67, 0.71), (0.79, 0.83), (0.89, 0.92)),
        "horizon": ((0.52, 0.55), (0.61, 0.64), (0.70, 0.73), (0.78, 0.80)),
        "depth": ((0.075, 0.095), (0.125, 0.14)),
    },
}
VARIANTS: dict[str, tuple[int, ...]] = {"train": (0, 1, 2), "test": (3, 4)}
BACKDROPS: dict[str, dict[str, tuple[str, ...]]] = {
    "train": {"outdoors": ("clear", "clouds", "hills"), "indoors": ("wall", "curtain", "patches"),
              "under water": ("weeds", "stones")},
    "test": {"outdoors": ("streaks", "rays"), "indoors": ("stripes", "niche"),
             "under water": ("shafts", "reef")},
}  # fmt: skip


@dataclass(frozen=True)
class Pose:
    """How a subject holds itself. `light` is the side (+1 right, -1 left) it is lit from, in its own box."""

    variant: int
    tilt: float
    stretch: float
    facing: int
    light: int


@dataclass(frozen=True)
class Layout:
    """Where a subject stands and before what. Lengths are parts of the picture's side, y down."""

    x: float
    scale: float
    horizon: float
    depth: float
    light: int
    outdoors: bool


def draw_pose(split: str, rng: np.random.Generator) -> tuple[Pose, Layout]:
    """Draw a pose and a layout that belong to `split`."""
    side = _side(split)
    number = {name: _within(intervals, rng) for name, intervals in RANGES[side].items()}
    variants = VARIANTS[side]
    facing, light = (int(rng.choice((-1, 1))) for _ in range(2))
    pose = Pose(
        variant=variants[rng.integers(len(variants))],
        tilt=number["tilt"],
        stretch=number["stretch"],
        facing=facing,
        light=light * facing,
    )
    layout = Layout(
        x=number["x"],
        scale=number["scale"],
        horizon=number["horizon"],
        depth=number["depth"],
        light=light,
        outdoors=bool(rng.random() < 0.45),
    )
    return pose, layout


def draw_backdrop(split: str, place: str, rng: np.random.Generator) -> str:
    """Draw a kind of backdrop for a place: "outdoors", "indoors" or "under water"."""
    kinds = BACKDROPS[_side(split)][place]
    return kinds[rng.integers(len(kinds))]


def _side(split: str) -> str:
    return "test" if split == "test" else "train"


def _within(intervals: Intervals, rng: np.random.Generator) -> float:
    widths = np.array([high - low for low, high in intervals])
    low, high = intervals[rng.choice(len(intervals), p=widths / widths.sum())]
    return float(rng.uniform(low, high))
