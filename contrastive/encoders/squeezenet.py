"""`squeezenet1_0`: few weights, no batch-norm."""

from torch import nn

from contrastive.encoders.encoder import Encoder


def squeezenet1_0(channels: int, size: int) -> Encoder:
    """SqueezeNet 1.0 (arXiv:1602.07360) without its classifier, 512 numbers an image; 0.7 million weights.

    The mean over positions of the last fire module, which is also its last block. Made for pictures of 224 px: those
    of 32 px end in a single position.
    """
    from torchvision.models import squeezenet1_0 as build_squeezenet

    features = build_squeezenet(weights=None).features
    if channels != 3:
        features[0] = nn.Conv2d(channels, 96, 7, stride=2)
    return Encoder("squeezenet1_0", features, dim=512, channels=channels, size=size)
