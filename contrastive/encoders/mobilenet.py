"""`mobilenet_v2`: depthwise convolutions, quick on a CPU."""

from torch import nn

from contrastive.encoders.encoder import Encoder


def mobilenet_v2(channels: int, size: int) -> Encoder:
    """MobileNetV2 (arXiv:1801.04381) without its classifier, 1,280 numbers an image; 2.2 million weights.

    The mean over positions. Its last block is the last inverted residual and the convolution that widens it to 1,280.
    """
    from torchvision.models import mobilenet_v2 as build_mobilenet

    features = build_mobilenet(weights=None).features
    if channels != 3:
        features[0][0] = nn.Conv2d(channels, 32, 3, stride=2, padding=1, bias=False)
    return Encoder("mobilenet_v2", features, dim=1280, channels=channels, size=size, last=("17", "18"))
