"""Augmentations and the recipes they make; every draw is per image, from an explicit generator.

To add an operation: write a class with `draw` and `apply`, and give it a line in OPS.
To add a recipe: give it a line in RECIPES.
"""

import math
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from contrastive.augment.blur import Blur
from contrastive.augment.colour import Colour, Grayscale
from contrastive.augment.damage import Cutout, Noise
from contrastive.augment.edges import Sobel
from contrastive.augment.geometry import Crop, Flip
from contrastive.augment.op import Op
from contrastive.augment.recipe import Recipe
from contrastive.augment.restyle import Style
from contrastive.augment.roi import Roi
from contrastive.augment.tone import Posterize, Solarize
from contrastive.augment.warp import PadRotateScale, Perspective, Rotate
from contrastive.augment.writing import warnings_for
from contrastive.errors import UserError

__all__ = ["OPS", "RECIPES", "Op", "Recipe", "recipe", "warnings_for"]

OPS: dict[str, type[Op]] = {
    "crop": Crop,
    "roi": Roi,
    "flip": Flip,
    "colour": Colour,
    "grayscale": Grayscale,
    "blur": Blur,
    "noise": Noise,
    "cutout": Cutout,
    "sobel": Sobel,
    "rotate": Rotate,
    "pad_rotate_scale": PadRotateScale,
    "perspective": Perspective,
    "solarize": Solarize,
    "posterize": Posterize,
    "style": Style,
}

Spec = Sequence[dict[str, Any]]

RECIPES: dict[str, tuple[str, Spec]] = {
    "none": ("The image as it is: every view is the same. What is left to learn without augmentation.", []),
    "simclr": (
        "Crop, mirror, colour, grayscale, blur: the views of SimCLR (arXiv:2002.05709, appendix A).",
        [{"op": "crop"}, {"op": "flip"}, {"op": "colour"}, {"op": "grayscale"}, {"op": "blur"}],
    ),
    "simclr-gentle": (
        "SimCLR's views with larger crops and half the colour: for small networks, and where colour matters.",
        [
            {"op": "crop", "area": (0.3, 1.0)},
            {"op": "flip"},
            {"op": "colour", "brightness": 0.4, "contrast": 0.4, "saturation": 0.4, "hue": 0.1},
            {"op": "grayscale"},
            {"op": "blur"},
        ],
    ),
    "simclr-no-flip": (
        "SimCLR's views without the mirror, for writing and digits: a mirrored 2 is not a 2.",
        [{"op": "crop", "area": (0.25, 1.0)}, {"op": "colour"}, {"op": "grayscale"}, {"op": "blur"}],
    ),
    "simclr-pairs": (
        "SimCLR's views with a blur of 3 pixels always: study A, for its pairwise and triplet losses.",
        [
            {"op": "crop"},
            {"op": "flip"},
            {"op": "colour"},
            {"op": "grayscale"},
            {"op": "blur", "probability": 1.0, "share": 0.0},
        ],
    ),
    "simclr-artdl": (
        "Mirror first, gentler colour, a blur of 9 pixels (at 256) always: study B, for paintings of saints.",
        [
            {"op": "flip"},
            {"op": "crop"},
            {"op": "colour", "brightness": 0.5, "contrast": 0.5, "saturation": 0.5, "hue": 0.1},
            {"op": "grayscale"},
            {"op": "blur", "probability": 1.0, "share": 9 / 256},
        ],
    ),
    "pad-rotate-scale": (
        "A little smaller on black and turned by up to 15 degrees: study A, and safe for digits.",
        [{"op": "pad_rotate_scale"}],
    ),
    "subset-a": (
        "Cutout, colour, noise and blur, and no crop: study D's first subset of SimCLR's operations.",
        [{"op": "cutout"}, {"op": "colour"}, {"op": "noise"}, {"op": "blur"}],
    ),
    "subset-b": (
        "A crop around what stands out, then cutout, colour and noise: study D's second subset.",
        # The study gives no order. A window found after cutout or noise would be drawn to them.
        [{"op": "roi"}, {"op": "cutout"}, {"op": "colour"}, {"op": "noise"}],
    ),
    "style": (
        "Painted in the manner of another picture of the set, and nothing else: study B's style views.",
        [{"op": "style"}],
    ),
    "style-mixed": (
        "A crop, mirrored or not, painted in the manner of another picture: outlines no longer give it away.",
        [{"op": "crop", "area": (0.3, 1.0)}, {"op": "flip"}, {"op": "style"}],
    ),
}


def recipe(name_or_spec: str | Spec, *, size: int, strength: float = 1.0) -> Recipe:
    """The recipe of a name, or of a list such as [{"op": "crop", "area": [0.2, 1]}, {"op": "flip"}].

    `size`: the side of the views in pixels; `strength`: 0 leaves the image as it is, 1 is as declared.
    Raises UserError for an unknown name, operation or knob.
    """
    if isinstance(name_or_spec, str):
        if name_or_spec not in RECIPES:
            raise UserError(f"There is no recipe {name_or_spec!r}.", f"Known: {', '.join(RECIPES)}.")
        name, (_, spec) = name_or_spec, RECIPES[name_or_spec]
    else:
        name, spec = "custom", name_or_spec
        if not isinstance(spec, list | tuple) or not all(isinstance(entry, dict) for entry in spec):
            raise UserError("A recipe is a name, or a list of operations.", 'For example [{"op": "flip"}].')
    return Recipe(name, tuple(_build(dict(entry), size, strength) for entry in spec), size)


def _alike(value: Any, default: Any) -> bool:
    """Whether a knob can be set to something, going by what it is set to when nobody touches it."""
    if isinstance(default, tuple):
        same = isinstance(value, list | tuple) and len(value) == len(default)
        return same and all(_alike(*pair) for pair in zip(value, default, strict=True))
    if isinstance(default, bool | str):
        return isinstance(value, type(default))
    if isinstance(default, int | float):
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return True


def _build(entry: dict[str, Any], size: int, strength: float) -> tuple[str, Op]:
    name = entry.pop("op", None)
    if not isinstance(name, str) or name not in OPS:
        raise UserError(f"There is no augmentation {name!r}.", f"Known: {', '.join(OPS)}.")
    kind = OPS[name]
    known = {field.name for field in fields(kind)}
    if unknown := set(entry) - known:
        raise UserError(f"{name} has no knob {sorted(unknown)[0]!r}.", f"Its knobs: {', '.join(sorted(known))}.")
    for field in fields(kind):
        if field.name in entry and not _alike(entry[field.name], field.default):
            said = f"{field.name} = {entry[field.name]!r} is not possible for {name}."
            raise UserError(said, f"It is something like {field.default!r}.")
    if "size" in known:
        entry.setdefault("size", size)
    knobs: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return name, kind(**knobs).weaker(strength)
