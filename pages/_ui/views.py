"""Views of one picture, how alike an encoder finds them to it, and how alike it finds other pictures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrastive.neighbours import Index, unit_rows

if TYPE_CHECKING:
    from contrastive.augment import Recipe
    from contrastive.encoders import Encoder

PIXELATED_BELOW = 48
SHOWN_AT = 192


@dataclass(frozen=True)
class Likeness:
    """Cosines of views and of other pictures to one picture.

    views (v,): each view's; nearest (v,): whether no other picture is nearer to the view than its own;
    others (n,): every other picture's.
    """

    views: np.ndarray
    nearest: np.ndarray
    others: np.ndarray


def drawn(pixels: np.ndarray, recipe: "Recipe", seed: int, count: int) -> np.ndarray:
    """`count` views of the picture (c, h, w) uint8, as a batch of training draws them -> (count, c, h, w) uint8."""
    import torch

    batch = torch.from_numpy(np.ascontiguousarray(pixels))[None].repeat(count, 1, 1, 1)
    views = recipe(batch, torch.Generator().manual_seed(seed))
    return (views * 255).round().to(torch.uint8).numpy()


def cosines(network: "Encoder", originals: np.ndarray, views: np.ndarray) -> np.ndarray:
    """Cosine of each view to its original: (n, c, h, w) or (1, c, h, w), and (n, c, h, w), uint8 -> (n,)."""
    directions = _directions(network, np.concatenate([originals, views]))
    return (directions[: len(originals)] * directions[len(originals) :]).sum(1).clip(-1, 1)


def likeness(network: "Encoder", index: Index, pixels: np.ndarray, views: np.ndarray, row: int | None) -> Likeness:
    """How alike the views (v, c, h, w) are to their picture, among all of `index`; `row`: its own place there."""
    directions = _directions(network, np.concatenate([pixels[None], views]))  # (1 + v, d)
    own = (directions[1:] @ directions[0]).clip(-1, 1)
    exclude = None if row is None else np.full(len(views), row)
    best, _ = index.search(directions[1:], 1, exclude=exclude)
    others = index.directions @ directions[0]
    if row is not None:
        others = np.delete(others, row)
    # Rounding: a copy of the picture elsewhere in the set is as near as the picture, not nearer.
    nearest = own >= best[:, 0] - 1e-5 if best.size else np.ones(len(views), bool)
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


def _directions(network: "Encoder", pixels: np.ndarray) -> np.ndarray:
    import torch

    from contrastive.embed import encode

    return unit_rows(encode(network, torch.from_numpy(pixels)))
