"""`tiny`: five convolutions, small enough to learn something on a CPU in a minute."""

from torch import nn

from contrastive.encoders.encoder import Encoder

WIDTHS = ((32, 1), (64, 2), (128, 1), (128, 2), (256, 1))
LARGE = 48


def tiny(channels: int, size: int) -> Encoder:
    """3x3 convolutions 32 - 64/2 - 128 - 128/2 - 256 with batch-norm and ReLU, then the mean over positions.

    About 0.08 GFLOP for one image of 28 px. Above 48 px one more convolution of stride 2 comes first. Source: this
    program.
    """
    layers: list[nn.Module] = []
    before = channels
    for width, stride in (((32, 2),) if size > LARGE else ()) + WIDTHS:
        layers += [
            nn.Conv2d(before, width, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        ]
        before = width
    return Encoder("tiny", nn.Sequential(*layers), dim=before, channels=channels, size=size)
