"""Recipe: an ordered list of operations that turns a batch of images into one view of each."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment.op import Drawn, Op


@dataclass(frozen=True)
class Recipe:
    """`Recipe(images, generator)` -> one view of every image, float in 0..1, each drawn on its own."""

    name: str
    ops: tuple[tuple[str, Op], ...]
    size: int
    device: torch.device | None = None
    """Where views are made and left; None: where the images are."""

    def __call__(self, images: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """images (n, c, h, w) uint8 or float in 0..1 -> (n, c, size, size) float32 in 0..1."""
        return self.trace(images, generator)[0]

    def trace(
        self, images: Tensor, generator: torch.Generator | None = None
    ) -> tuple[Tensor, list[tuple[str, Drawn]]]:
        """The same, with what was drawn for each operation in order."""
        generator = generator or torch.default_generator
        images = images.to(self.device)
        x = images.float().div_(255) if images.dtype == torch.uint8 else images.float()
        drawn_by_op: list[tuple[str, Drawn]] = []
        for name, op in self.ops:
            drawn = op.draw(len(x), tuple(x.shape[1:]), generator)  # type: ignore[arg-type]
            drawn = {key: value.to(x.device) for key, value in drawn.items()}
            x = op.apply(x, drawn)
            drawn_by_op.append((name, drawn))
        if x.shape[-1] != self.size:
            # Only a recipe without a crop comes here: crops resample on their own.
            x = functional.interpolate(x, (self.size, self.size), mode="bilinear", antialias=True).clamp(0, 1)
        return x, drawn_by_op

    def on(self, device: torch.device) -> "Recipe":
        """The same recipe, its views made on another device from the same draws."""
        return replace(self, device=device)

    def among(self, pictures: Tensor) -> "Recipe":
        """The same recipe for pictures of a set (m, c, h, w), uint8: its operations may take others of them."""
        return replace(self, ops=tuple((name, op.among(pictures)) for name, op in self.ops))

    def spec(self) -> list[dict[str, Any]]:
        """The operations as a list that a config can hold and `recipe` reads back."""
        return [{"op": name, **asdict(op)} for name, op in self.ops]
