"""Recipe: an ordered list of operations that turns a batch of images into one view of each."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment.op import Drawn, Op

PART = 2**18
"""Numbers in flight at once, a megabyte: the views are the same as from whole batches, in two thirds of the time."""


@dataclass(frozen=True)
class Recipe:
    """`Recipe(images, generator)` -> one view of every image, float in 0..1, each drawn on its own."""

    name: str
    ops: tuple[tuple[str, Op], ...]
    size: int
    device: torch.device | None = None
    """Where views are made and left; None: where the images are."""

    def __call__(
        self,
        images: Tensor,
        generator: torch.Generator | None = None,
        *,
        share: tuple[int, slice] | None = None,
    ) -> Tensor:
        """images (n, c, h, w) uint8 or float in 0..1 -> (n, c, size, size) float32 in 0..1.

        `share`: the images are these rows of a batch of so many, and get the views they would have got in it.
        """
        return self.trace(images, generator, share=share)[0]

    def trace(
        self,
        images: Tensor,
        generator: torch.Generator | None = None,
        *,
        share: tuple[int, slice] | None = None,
    ) -> tuple[Tensor, list[tuple[str, Drawn]]]:
        """The same, with what was drawn for each operation in order."""
        generator = generator or torch.default_generator
        images = images.to(self.device)
        count, rows = share or (len(images), slice(None))
        first, *others = images.split(self._at_once(images))
        drawn_by_op: list[tuple[str, Drawn]] = []
        x = as_floats(first)
        for name, op in self.ops:
            drawn = op.draw(count, tuple(x.shape[1:]), generator)  # type: ignore[arg-type]
            drawn_by_op.append((name, {key: value[rows].to(x.device) for key, value in drawn.items()}))
            x = op.apply(x, {key: value[: len(x)] for key, value in drawn_by_op[-1][1].items()})
        views, done = [x], len(x)
        for part in others:
            x = as_floats(part)
            for (_, op), (_, drawn) in zip(self.ops, drawn_by_op, strict=True):
                x = op.apply(x, {key: value[done : done + len(part)] for key, value in drawn.items()})
            views.append(x)
            done += len(part)
        x = torch.cat(views) if others else x
        if x.shape[-1] != self.size:
            # Only a recipe without a crop comes here: crops resample on their own.
            x = functional.interpolate(x, (self.size, self.size), mode="bilinear", antialias=True).clamp(0, 1)
        return x, drawn_by_op

    def _at_once(self, images: Tensor) -> int:
        """How many images go through all operations together: on a processor, as many as its cache holds."""
        if images.device.type != "cpu" or not all(op.by_itself for _, op in self.ops):
            return max(1, len(images))
        return max(8, PART // max(images[:1].numel(), 1))

    def on(self, device: torch.device) -> "Recipe":
        """The same recipe, its views made on another device from the same draws."""
        return replace(self, device=device)

    def among(self, pictures: Tensor) -> "Recipe":
        """The same recipe for pictures of a set (m, c, h, w), uint8: its operations may take others of them."""
        return replace(self, ops=tuple((name, op.among(pictures)) for name, op in self.ops))

    def spec(self) -> list[dict[str, Any]]:
        """The operations as a list that a config can hold and `recipe` reads back."""
        return [{"op": name, **asdict(op)} for name, op in self.ops]


def as_floats(images: Tensor) -> Tensor:
    """uint8 -> float32 in 0..1; floats stay as they are."""
    return images.float().div_(255) if images.dtype == torch.uint8 else images.float()
