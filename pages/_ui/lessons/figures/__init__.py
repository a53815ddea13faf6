"""The live figure of each lesson: `draw(images, known, key)` in the file called like the lesson.

It draws, says in a sentence what came out, and returns the facts that the answers of the lesson quote, each as text.
"""

from collections.abc import Callable
from importlib import import_module

from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

Draw = Callable[[ImageDataset, Known, str], dict[str, str]]


def figure(module: str) -> Draw:
    """The figure of a lesson, imported when it is asked for: some need torch."""
    draw: Draw = import_module(f"{__name__}.{module}").draw
    return draw
