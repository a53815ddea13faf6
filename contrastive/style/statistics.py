"""Statistics of feature maps: mean and deviation of every channel, and taking them away or putting others on."""

from torch import Tensor

EPSILON = 1e-5


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """x (n, c, h, w) -> mean and standard deviation over positions, each (n, c, 1, 1) in float32.

    Source: arXiv:1703.06868, eq. 5 and 6.
    """
    flat = x.float().flatten(2)
    mean = flat.mean(2, keepdim=True)
    # A sum of squares is several times faster than torch.var on a CPU; the mean is taken away first to stay exact.
    deviation = ((flat - mean).square().mean(2, keepdim=True) + EPSILON).sqrt()
    return mean.unsqueeze(3), deviation.unsqueeze(3)


def normalised(x: Tensor) -> Tensor:
    """x (n, c, h, w) with mean 0 and deviation 1 in every channel of every picture (instance normalisation)."""
    mean, deviation = moments(x)
    # One multiplication and one addition in the format of x, instead of a copy in float32.
    return x * (1 / deviation).to(x.dtype) - (mean / deviation).to(x.dtype)


def adain(x: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
    """Adaptive instance normalisation: x (n, c, h, w) with the `mean` and `deviation` (n, c, 1, 1) of a style.

    Source: Huang and Belongie 2017, arXiv:1703.06868, eq. 8.
    """
    return normalised(x) * deviation.to(x.dtype) + mean.to(x.dtype)
