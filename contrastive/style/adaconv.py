"""AdaConv: convolutions whose kernels a style picture decides (Chandran et al. 2021)."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrastive.style.statistics import normalised, padded


class Kernels(NamedTuple):
    """One depthwise-separable convolution for every picture of a batch."""

    spatial: Tensor
    """(n, c, 3, 3): one 3 x 3 kernel for every channel."""
    pointwise: Tensor
    """(n, c, c / g): mixes the channels within each of g groups."""
    bias: Tensor
    """(n, c)."""


def adaptive_convolution(x: Tensor, kernels: Kernels) -> Tensor:
    """x (n, c, h, w), normalised per channel, convolved with the kernels of its own picture -> (n, c, h, w).

    The batch is one convolution with n c groups, followed by one with n g: no loop over pictures.
    Source: Chandran et al. 2021, Adaptive Convolutions for Structure-Aware Style Transfer (CVPR), section 3.1, where
    the spatial kernels are here depthwise.
    """
    n, c, h, w = x.shape
    spatial, pointwise, bias = (part.to(x.dtype) for part in kernels)
    groups = c // pointwise.shape[2]
    x = padded(normalised(x))
    x = functional.conv2d(x.reshape(1, n * c, h + 2, w + 2), spatial.reshape(n * c, 1, 3, 3), groups=n * c)
    # A convolution of width 1 in n g groups is n g matrix products, which is how processors do it fastest.
    mixed = pointwise.reshape(n * groups, c // groups, c // groups) @ x.reshape(n * groups, c // groups, h * w)
    return mixed.view(n, c, h, w) + bias.view(n, c, 1, 1)


class KernelPredictor(nn.Module):
    """Style code (n, s, 3, 3) -> the kernels of one adaptive convolution (Chandran et al. 2021, section 3.2)."""

    def __init__(self, style: int, channels: int, *, per_group: int = 16) -> None:
        """`style`: channels s of the code; `channels`: of the features that are convolved."""
        super().__init__()
        self.channels, self.per_group = channels, math.gcd(per_group, channels)
        self.spatial = nn.Conv2d(style, channels, 3, padding=1)
        self.pointwise = nn.Linear(style, channels * self.per_group)
        self.bias = nn.Linear(style, channels)
        for layer in (self.spatial, self.pointwise, self.bias):
            # Small at the start, so that what passes is the normalised picture itself.
            nn.init.normal_(layer.weight, std=0.2 / layer.weight[0].numel() ** 0.5)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]  # torch types it as optional
        centre = torch.zeros(1, channels, 3, 3)
        centre[:, :, 1, 1] = 1
        self.register_buffer("centre", centre, persistent=False)
        groups = channels // self.per_group
        self.register_buffer("same", torch.eye(self.per_group).repeat(groups, 1), persistent=False)

    def forward(self, code: Tensor) -> Kernels:
        """code (n, s, 3, 3) -> Kernels. What is predicted is the difference from a kernel that changes nothing."""
        pooled = code.mean((2, 3))
        pointwise = self.pointwise(pooled).view(-1, self.channels, self.per_group)
        return Kernels(self.spatial(code) + self.centre, pointwise + self.same, self.bias(pooled))
