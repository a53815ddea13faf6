"""The teacher of a distilled run: a network that already knows pictures, and what it makes of those trained on."""

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from contrastive import catalogue, encoders
from contrastive.config import TrainConfig
from contrastive.datasets import ImageDataset
from contrastive.embed import Progress, embed
from contrastive.encoders import Encoder
from contrastive.encoders.published import TORCHVISION


def teacher(config: TrainConfig, images: ImageDataset) -> Encoder:
    """The network `config.teacher` names, in evaluation mode.

    NAME or NAME:FILE of a network with published weights, else an encoder of this program. Raises UserError for
    another name, and one that says which file to put where when there are no weights.
    """
    kind, _, file = config.teacher.partition(":")
    if kind in TORCHVISION and file:
        return encoders.build(kind, size=catalogue.IMAGENET_SIDE, pretrained=Path(file).expanduser()).eval()
    return catalogue.find(config.teacher).load(images)


def lessons(config: TrainConfig, images: ImageDataset, progress: Progress | None = None) -> Tensor:
    """What the teacher says of every picture, (n, t): less the mean of all, at unit length; kept on disk.

    The mean is taken away because it is the same for all: vectors after a ReLU all point into one corner.
    """
    vectors = torch.from_numpy(embed(teacher(config, images), images, progress=progress).copy())
    return functional.normalize(vectors - vectors.mean(0), dim=1)
