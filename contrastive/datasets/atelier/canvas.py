"""From shapes to fields: which shape, tone, colour and direction lies at every point of the canvas.

Shapes are drawn once, as numbers, without smoothing; styles paint at this working size and the
finished painting is reduced, which smooths every edge at once and much faster than blending shapes.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from .colour import TONES
from .palettes import ROLES, Mix
from .scene import Scene

LAYERS = ("backdrop", "subject", "detail")


@dataclass(frozen=True)
class Canvas:
    """A scene laid out on n x n points, for a style to paint.

    `shape` int32: index of the visible shape; `role`, `layer` uint8: indices into ROLES and LAYERS;
    `tone` float32 -1..1; `grain` float32 radians (x right, y down); `mix`: the colours; `light`: unit (x, y).
    """

    shape: np.ndarray
    role: np.ndarray
    layer: np.ndarray
    tone: np.ndarray
    grain: np.ndarray
    mix: Mix
    light: tuple[float, float]

    @property
    def n(self) -> int:
        """Points along a side."""
        return self.shape.shape[0]

    def colour(self, tone: np.ndarray | None = None, role: np.ndarray | None = None) -> np.ndarray:
        """sRGB (..., 3) float32 of the canvas' own or of other tones and roles."""
        tone = self.tone if tone is None else tone
        role = self.role if role is None else role
        step = np.clip((tone + 1) * (TONES // 2) + 0.5, 0, TONES - 1).astype(np.intp)
        return self.mix.ramps[role, step]

    def moved(self, dx: np.ndarray, dy: np.ndarray) -> "Canvas":
        """The canvas distorted: the point (x, y) shows what lies at (x + dx, y + dy); all in points."""
        n = self.n
        rows, columns = np.ogrid[:n, :n]
        at = np.clip(rows + dy, 0, n - 1).astype(np.intp), np.clip(columns + dx, 0, n - 1).astype(np.intp)
        return Canvas(
            self.shape[at], self.role[at], self.layer[at], self.tone[at], self.grain[at], self.mix, self.light
        )


def lay_out(scene: Scene, mix: Mix, n: int) -> Canvas:
    """Draw the shapes of a scene in order on n x n points."""
    image = Image.new("I", (n, n), 0)
    draw = ImageDraw.Draw(image)
    for index, shape in enumerate(scene.shapes):
        draw.polygon((shape.points * n - 0.5).ravel().tolist(), fill=index)
    visible = np.asarray(image, np.int32)

    low = np.array([s.points.min(axis=0) for s in scene.shapes])
    high = np.array([s.points.max(axis=0) for s in scene.shapes])
    centre, reach = (low + high) / 2, np.maximum((high - low) / 2, 1e-3)
    # One row a shape, so that one look-up a point fetches everything.
    table = np.column_stack([
        [s.tone for s in scene.shapes], centre, 1 / reach, [s.fade for s in scene.shapes],
        [s.round for s in scene.shapes], [s.grain for s in scene.shapes],
    ]).astype(np.float32)  # fmt: skip
    tone, cx, cy, ix, iy, fade_x, fade_y, ball, grain = np.moveaxis(table[visible], -1, 0)
    at = (np.arange(n, dtype=np.float32) + 0.5) / n
    u, v = (at[None, :] - cx) * ix, (at[:, None] - cy) * iy
    lx, ly = scene.light
    facing = 0.75 * (u * lx + v * ly) + 0.55 * np.sqrt(np.clip(1 - u * u - v * v, 0, 1)) - 0.3
    tone = tone + fade_x * u + fade_y * v + ball * facing
    # On round things the brush goes around the form; elsewhere it follows the shape's own grain.
    around = np.arctan2(u / np.maximum(ix, 1e-6), -v / np.maximum(iy, 1e-6))
    grain = np.where(ball > 0.3, around, grain)
    roles = np.array([ROLES.index(s.role) for s in scene.shapes], np.uint8)
    layers = np.array([LAYERS.index(s.layer) for s in scene.shapes], np.uint8)
    return Canvas(visible, roles[visible], layers[visible], np.clip(tone, -1, 1), grain, mix, scene.light)
