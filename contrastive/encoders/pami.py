"""`pami`: the five-convolution network of study A, very small and with a sigmoid at its end."""

import torch
from torch import Tensor, nn

from contrastive.encoders.encoder import Encoder

WIDTHS = (32, 64, 128, 256, 8)


def pami(channels: int, size: int) -> Encoder:
    """2x2 convolutions 32 - 64 - 128 - 256 - 8 without biases, then every position of the last in a row.

    Stride 2 and padding 1, the last with stride 1 and no padding; LeakyReLU 0.2 after the first four, batch-norm on
    the middle three, a sigmoid at the end: 128, 8,192, 32,768, 131,072 and 8,192 weights on one channel. Pictures of
    28 or 32 px give 2 x 2 positions, so 32 numbers between 0 and 1. Inputs are scaled to -1..1.
    Source: the pairwise and triplet study this project grew from.
    """
    layers: list[nn.Module] = []
    before = channels
    for place, width in enumerate(WIDTHS[:-1]):
        layers.append(nn.Conv2d(before, width, 2, stride=2, padding=1, bias=False))
        if place > 0:
            layers.append(nn.BatchNorm2d(width))
        layers.append(nn.LeakyReLU(0.2, inplace=True))
        before = width
    layers += [nn.Conv2d(before, WIDTHS[-1], 2, bias=False), nn.Sigmoid()]
    side = size
    for _ in WIDTHS[:-1]:
        side = side // 2 + 1
    return _Flat("pami", nn.Sequential(*layers), dim=WIDTHS[-1] * (side - 1) ** 2, channels=channels, size=size)


class _Flat(Encoder):
    def forward(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) in 0..1 -> h (n, dim): the feature map in a row."""
        return torch.flatten(self.feature_map(x), 1)
