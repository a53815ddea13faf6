"""Writing: what a recipe must not do to digits without a word of warning."""

from collections.abc import Sequence

from contrastive.augment.geometry import Flip
from contrastive.augment.recipe import Recipe
from contrastive.augment.warp import PadRotateScale, Rotate

DIGITS = ("digits", "mnist")
"""Data sets of digits, by the name before any colon."""

FAR = 45
"""Degrees from which a turn is far: two views of a picture may then differ by a right angle and more."""


def warnings_for(recipe: Recipe, dataset: str, classes: Sequence[str] = ()) -> list[str]:
    """What a recipe teaches an encoder that is not so, one sentence or two each; empty where nothing is wrong.

    `dataset`: NAME or NAME:REST; a set whose `classes` are exactly 0 to 9 is taken for digits, too. Knobs count as
    they are at the strength of the recipe.
    """
    if dataset.partition(":")[0] not in DIGITS and set(classes) != set("0123456789"):
        return []
    active = [op for _, op in recipe.ops if op.probability > 0]
    said = []
    if any(isinstance(op, Flip) for op in active):
        said.append(
            "A mirrored 2 is not a 2: with this recipe the encoder is taught that they are the same. "
            "Switch the mirror off for writing, as the recipe simclr-no-flip does."
        )
    if any(_turns_far(op) for op in active):
        said.append(
            "A 6 upside down is a 9: turned this far, the encoder is taught that they are the same. "
            f"Turn writing by {FAR} degrees at most, and not by right angles."
        )
    return said


def _turns_far(op: object) -> bool:
    if isinstance(op, Rotate) and op.right_angles:
        return True
    return isinstance(op, Rotate | PadRotateScale) and op.degrees > FAR
