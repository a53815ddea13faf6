"""Op: one augmentation as two steps, drawing parameters and applying them.

Drawing is apart from applying so that a page can show what was drawn, and a test can apply the same parameters
with another library. All operations work on a whole batch, with one draw for every image.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import torch
from torch import Tensor

Drawn = dict[str, Tensor]


def knob(default: Any, low: float | None = None, high: float | None = None, meaning: str = "") -> Any:
    """A field of an operation that one may turn: from `low` to `high` it is a slider, `meaning` its help."""
    return field(default=default, metadata={"low": low, "high": high, "meaning": meaning})


@dataclass(frozen=True)
class Op(ABC):
    """Base of all augmentations. `probability`: the share of images it is applied to."""

    by_itself: ClassVar[bool] = True
    """Whether what becomes of a picture depends on it and on its draws alone."""

    probability: float = knob(1.0, 0.0, 1.0, "Share of the pictures it is applied to.")

    @abstractmethod
    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """Parameters for n images of shape (c, h, w), each a tensor (n, ...) on the generator's device."""

    @abstractmethod
    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) in 0..1 with parameters for each image -> (n, c, h', w') in 0..1."""

    @abstractmethod
    def weaker(self, strength: float) -> "Op":
        """The same operation with its knobs scaled: 0 does nothing, 1 is as declared."""

    def keep(self, n: int, generator: torch.Generator) -> Tensor:
        """(n,) bool: which images the operation is applied to."""
        return torch.rand(n, generator=generator, device=generator.device) < self.probability

    def among(self, pictures: Tensor) -> "Op":
        """The same operation for pictures of a set (m, c, h, w) of which it may take others; most need none."""
        return self

    def with_knobs(self, **knobs: Any) -> "Op":
        """A copy with other knobs."""
        return replace(self, **knobs)


def chosen_only(x: Tensor, chosen: Tensor, change: Callable[[Tensor], Tensor]) -> Tensor:
    """x (n, ...) with `change` made to the pictures that are chosen (n,) bool, at no cost for the others."""
    rows = chosen.nonzero().flatten()
    return x.index_copy(0, rows, change(x.index_select(0, rows))) if len(rows) else x


def uniform(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """(n,) numbers drawn evenly from low to high."""
    return torch.rand(n, generator=generator, device=generator.device) * (high - low) + low
