"""Encoder: a backbone that turns images into representations, and knows how it wants to be fed."""

from typing import Any

import torch
from torch import Tensor, nn

from contrastive.storage import digest


class Encoder(nn.Module):
    """Images in 0..1 -> representations h; `feature_map` stops before the mean over positions.

    Normalisation of the input belongs to the encoder: callers always pass pixels in 0..1.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        name: str,
        body: nn.Module,
        *,
        dim: int,
        channels: int,
        size: int,
        mean: tuple[float, ...] = (0.5,),
        std: tuple[float, ...] = (0.5,),
    ) -> None:
        """`body`: (n, c, h, w) -> (n, dim, h', w')."""
        super().__init__()
        self.name, self.dim, self.channels, self.size = name, dim, channels, size
        self.body = body
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, -1, 1, 1), persistent=False)

    def feature_map(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) in 0..1 -> (n, dim, h', w')."""
        return self.body((x - self.mean) / self.std)

    def forward(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) in 0..1 -> h (n, dim): the mean of the feature map over its positions."""
        return self.feature_map(x).mean((2, 3))

    def describe(self) -> dict[str, Any]:
        """What `build` needs to make this encoder again, ready for JSON."""
        return {"name": self.name, "channels": self.channels, "size": self.size}

    def hash(self) -> str:
        """Content hash (32 hex digits) of architecture and weights."""
        parts: list[str | bytes] = [repr(sorted(self.describe().items()))]
        for key, value in sorted(self.state_dict().items()):
            parts += [key, value.detach().cpu().contiguous().numpy().tobytes()]
        return digest(*parts)
