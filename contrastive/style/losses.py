"""What a restyled picture is pulled towards: the content's features, and the style's statistics of features.

Features are (n, c, h, w) maps of a network that knows pictures. Each loss is a mean over the batch, divided by the
energy of its target, so that one weight serves every layer and every network.
"""

import torch
from torch import Tensor

from contrastive.style.statistics import moments, normalised

SMALL = 1e-6


def content_loss(x: Tensor, content: Tensor) -> Tensor:
    """Squared distance between the maps of two pictures, each channel normalised so that its palette does not count.

    Shape: x and content (n, c, h, w). Source: arXiv:1703.06868, eq. 12, on instance-normalised features.
    """
    return (normalised(x) - normalised(content)).square().mean()


def moments_loss(x: Tensor, style: Tensor) -> Tensor:
    """Squared distance between the means and between the deviations of every channel.

    Shape: x (n, c, h, w), style (n, c, h', w'). Source: arXiv:1703.06868, eq. 13.
    """
    return sum(
        (_relative(own, wanted) for own, wanted in zip(moments(x), moments(style), strict=True)), torch.zeros(())
    )


def gram(x: Tensor) -> Tensor:
    """x (n, c, h, w) -> (n, c, c): mean product of every two channels (Gatys et al., arXiv:1508.06576, eq. 3)."""
    flat = x.float().flatten(2)
    return flat @ flat.mT / flat.shape[2]


def gram_loss(x: Tensor, style: Tensor) -> Tensor:
    """Squared distance between the Gram matrices (Gatys et al. 2016, arXiv:1508.06576, eq. 4 and 5)."""
    return _relative(gram(x), gram(style))


def cmd_loss(x: Tensor, style: Tensor, *, order: int = 5) -> Tensor:
    """Central moment discrepancy: distance of the means, and of the central moments 2 to `order`, of every channel.

    Features pass a sigmoid first, so that they lie in 0..1 as the formula wants it.
    Source: Kalischek et al. 2021, arXiv:2103.07208, eq. 5 and 6; CMD itself: arXiv:1702.08811.
    """
    x, style = torch.sigmoid(x.float().flatten(2)), torch.sigmoid(style.float().flatten(2))
    means = x.mean(2, keepdim=True), style.mean(2, keepdim=True)
    total = _length(means[0] - means[1])
    x, style = x - means[0], style - means[1]
    for power in range(2, order + 1):
        total = total + _length(x.pow(power).mean(2) - style.pow(power).mean(2))
    return total.mean()


def variation(x: Tensor) -> Tensor:
    """Total variation: mean absolute difference of neighbouring pixels of x (n, c, h, w)."""
    return (x[..., 1:, :] - x[..., :-1, :]).abs().mean() + (x[..., 1:] - x[..., :-1]).abs().mean()


def _relative(own: Tensor, wanted: Tensor) -> Tensor:
    """Squared distance of every picture divided by the energy of what is wanted; mean over the batch."""
    distance, energy = (own - wanted).square().flatten(1).sum(1), wanted.square().flatten(1).sum(1)
    return (distance / (energy + SMALL)).mean()


def _length(difference: Tensor) -> Tensor:
    # Without the small number, the slope at zero is infinite.
    return (difference.flatten(1).square().sum(1) + SMALL**2).sqrt()
