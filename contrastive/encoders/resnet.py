"""`resnet18` and `resnet50`: torchvision's residual networks, with the stem for small images where they are small."""

from collections import OrderedDict

from torch import nn

from contrastive.encoders.encoder import Encoder

SMALL = 64


def resnet18(channels: int, size: int) -> Encoder:
    """ResNet-18 (arXiv:1512.03385), 512 numbers an image.

    Up to 64 px the stem is one 3x3 convolution without pooling, as SimCLR does for CIFAR-10
    (arXiv:2002.05709, appendix B.9); above, the usual 7x7 convolution and pooling. Its last block is the last of
    the four stages.
    """
    from torchvision.models import resnet18 as build_resnet18

    return _residual("resnet18", build_resnet18(weights=None), 512, channels, size)


def resnet50(channels: int, size: int) -> Encoder:
    """ResNet-50 (arXiv:1512.03385), 2,048 numbers an image; stem and last block as those of ResNet-18."""
    from torchvision.models import resnet50 as build_resnet50

    return _residual("resnet50", build_resnet50(weights=None), 2048, channels, size)


def _residual(name: str, net: nn.Module, dim: int, channels: int, size: int) -> Encoder:
    layers = OrderedDict(net.named_children())
    del layers["avgpool"], layers["fc"]
    if size <= SMALL:
        layers["conv1"] = nn.Conv2d(channels, 64, 3, padding=1, bias=False)
        layers["maxpool"] = nn.Identity()
    elif channels != 3:
        layers["conv1"] = nn.Conv2d(channels, 64, 7, stride=2, padding=3, bias=False)
    return Encoder(name, nn.Sequential(layers), dim=dim, channels=channels, size=size)
