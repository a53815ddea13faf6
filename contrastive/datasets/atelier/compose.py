"""Composing: a subject, what it stands on and what is behind it, put together into one scene."""

from dataclasses import replace

import numpy as np

from .backdrops import DRAWINGS
from .ground import cast_shadow, ground
from .pose import Layout, draw_backdrop, draw_pose
from .scene import Figure, Scene, placed
from .subjects import SUBJECTS


def compose(subject: str, split: str, rng: np.random.Generator) -> Scene:
    """Draw one scene of `subject` with a pose, a layout and a backdrop that belong to `split`."""
    pose, layout = draw_pose(split, rng)
    figure = SUBJECTS[subject](pose, rng)
    if figure.ground == "range":
        # Mountains need the height of the picture for themselves and their sun.
        layout = replace(layout, horizon=0.45 + 0.5 * layout.horizon)
    shapes = DRAWINGS[draw_backdrop(split, _place(figure, layout), rng)](layout.horizon, layout.light, rng)
    # A sun is round, whatever becomes of its mountain.
    stretch = 1.0 + (pose.stretch - 1.0) * (0.2 if figure.ground == "range" else 1.0)
    foot, scale, x = _stand(figure, layout, stretch)
    shapes += ground(figure.ground, layout, rng)
    if figure.shadow:
        shapes += cast_shadow(x, foot, figure.shadow * scale * np.sqrt(stretch), layout.light)
    # Wide things lean less than tall ones: a horizon or a hull at nine degrees looks like an accident.
    calm = {"water": 0.6, "range": 0.25, "bust": 0.7, "table": 0.7}.get(figure.ground, 1.0)
    shapes += placed(
        figure.shapes, x=x, y=foot, scale=scale, stretch=stretch, tilt=pose.tilt * calm, facing=pose.facing
    )
    return Scene(shapes, light=(0.8 * layout.light, -0.6))


def _place(figure: Figure, layout: Layout) -> str:
    if figure.ground == "deep":
        return "under water"
    indoors = figure.ground == "table" or (figure.ground == "bust" and not layout.outdoors)
    return "indoors" if indoors else "outdoors"


def _stand(figure: Figure, layout: Layout, stretch: float) -> tuple[float, float, float]:
    """Where the subject's feet are, its scale, and the x it stands at: inwards where it would not fit."""
    scale = layout.scale * {"deep": 0.94, "range": 0.0, "bust": 0.25}.get(figure.ground, 1.0)
    scale += {"range": layout.horizon * (0.8 + 0.22 * layout.scale), "bust": 0.66}.get(figure.ground, 0.0)
    width, height = scale * np.sqrt(stretch), scale / np.sqrt(stretch)
    # The larger a subject, the nearer it keeps to the middle.
    x = 0.5 + (layout.x - 0.5) * min(1.0, max(0.1, 2.2 * (1.05 - width)))
    if figure.ground == "deep":
        return layout.horizon - 0.14 + 0.5 * height, scale, x
    if figure.ground == "bust":
        return 1.0, scale, x
    if figure.ground == "range":
        return layout.horizon + 0.02, scale, layout.x
    return max(layout.horizon + layout.depth, min(height + 0.04, 0.96)), scale, x
