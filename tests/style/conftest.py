"""What the tests of style share: a folder of small pictures, and a judge with random weights in a file."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Twenty smooth pictures of two classes, as the name of a data set."""
    place, rng = tmp_path_factory.mktemp("album"), np.random.default_rng(0)
    for number in range(20):
        coarse = Image.fromarray(rng.integers(0, 256, (5, 5, 3), dtype=np.uint8))
        file = place / f"class-{number % 2}" / f"{number}.png"
        file.parent.mkdir(exist_ok=True)
        coarse.resize((40, 40), Image.Resampling.BICUBIC).save(file)
    return f"folder:{place}"


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SqueezeNet with random weights, as the name of a perceptual network."""
    from torchvision.models import squeezenet1_0

    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = squeezenet1_0(weights=None)
    file: Path = tmp_path_factory.mktemp("judge") / "squeezenet.pth"
    torch.save(net.state_dict(), file)
    return f"squeezenet1_0:{file}"
