"""`vgg19`: plain convolutions, large; what style transfer listens to."""

from contrastive.encoders.encoder import Encoder


def vgg19(channels: int, size: int) -> Encoder:
    """VGG-19 (arXiv:1409.1556) without its classifier, 512 numbers an image; 20 million weights.

    The mean over positions of the last block, which are its last four convolutions. A file of 550 MiB.
    """
    from torch import nn
    from torchvision.models import vgg19 as build_vgg

    # Without its last pooling, so that a picture of 28 px still has a position left.
    features = build_vgg(weights=None).features[:-1]
    if channels != 3:
        features[0] = nn.Conv2d(channels, 64, 3, padding=1)
    last = tuple(str(number) for number in range(28, 36))
    return Encoder("vgg19", features, dim=512, channels=channels, size=size, last=last)
