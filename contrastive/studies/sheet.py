"""The cells of a study as one picture: of each a t-SNE map of its test pictures, and its confusion matrix."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from contrastive.errors import UserError
from contrastive.flipbook import COLOURS, MUTED, TEXT, WALL
from contrastive.runs import Run
from contrastive.storage import read_json
from contrastive.studies.results import Row
from contrastive.studies.study import Study

if TYPE_CHECKING:
    from contrastive.datasets import ImageDataset

ACROSS, MOST = 4, 12
"""Cells beside each other, and at most on one sheet."""
POINTS = 1000
FINER = 2
"""Everything is drawn this much larger and brought down, for smooth edges."""
SIDE, GAP, HEAD, LINE = 320, 24, 64, 22
FULL = "#2F4B8F"


def sheet(study: Study, rows: list[Row]) -> bytes:
    """PNG bytes: the first twelve measured rows, each by its first seed, and the classes with their colours.

    The maps are t-SNE with its usual settings and seed 0, of up to 1,000 test pictures. The confusion matrix is that
    of the study's main measure, or of its first probe: a line is a class, the darker a square the more of the class
    is called so. Raises UserError where nothing is measured yet.
    """
    done = [row for row in rows if row.runs][:MOST]
    if not done:
        raise UserError(f"Nothing of {study.name} is measured yet.", "Carry out a part of it first.")
    told = [factor for factor in study.factors if len({row.levels[factor] for row in done}) > 1]
    main, heading = next(iter(study.measures.items()))
    panels, classes = [], []
    for row in done:
        name = ", ".join(row.levels[factor] for factor in told) or study.title
        drawn, of = _panel(Run.open(row.runs[0]), main, name, f"{heading} {row.values[main][0]:.3f}")
        panels.append(drawn)
        classes.append(of)
    same = all(of == classes[0] for of in classes)
    width, height = panels[0].size
    down = -(-len(panels) // ACROSS)
    across = -(-len(panels) // down)
    legend = _legend(classes[0], across * (width + GAP) - GAP) if same else None
    tall = down * (height + GAP) + GAP + (legend.height + GAP if legend else 0)
    whole = Image.new("RGB", (across * (width + GAP) + GAP, tall), WALL)
    for i, panel in enumerate(panels):
        whole.paste(panel, (GAP + i % across * (width + GAP), GAP + i // across * (height + GAP)))
    if legend:
        whole.paste(legend, (GAP, tall - GAP - legend.height))
    buffer = io.BytesIO()
    whole.quantize(palette=_palette(), dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _panel(run: Run, main: str, name: str, figure: str) -> tuple[Image.Image, list[str]]:
    """One cell, with the confusion matrix of the probe that gave the measure `main`, and its classes."""
    from contrastive.studies.protocols import embedded, held_out

    part = held_out(run)
    part = part.subset(np.sort(np.random.default_rng(0).permutation(len(part))[:POINTS]))
    reports = read_json(run.path / "outcome.json")["reports"]
    report = reports.get(main) or next(iter(reports.values()))
    image = Image.new("RGB", (FINER * SIDE, FINER * (HEAD + 2 * SIDE + GAP)), WALL)
    brush = ImageDraw.Draw(image)
    font = ImageFont.load_default(FINER * 16)
    while font.getlength(name) > image.width:
        name = name.rstrip("…")[:-1] + "…"
    brush.text((0, 0), name, TEXT, font)
    brush.text((0, FINER * LINE), figure, MUTED, ImageFont.load_default(FINER * 14))
    _map(brush, embedded(run, part), part)
    _matrix(brush, np.array(report["confusion"], float), FINER * (HEAD + SIDE + GAP))
    return image.reduce(FINER), list(report["classes"])


def _map(brush: ImageDraw.ImageDraw, vectors: np.ndarray, part: ImageDataset) -> None:
    from contrastive.maps import fit
    from contrastive.maps.picture import SHAPES

    points = fit(vectors, "tsne", seed=0).points
    points = (points - (points.min(0) + points.max(0)) / 2) * [1, -1]
    radius = FINER * 2.6
    places = points / np.abs(points).max() * (FINER * SIDE / 2 - radius) + FINER * np.array(
        [SIDE / 2, HEAD + SIDE / 2]
    )
    for (x, y), code in zip(places.tolist(), part.codes().tolist(), strict=True):
        corners = SHAPES[code % len(SHAPES)]
        if corners is None:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), _colour(code))
        else:
            brush.polygon([(x + u * radius, y + v * radius) for u, v in corners], _colour(code))


def _matrix(brush: ImageDraw.ImageDraw, counts: np.ndarray, top: int) -> None:
    shares = counts / counts.sum(1, keepdims=True).clip(1)
    side = FINER * SIDE / len(counts)
    light, dark = (np.array(ImageColor.getrgb(colour)) for colour in (WALL, FULL))
    font = ImageFont.load_default(FINER * 11)
    for (row, column), share in np.ndenumerate(shares):
        x, y = column * side, top + row * side
        fill = tuple((light + (dark - light) * share).round().astype(int).tolist())
        brush.rectangle((x, y, x + side - 2, y + side - 2), fill, outline=MUTED if row == column else None)
        if len(counts) <= ACROSS * 3:
            said: Any = f"{counts[row, column]:.0f}"
            brush.text((x + side / 2, y + side / 2), said, WALL if share > 0.45 else TEXT, font, anchor="mm")


def _legend(classes: list[str], width: int) -> Image.Image:
    """The classes in their colours and shapes, in lines no longer than `width`."""
    from contrastive.maps.picture import SHAPES

    font = ImageFont.load_default(FINER * 14)
    places, x, y = [], 0.0, 0
    for name in classes:
        long = font.getlength(name) + FINER * 44
        if x and x + long > FINER * width:
            x, y = 0.0, y + FINER * LINE
        places.append((x, y))
        x += long
    image = Image.new("RGB", (FINER * width, y + FINER * LINE), WALL)
    brush, r = ImageDraw.Draw(image), FINER * 6
    for code, ((x, y), name) in enumerate(zip(places, classes, strict=True)):
        middle = (x + FINER * 8, y + FINER * LINE / 2)
        corners = SHAPES[code % len(SHAPES)] or [(np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 24)]
        brush.polygon([(middle[0] + u * r, middle[1] + v * r) for u, v in corners], _colour(code))
        brush.text((x + FINER * 20, middle[1]), name, TEXT, font, anchor="lm")
    return image.reduce(FINER)


def _palette() -> Image.Image:
    """A sheet's colours and their smooth edges: one drawn from the pixels would make all pale squares alike."""
    ramps = [(WALL, FULL, 24), (FULL, TEXT, 8), (WALL, TEXT, 24), (WALL, MUTED, 12)]
    ramps += [(WALL, colour, 12) for colour in COLOURS]
    colours = np.concatenate(
        [np.linspace(ImageColor.getrgb(a), ImageColor.getrgb(b), steps).round() for a, b, steps in ramps]
    )
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours.astype(np.uint8).tobytes())
    return palette


def _colour(code: int) -> str:
    return MUTED if code < 0 else COLOURS[code % len(COLOURS)]
