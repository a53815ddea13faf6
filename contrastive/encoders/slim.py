"""`slim`: a residual network of few weights, for pictures of 64 to 160 px on a CPU."""

from torch import nn

from contrastive.encoders.encoder import Encoder

WIDTHS = (40, 80, 160, 320)
OUT = 512


def slim(channels: int, size: int) -> Encoder:
    """ResNet-18 (arXiv:1512.03385) at five eighths of its width, 512 numbers an image; 4.5 million weights.

    A 5x5 stem of stride 2, four stages of two blocks, each of which halves the side, then a 1x1 convolution to 512
    and the mean over positions. About 0.25 GFLOP for an image of 96 px.
    """
    from torchvision.models.resnet import BasicBlock

    stem = nn.Conv2d(channels, WIDTHS[0], 5, stride=2, padding=2, bias=False)
    layers: list[nn.Module] = [stem, nn.BatchNorm2d(WIDTHS[0]), nn.ReLU(inplace=True)]
    before = WIDTHS[0]
    for width in WIDTHS:
        beside = nn.Sequential(nn.Conv2d(before, width, 1, stride=2, bias=False), nn.BatchNorm2d(width))
        layers += [BasicBlock(before, width, 2, beside), BasicBlock(width, width)]
        before = width
    layers += [nn.Conv2d(before, OUT, 1, bias=False), nn.BatchNorm2d(OUT), nn.ReLU(inplace=True)]
    return Encoder("slim", nn.Sequential(*layers), dim=OUT, channels=channels, size=size, last=("10", "11", "12"))
