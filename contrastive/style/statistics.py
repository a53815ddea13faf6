"""Statistics of feature maps: mean and deviation of every channel, and taking them away or putting others on."""

import torch
from torch import Tensor
from torch.nn import functional

EPSILON = 1e-5


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """x (n, c, h, w) -> mean and standard deviation over positions, each (n, c, 1, 1) in float32.

    Source: arXiv:1703.06868, eq. 5 and 6.
    """
    # Channels last, as maps lie in memory; a sum of squares is then several times faster than torch.var on a CPU. The
    # mean is taken away first to stay exact.
    flat = x.permute(0, 2, 3, 1).flatten(1, 2).float()
    mean = flat.mean(1, keepdim=True)
    rest = flat - mean
    squares = rest.square() if rest.requires_grad else rest.square_()
    deviation = (squares.mean(1, keepdim=True) + EPSILON).sqrt()
    return mean.mT.unsqueeze(3), deviation.mT.unsqueeze(3)


def normalised(x: Tensor) -> Tensor:
    """x (n, c, h, w) with mean 0 and deviation 1 in every channel of every picture (instance normalisation)."""
    mean, deviation = moments(x)
    return (x - mean.to(x.dtype)) * (1 / deviation).to(x.dtype)


def adain(x: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
    """Adaptive instance normalisation: x (n, c, h, w) with the `mean` and `deviation` (n, c, 1, 1) of a style.

    Source: Huang and Belongie 2017, arXiv:1703.06868, eq. 8.
    """
    own, spread = moments(x)
    # The mean goes first: a flat channel is then exactly zero, in a short number format, too.
    rest = x - own.to(x.dtype)
    return torch.addcmul(mean.to(x.dtype), rest, (deviation / spread).to(x.dtype))


def padded(x: Tensor) -> Tensor:
    """x (n, c, h, w) with its border repeated by one: (n, c, h + 2, w + 2)."""
    # Autocast would do it in float32 on a CPU.
    with torch.autocast(x.device.type, enabled=False):
        return functional.pad(x, (1, 1, 1, 1), mode="replicate")
