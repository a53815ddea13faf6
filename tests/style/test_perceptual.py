"""Perceptual networks: their taps are what torchvision's own models give, and missing weights are one sentence."""

from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models

from contrastive.errors import UserError
from contrastive.style.perceptual import TAPS, Perceptual


def features(name: str) -> nn.Sequential:
    """The layers of torchvision's model with random weights; VGG-19 without its classifier, which is huge."""
    if name == "vgg19":
        return models.vgg.make_layers(models.vgg.cfgs["E"])
    return getattr(models, name)(weights=None).features


@pytest.mark.parametrize("name", list(TAPS))
def test_taps_are_what_a_hook_hears_in_torchvisions_own_model(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    layers = features(name).eval()
    torch.save({f"features.{key}": value for key, value in layers.state_dict().items()}, tmp_path / "w.pth")
    heard: dict[int, torch.Tensor] = {}
    taps = TAPS[name]
    for number in (*taps.style, taps.content):
        layers[number].register_forward_hook(lambda _, __, y, number=number: heard.update({number: y.clone()}))
    x = torch.rand(2, 3, 48, 40)
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    judge = Perceptual(f"{name}:{tmp_path / 'w.pth'}").train()
    with torch.no_grad():
        layers((x - mean.view(1, 3, 1, 1)) / deviation.view(1, 3, 1, 1))
        styles, content = judge(x)
    for number, tap in zip((*taps.style, taps.content), (*styles, content), strict=True):
        torch.testing.assert_close(tap, heard[number], atol=1e-5, rtol=1e-5)
    assert not any(parameter.requires_grad for parameter in judge.parameters())
    assert not judge.encoder.training


@pytest.mark.parametrize(
    ("name", "file"), [("vgg19", "vgg19-dcbb9e9d.pth"), ("mobilenet_v2", "mobilenet_v2-b0353104.pth")]
)
def test_missing_weights_offline_name_file_and_folder(
    name: str, file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    with pytest.raises(UserError) as told:
        Perceptual(name)
    assert file in str(told.value)
    assert str(tmp_path / "downloads") in str(told.value)


def test_other_names_and_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no perceptual network 'resnet18'"):
        Perceptual("resnet18")
    with pytest.raises(UserError, match=r"There is no file .*nothing\.pth"):
        Perceptual(f"squeezenet1_0:{tmp_path / 'nothing.pth'}")
    (tmp_path / "lie.pth").write_bytes(b"not weights")
    with pytest.raises(UserError, match=r"lie\.pth"):
        Perceptual(f"squeezenet1_0:{tmp_path / 'lie.pth'}")
