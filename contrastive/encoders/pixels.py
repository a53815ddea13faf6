"""Raw pixels as an encoder: the baseline that every learned representation has to beat."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrastive.encoders.encoder import Encoder

LARGEST = 32


def pixels(channels: int, size: int) -> Encoder:
    """The pixels themselves, averaged down to at most 32 x 32, in a row."""
    side = min(size, LARGEST)
    return _Pixels("pixels", nn.Identity(), dim=channels * side * side, channels=channels, size=size)


class _Pixels(Encoder):
    def feature_map(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) -> (n, c, h', w'): the pixels as they are, averaged down."""
        side = min(self.size, LARGEST)
        return functional.adaptive_avg_pool2d(x, side) if x.shape[-1] != side else x

    def forward(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) -> (n, c h' w')."""
        return torch.flatten(self.feature_map(x), 1)
