"""What a movie shows, in one sentence, and the figures of its epochs."""

from pathlib import Path
from typing import Any

import numpy as np

from contrastive.compare import nearest, overlap
from contrastive.movie import NEIGHBOURS, Movie, Reading
from contrastive.runs import Run

KNN = "kNN accuracy here"


def when(epoch: int) -> str:
    """An epoch as a moment: "before training" or "after epoch 3"."""
    return f"after epoch {epoch}" if epoch else "before training"


def sentence(epochs: list[int], readings: list[Reading | None], column: str) -> str:
    """How many of ten neighbours share the class at the first frame and at the last; empty without labels."""
    first, last = (readings[0], readings[-1]) if readings else (None, None)
    if first is None or last is None:
        return ""
    a, b = f"{10 * first.purity:.1f}", f"{10 * last.purity:.1f}"
    if len(epochs) < 2:
        return f"Of a picture's ten nearest others, **{a}** share its {column} {when(epochs[0])}."
    return (
        f"Of a picture's ten nearest others, {a} share its {column} {when(epochs[0])} and **{b}** {when(epochs[-1])}."
    )


def kept(first: Path, last: Path) -> str:
    """How many neighbours in one snapshot are still neighbours in another: a sentence that needs no labels."""
    if first == last:
        return ""
    before, after = (nearest(np.load(place).astype(np.float32), NEIGHBOURS) for place in (first, last))
    share = 10 * overlap(before, after).mean()
    return (
        f"Of the ten nearest others {when(int(first.stem))}, {share:.1f} are still among them {when(int(last.stem))}."
    )


def curves(run: Run, movie: Movie, readings: list[Reading | None]) -> list[dict[str, Any]]:
    """The lines that move along: the loss of every epoch, and what neighbours say at each frame."""
    lines = {
        "Loss": [(line["epoch"], line["loss"]) for line in run.metrics() if np.isfinite(line.get("loss", np.nan))],
        KNN: [(epoch, r.knn) for epoch, r in zip(movie.epochs, readings, strict=True) if r is not None],
    }
    return [
        {
            "name": name,
            "points": [list(point) for point in points],
            "low": min(value for _, value in points),
            "high": max(value for _, value in points),
            "percent": name == KNN,
        }
        for name, points in lines.items()
        if points
    ]
