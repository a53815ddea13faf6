"""Views of one picture, how alike an encoder finds them to it, and how alike it finds other pictures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrastive.neighbours import Index, unit_rows

if TYPE_CHECKING:
    from contrastive.augment import Recipe
    from contrastive.augment.op import Drawn
    from contrastive.encoders import Encoder

PIXELATED_BELOW = 48
SHOWN_AT = 192
UNTOUCHED = {
    **dict.fromkeys(("brightness", "contrast", "saturation", "scale"), 1.0),
    **dict.fromkeys(("turn", "angle", "sigma", "side", "alpha"), 0.0),
    "bits": 8.0,
}
"""Drawn values that leave a picture as it is, by the names under which operations tell them."""


@dataclass(frozen=True)
class Likeness:
    """Cosines of views and of other pictures to one picture.

    views (v,): each view's; nearest (v,): whether no other picture is nearer to the view than its own;
    others (n,): every other picture's.
    """

    views: np.ndarray
    nearest: np.ndarray
    others: np.ndarray


def drawn(pixels: np.ndarray, recipe: "Recipe", seed: int, count: int) -> tuple[np.ndarray, list[str]]:
    """`count` views of the picture (c, h, w) uint8, as a batch of training draws them, and what was drawn for each.

    -> (count, c, h, w) uint8, and a line of words a view.
    """
    import torch

    batch = torch.from_numpy(np.ascontiguousarray(pixels))[None].repeat(count, 1, 1, 1)
    views, trace = recipe.trace(batch, torch.Generator().manual_seed(seed))
    side = float(pixels.shape[-1])
    words = ["; ".join(filter(None, (_words(op, told, i, side) for op, told in trace))) for i in range(count)]
    return (views * 255).round().to(torch.uint8).numpy(), words


def cosines(network: "Encoder", originals: np.ndarray, views: np.ndarray) -> np.ndarray:
    """Cosine of each view to its original: (n, c, h, w) or (1, c, h, w), and (n, c, h, w), uint8 -> (n,)."""
    import torch

    from contrastive.embed import encode

    directions = unit_rows(encode(network, torch.from_numpy(np.concatenate([originals, views]))))
    return (directions[: len(originals)] * directions[len(originals) :]).sum(1).clip(-1, 1)


def embedded(network: "Encoder", pixels: np.ndarray, views: np.ndarray) -> np.ndarray:
    """Vectors (1 + v, d) of the picture (c, h, w) and its views (v, c, h, w), uint8."""
    import torch

    from contrastive.embed import encode

    return encode(network, torch.from_numpy(np.concatenate([pixels[None], views])))


def likeness(index: Index, vectors: np.ndarray, row: int | None) -> Likeness:
    """How alike views are to their picture, `vectors` (1 + v, d) first, among `index`; `row`: its own place there."""
    directions = unit_rows(vectors)
    own = (directions[1:] @ directions[0]).clip(-1, 1)
    exclude = None if row is None else np.full(len(own), row)
    best, _ = index.search(vectors[1:], 1, exclude=exclude)
    others = index.directions @ directions[0]
    if row is not None:
        others = np.delete(others, row)
    # Rounding: a copy of the picture elsewhere in the set is as near as the picture, not nearer.
    nearest = own >= best[:, 0] - 1e-5 if best.size else np.ones(len(own), bool)
    return Likeness(own, nearest, others)


def sentence(found: Likeness) -> str:
    """What the numbers say, computed from them alone."""
    stay, count = int(found.nearest.sum()), len(found.views)
    who = "all" if stay == count else "none" if stay == 0 else f"{stay}"
    said = f"**To this encoder, {who} of {count} views are nearer to their picture than to any other.** "
    said += f"Their similarity to it is {np.median(found.views):.2f} (median) and at least {found.views.min():.2f}"
    if len(found.others):
        middle, most = np.median(found.others), found.others.max()
        said += f"; the other pictures come to {middle:.2f} (median) and at most {most:.2f}"
    return said + "."


def for_screen(pixels: np.ndarray) -> np.ndarray:
    """(c, h, w) uint8 -> (h', w', c) or (h', w'), pixels of small pictures enlarged as they are."""
    times = -(-SHOWN_AT // pixels.shape[-1]) if pixels.shape[-1] < PIXELATED_BELOW else 1
    large = pixels.repeat(times, 1).repeat(times, 2).transpose(1, 2, 0)
    return large[..., 0] if large.shape[-1] == 1 else large


def _words(op: str, told: "Drawn", view: int, side: float) -> str:
    """What was drawn of an operation for one view of so many pixels; empty where it was not applied to it."""
    drawn = {name: values[view].item() for name, values in told.items() if values.ndim == 1}
    if any(value is False for value in drawn.values()):
        return ""
    untouched = UNTOUCHED | {"top": 0.0, "left": 0.0, "height": side, "width": side}
    turned = {name: value for name, value in drawn.items() if name in untouched}
    if turned and all(value == untouched[name] for name, value in turned.items()):
        return ""
    # Which style is drawn as a share of all there are, under the operation's own name, which tells nobody anything.
    numbers = {name: value for name, value in drawn.items() if value is not True and name != op}
    said = ", ".join(f"{name} {value:.3g}" for name, value in numbers.items())
    return " ".join(filter(None, [op.replace("_", ", "), said]))
