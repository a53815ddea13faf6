"""A map as a still picture, SVG or PNG: dots with a colour and a shape for each class, a legend, named guests."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, LEGEND = 1200, 900, 230
FINER = 2
"""A PNG is drawn this much larger and brought down, for smooth edges."""
MARGIN = 36

# Corners around the origin with a radius of about 1; None is a circle. The same order as on screen.
SHAPES: list[list[tuple[float, float]] | None] = [
    None,
    [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
    [(0, -1.16), (1.08, 0.8), (-1.08, 0.8)],
    [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    [
        *((-1, -0.48), (-0.48, -1), (0, -0.52), (0.48, -1), (1, -0.48), (0.52, 0)),
        *((1, 0.48), (0.48, 1), (0, 0.52), (-0.48, 1), (-1, 0.48), (-0.52, 0)),
    ],
    [
        *((-0.36, -1.08), (0.36, -1.08), (0.36, -0.36), (1.08, -0.36), (1.08, 0.36), (0.36, 0.36)),
        *((0.36, 1.08), (-0.36, 1.08), (-0.36, 0.36), (-1.08, 0.36), (-1.08, -0.36), (-0.36, -0.36)),
    ],
    [(0, 1.16), (1.08, -0.8), (-1.08, -0.8)],
]


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is drawn: points (n, 2) in map units, codes (n,) with -1 unlabelled, and what the codes mean.

    `colours` has one "#rrggbb" a class, in its order; with `scale`, (lowest, highest, name), the classes are steps of
    an order and the legend is a bar. `marked` are (x, y, name) guests.
    """

    points: np.ndarray
    codes: np.ndarray
    classes: Sequence[str]
    colours: Sequence[str]
    scale: tuple[str, str, str] | None = None
    marked: Sequence[tuple[float, float, str]] = ()
    wall: str = "#FBFAF7"
    ink: str = "#211D18"
    accent: str = "#B23A2A"

    def colour(self, code: int) -> str:
        """The colour of a class; unlabelled is grey."""
        return "#8A8379" if code < 0 else self.colours[code % len(self.colours)]

    def shape(self, code: int) -> list[tuple[float, float]] | None:
        """The corners of its sign, None for a circle."""
        return None if code < 0 or self.scale else SHAPES[code % len(SHAPES)]

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Pixels (n, 2) of the points and (m, 2) of the guests: all in view, equal units on both axes, y upwards."""
        guests = np.array([mark[:2] for mark in self.marked], np.float64).reshape(-1, 2)
        every = np.concatenate([np.asarray(self.points, np.float64), guests])
        low, high = every.min(axis=0), every.max(axis=0)
        scale = min(
            (WIDTH - 2 * MARGIN) / max(high[0] - low[0], 1e-9), (HEIGHT - 2 * MARGIN) / max(high[1] - low[1], 1e-9)
        )
        pixels = (every - (low + high) / 2) * scale * [1, -1] + [WIDTH / 2, HEIGHT / 2]
        return pixels[: len(self.points)], pixels[len(self.points) :]

    def radius(self) -> float:
        """Of a dot in pixels: smaller where there are many."""
        return float(np.clip(16 * max(1, len(self.points)) ** -0.17, 1.6, 6))

    def legend(self) -> list[tuple[int, str]]:
        """Code and words of each class that occurs, with its count; at most as many as have room."""
        codes, counts = np.unique(self.codes, return_counts=True)
        named = [
            (int(code), f"{'unlabelled' if code < 0 else self.classes[code]}  {count:,}")
            for code, count in zip(codes, counts, strict=True)
        ]
        listed = [entry for entry in named if entry[0] < 0] if self.scale else named
        return listed[: (HEIGHT - 2 * MARGIN) // 26]


def svg(drawing: Drawing) -> str:
    """The drawing as SVG text, 1430 x 900."""
    pixels, guests = drawing.places()
    r, parts = drawing.radius(), []
    for code in np.unique(drawing.codes):
        dots = "".join(_shape(drawing, int(code), x, y, r) for x, y in pixels[drawing.codes == code])
        edge = f'stroke="{drawing.wall}" stroke-width="0.8"'
        parts.append(f'<g fill="{drawing.colour(int(code))}" {edge}>{dots}</g>')
    for (x, y), (_, _, name) in zip(guests, drawing.marked, strict=True):
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="none" stroke="{drawing.accent}" stroke-width="2.5"/>'
            f'<text x="{x + 16:.1f}" y="{y + 5:.1f}" fill="{drawing.accent}" font-weight="600">{escape(name)}</text>'
        )
    for place, (code, words) in enumerate(drawing.legend()):
        y = MARGIN + 26 * place + (56 if drawing.scale else 0)
        sign = _shape(drawing, code, WIDTH + 10, y, 6)
        parts.append(
            f'<g fill="{drawing.colour(code)}">{sign}</g><text x="{WIDTH + 26}" y="{y + 5}">{escape(words)}</text>'
        )
    if drawing.scale:
        low, high, name = map(escape, drawing.scale)
        wide = 190 / len(drawing.colours)
        bar = "".join(
            f'<rect x="{WIDTH + i * wide:.1f}" y="{MARGIN}" width="{wide + 0.5:.1f}" height="10" fill="{c}"/>'
            for i, c in enumerate(drawing.colours)
        )
        words = f'<text x="{WIDTH}" y="{MARGIN - 8}">{name}</text><text x="{WIDTH}" y="{MARGIN + 28}">{low}</text>'
        end = f'<text x="{WIDTH + 190}" y="{MARGIN + 28}" text-anchor="end">{high}</text>'
        parts.append(bar + words + end)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + LEGEND} {HEIGHT}" font-family="sans-serif" '
        f'font-size="15" fill="{drawing.ink}"><rect width="100%" height="100%" fill="{drawing.wall}"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _shape(drawing: Drawing, code: int, x: float, y: float, r: float) -> str:
    corners = drawing.shape(code)
    if corners is None:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>'
    return f'<path d="M{"L".join(f"{x + u * r:.1f} {y + v * r:.1f}" for u, v in corners)}Z"/>'


def png(drawing: Drawing, picture: Callable[[int], Image.Image] | None = None, side: int = 44) -> bytes:
    """The drawing as PNG bytes, 1430 x 900; `picture(row)` hangs thumbnails of `side` pixels where none overlap."""
    sheet = Image.new("RGB", ((WIDTH + LEGEND) * FINER, HEIGHT * FINER), drawing.wall)
    brush = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(15 * FINER)
    pixels, guests = drawing.places()

    def dot(code: int, x: float, y: float, r: float) -> None:
        corners = drawing.shape(code)
        x, y, r, colour = x * FINER, y * FINER, r * FINER, drawing.colour(code)
        if corners is None:
            brush.ellipse((x - r, y - r, x + r, y + r), fill=colour, outline=drawing.wall)
        else:
            brush.polygon([(x + u * r, y + v * r) for u, v in corners], fill=colour, outline=drawing.wall)

    for code, (x, y) in zip(drawing.codes.tolist(), pixels.tolist(), strict=True):
        dot(code, x, y, drawing.radius())
    for row in _apart(pixels, side + 6) if picture else []:
        assert picture is not None
        shown = picture(row).convert("RGB")
        shown.thumbnail((side * FINER, side * FINER))
        if max(shown.size) < side * FINER:
            times = side * FINER / max(shown.size)
            shown = shown.resize((round(shown.width * times), round(shown.height * times)))
        left, top = (round(v * FINER - size / 2) for v, size in zip(pixels[row], shown.size, strict=True))
        frame = (left - 3, top - 3, left + shown.width + 2, top + shown.height + 2)
        brush.rectangle(frame, fill=drawing.colour(int(drawing.codes[row])))
        sheet.paste(shown, (left, top))
    for (x, y), (_, _, name) in zip(guests.tolist(), drawing.marked, strict=True):
        x, y = x * FINER, y * FINER
        brush.ellipse((x - 20, y - 20, x + 20, y + 20), outline=drawing.accent, width=5)
        brush.text(
            (x + 32, y), name, fill=drawing.accent, font=font, anchor="lm", stroke_width=4, stroke_fill=drawing.wall
        )
    for place, (code, words) in enumerate(drawing.legend()):
        y = MARGIN + 26 * place + (56 if drawing.scale else 0)
        dot(code, WIDTH + 10, y, 6)
        brush.text(((WIDTH + 26) * FINER, y * FINER), words, fill=drawing.ink, font=font, anchor="lm")
    if drawing.scale:
        low, high, name = drawing.scale
        for i, colour in enumerate(drawing.colours):
            left = WIDTH + 190 * i / len(drawing.colours)
            box = (left * FINER, MARGIN * FINER, (left + 190 / len(drawing.colours)) * FINER, (MARGIN + 10) * FINER)
            brush.rectangle(box, fill=colour)
        for x, y, words, anchor in ((0, -12, name, "lm"), (0, 24, low, "lm"), (190, 24, high, "rm")):
            place_of = ((WIDTH + x) * FINER, (MARGIN + y) * FINER)
            brush.text(place_of, words, fill=drawing.ink, font=font, anchor=anchor)
    buffer = io.BytesIO()
    sheet.reduce(FINER).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _apart(pixels: np.ndarray, gap: float) -> list[int]:
    """Rows, in a fair order that is always the same, no two of which are nearer than `gap` on both axes."""
    kept: dict[tuple[int, int], list[int]] = {}
    for row in np.random.default_rng(0).permutation(len(pixels)).tolist():
        u, v = (int(value // gap) for value in pixels[row])
        near = [other for a in (u - 1, u, u + 1) for b in (v - 1, v, v + 1) for other in kept.get((a, b), [])]
        if all(np.abs(pixels[row] - pixels[other]).max() >= gap for other in near):
            kept.setdefault((u, v), []).append(row)
    return [row for rows in kept.values() for row in rows]
