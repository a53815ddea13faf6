"""`resnet18`: the standard residual network of torchvision, with the stem for small images where they are small."""

from torch import nn

from contrastive.encoders.encoder import Encoder

SMALL = 64


def resnet18(channels: int, size: int) -> Encoder:
    """ResNet-18 (arXiv:1512.03385), 512 numbers an image.

    Up to 64 px the stem is one 3x3 convolution without pooling, as SimCLR does for CIFAR-10
    (arXiv:2002.05709, appendix B.9); above, the usual 7x7 convolution and pooling.
    """
    from torchvision.models import resnet18 as build_resnet18

    net = build_resnet18(weights=None)
    if size <= SMALL:
        net.conv1 = nn.Conv2d(channels, 64, 3, padding=1, bias=False)
        net.maxpool = nn.Identity()
    elif channels != 3:
        net.conv1 = nn.Conv2d(channels, 64, 7, stride=2, padding=3, bias=False)
    stages = [net.layer1, net.layer2, net.layer3, net.layer4]
    body = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool, *stages)
    return Encoder("resnet18", body, dim=512, channels=channels, size=size)
