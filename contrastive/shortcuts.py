"""Short cuts: what two views of a picture still have in common that needs no understanding of what it shows.

A contrastive method asks which of many views shows the same picture. Wherever a plain cue answers that, a network
need learn no more than the cue. `shortcuts` lets a few cues play the game themselves. That crops alone leave
colours to be matched was seen by Chen et al. 2020, arXiv:2002.05709, figure 6; here any recipe is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment import Recipe
from contrastive.augment.colour import grey
from contrastive.augment.edges import edges
from contrastive.errors import UserError

PICTURES = 256
GRID, TONES, COARSE = 16, 16, 4


@dataclass(frozen=True)
class Shortcut:
    """How often a cue finds the other view of a picture among those of all pictures; chance: one in `pictures`."""

    cue: str
    found: float
    interval: tuple[float, float]
    pictures: int


def tones(x: Tensor) -> Tensor:
    """Light and dark, place by place, at 16 x 16; overall brightness and contrast do not count."""
    return _flat(functional.adaptive_avg_pool2d(_grey(x), GRID))


def outlines(x: Tensor) -> Tensor:
    """Where edges are, place by place, at 16 x 16, whatever their colours."""
    return _flat(functional.adaptive_avg_pool2d(edges(x)[:, :1], GRID))


def colours(x: Tensor) -> Tensor:
    """Which colours there are and how much of each, wherever they are: 16 tones of each channel, counted."""
    level = (x * TONES).long().clamp(max=TONES - 1)
    counts = functional.one_hot(level, TONES).float().mean((2, 3))  # (n, c, tones)
    return functional.normalize(counts.flatten(1).sqrt(), dim=1)


def patches_of_colour(x: Tensor) -> Tensor:
    """Which colour is where, roughly: mean colours at 4 x 4."""
    return _flat(functional.adaptive_avg_pool2d(x, COARSE))


def strokes(x: Tensor) -> Tensor:
    """In which directions edges run, wherever they are: sixteen directions, by their strength."""
    g = functional.pad(_grey(x), (1, 1, 1, 1), mode="replicate")
    across, down = g[..., 1:-1, 2:] - g[..., 1:-1, :-2], g[..., 2:, 1:-1] - g[..., :-2, 1:-1]
    strength = (across.square() + down.square()).sqrt().flatten(1)
    turn = (torch.atan2(down, across) / torch.pi % 1 * GRID).long().clamp(max=GRID - 1).flatten(1)
    return functional.normalize(torch.zeros(len(x), GRID).scatter_add_(1, turn, strength).sqrt(), dim=1)


CUES: dict[str, Callable[[Tensor], Tensor]] = {
    "tones": tones,
    "outlines": outlines,
    "colours": colours,
    "patches of colour": patches_of_colour,
    "strokes": strokes,
}
"""Cue -> views (n, c, h, w) in 0..1 as unit rows (n, d); its docstring is what the screen says of it."""


@torch.inference_mode()
def shortcuts(images: Tensor, recipe: Recipe, *, pictures: int = PICTURES, seed: int = 0) -> list[Shortcut]:
    """Two views of each of `pictures` images (n, c, h, w), drawn by `seed`; how often each cue finds the other view.

    Both ways round, with a 95 % bootstrap interval over pictures. Raises UserError for fewer than two images.
    """
    from contrastive.evaluate.bootstrap import interval_of_mean

    if len(images) < 2:
        raise UserError("Whether a view can be told from others takes at least two pictures.")
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randperm(len(images), generator=generator)[:pictures]
    bound = recipe.among(images)
    first, second = (bound(images[rows], generator) for _ in range(2))
    answers = []
    for name, cue in CUES.items():
        a, b = cue(first), cue(second)
        right = _found(a, b).add(_found(b, a)).div(2).numpy()
        answers.append(Shortcut(name, float(right.mean()), interval_of_mean(right, seed=seed), len(rows)))
    return answers


def _found(a: Tensor, b: Tensor) -> Tensor:
    """(n,) share of each row's best matches in `b` that are its own: ties are shared, so a blank cue is at chance."""
    score = a @ b.T
    best = score >= score.max(1, keepdim=True).values - 1e-6
    return best.diagonal() / best.sum(1)


def _grey(x: Tensor) -> Tensor:
    return grey(x) if x.shape[1] == 3 else x


def _flat(x: Tensor) -> Tensor:
    """(n, ...) -> unit rows, each without its own mean."""
    rows = x.flatten(1)
    return functional.normalize(rows - rows.mean(1, keepdim=True), dim=1)


def table(found: dict[str, list[Shortcut]]) -> str:
    """A Markdown table: a row for each kind of views, a column a cue."""
    lines = [f"| views | {' | '.join(CUES)} |", "|---" * (len(CUES) + 1) + "|"]
    for name, answers in found.items():
        cells = " | ".join(f"{a.found:.3f} ({a.interval[0]:.3f} - {a.interval[1]:.3f})" for a in answers)
        lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def chance(found: list[Shortcut]) -> float:
    """What guessing would find."""
    return float(np.mean([1 / answer.pictures for answer in found]))
