"""Real ImageNet weights: the same numbers as torchvision's, training from them, and what they are worth."""

import shutil
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
import torchvision
from torch import nn
from torch.nn import functional

from contrastive import datasets, encoders
from contrastive.datasets import ImageDataset
from contrastive.embed import encode, suit
from contrastive.encoders.pixels import pixels
from contrastive.errors import UserError
from contrastive.evaluate import PROBES
from contrastive.storage import data_dir

FILES = {"squeezenet1_0": "squeezenet1_0-imagenet.pth", "mobilenet_v2": "mobilenet_v2-imagenet.pth"}


@pytest.fixture(scope="module")
def pets(real: Path) -> ImageDataset:
    """400 pictures of three breeds of cats and dogs, 128 px."""
    return datasets.load(f"folder:{real / 'pets-3-breeds.zip'}", size=128).limit(400, seed=0)


@pytest.mark.parametrize("name", FILES)
def test_numbers_are_torchvisions(name: str, real: Path) -> None:
    path = real / "weights" / FILES[name]
    encoder = encoders.build(name, size=96, pretrained=path).eval()
    net = getattr(torchvision.models, name)(weights=None)
    net.load_state_dict(torch.load(path, weights_only=True))
    x = torch.rand(4, 3, 96, 96)
    if name == "mobilenet_v2":
        fed = (x - 0.5) / 0.5
    else:
        fed = torchvision.transforms.functional.normalize(x, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    with torch.no_grad():
        torch.testing.assert_close(encoder(x), net.eval().features(fed).mean((2, 3)), atol=1e-4, rtol=1e-4)
    assert "tensors of " + name + " found" in encoder.origin
    assert ("folded" in encoder.origin) == (name == "mobilenet_v2")


@pytest.mark.parametrize("name", FILES)
def test_saved_and_loaded_again(name: str, real: Path, tmp_path: Path) -> None:
    encoder = encoders.build(name, size=64, pretrained=real / "weights" / FILES[name]).eval()
    encoders.save_encoder(encoder, tmp_path / "a.safetensors")
    again = encoders.build(name, size=64, pretrained=tmp_path / "a.safetensors")
    assert again.hash() == encoder.hash()
    x = torch.rand(2, 3, 64, 64)
    assert torch.equal(again(x), encoder(x))


def test_fine_tuning_starts_where_the_weights_are(real: Path, pets: ImageDataset) -> None:
    """Folded batch-norm must not wake up in training: same numbers in both modes, and a loss that falls."""
    encoder = encoders.build("mobilenet_v2", size=128, pretrained=real / "weights" / FILES["mobilenet_v2"])
    few = pets.per_class(4, seed=0)
    x, y = suit(few.images, encoder), few.labels()
    with torch.no_grad():
        assert torch.equal(encoder.train()(x), encoder.eval()(x))
    torch.manual_seed(0)
    linear = nn.Linear(encoder.dim, 3)
    both = [*encoder.parameters(), *linear.parameters()]
    optimizer = torch.optim.AdamW(both, lr=1e-4)
    encoder.train()
    losses = []
    for _ in range(6):
        loss = functional.cross_entropy(linear(encoder(x)), y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.5 * losses[0]


def accuracy(encoder: encoders.Encoder, pets: ImageDataset) -> float:
    """Of a linear probe on every second picture, read on the others."""
    vectors, labels = encode(encoder, pets.images), pets.codes()
    train, test = np.arange(0, len(pets), 2), np.arange(1, len(pets), 2)
    report = PROBES["linear"](vectors[train], labels[train], vectors[test], labels[test], pets.classes)
    return report.accuracy


def test_worth_more_than_pixels(real: Path, pets: ImageDataset) -> None:
    raw = accuracy(pixels(3, 128), pets)
    found = {
        name: accuracy(encoders.build(name, size=128, pretrained=real / "weights" / file), pets)
        for name, file in FILES.items()
    }
    print(f"pixels {raw:.3f}", found)
    assert found["mobilenet_v2"] > raw + 0.3
    assert found["squeezenet1_0"] > raw + 0.2


def test_published_weights_are_read_from_their_place(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path))
    (data_dir() / "downloads").mkdir()
    source = real / "weights" / FILES["squeezenet1_0"]
    shutil.copy(source, data_dir() / "downloads" / "squeezenet1_0-b66bff10.pth")
    encoder = encoders.build("squeezenet1_0", size=96, pretrained=True)
    assert encoder.hash() == encoders.build("squeezenet1_0", size=96, pretrained=source).hash()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("resnet18", "resnet18-f37072fd.pth"),
        ("timm:convnext_tiny.fb_in22k", "convnext_tiny.fb_in22k.safetensors"),
    ],
)
def test_offline_names_the_file_and_its_place(
    name: str, file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def offline(*args: object, **options: object) -> None:
        raise URLError("no network")

    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    with pytest.raises(UserError, match=file) as told:
        encoders.build(name, size=96, pretrained=True)
    assert str(tmp_path / "downloads") in str(told.value)
    assert "https://" in str(told.value)


def test_without_published_weights() -> None:
    with pytest.raises(UserError, match="no published weights for tiny"):
        encoders.build("tiny", pretrained=True)
