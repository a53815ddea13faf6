"""Weights from elsewhere: every usual way to save a network loads, and what does not fit is one sentence."""

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch import Tensor, nn

from contrastive import encoders
from contrastive.errors import UserError

IMAGENET = (torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1), torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1))


@pytest.fixture(scope="module")
def net() -> nn.Module:
    """A ResNet-18 of torchvision whose statistics are not those of a fresh one."""
    torch.manual_seed(1)
    made = torchvision.models.resnet18(weights=None)
    made.train()
    with torch.no_grad():
        made(torch.rand(8, 3, 64, 64))
    return made.eval()


def prefixed(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {prefix + key: value for key, value in state.items()}


def backbone(net: nn.Module) -> nn.Module:
    """As lightly's users write it."""
    return nn.Sequential(*list(net.children())[:-1])


LAYOUTS: dict[str, Callable[[nn.Module], object]] = {
    "torchvision": lambda net: net.state_dict(),
    "distributed": lambda net: {"epoch": 3, "state_dict": prefixed(net.state_dict(), "module.")},
    "solo-learn": lambda net: {
        "state_dict": {**prefixed(net.state_dict(), "backbone."), "projector.0.weight": torch.zeros(3, 3)},
        "optimizer_states": [{"lr": 0.1}],
    },
    "lightly": lambda net: prefixed(backbone(net).state_dict(), "backbone."),
    "moco": lambda net: {
        "state_dict": {
            **prefixed(net.state_dict(), "module.encoder_q."),
            **{k: torch.zeros_like(v) for k, v in prefixed(net.state_dict(), "module.encoder_k.").items()},
        }
    },
    "teacher": lambda net: {
        "student": {k: torch.zeros_like(v) for k, v in net.state_dict().items()},
        "teacher": prefixed(net.state_dict(), "backbone."),
    },
    "half precision": lambda net: {k: v.half() if v.is_floating_point() else v for k, v in net.state_dict().items()},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str, net: nn.Module, tmp_path: Path) -> None:
    torch.save(LAYOUTS[layout](net), tmp_path / "weights.pth")
    encoder = encoders.build("resnet18", size=96, pretrained=tmp_path / "weights.pth").eval()
    x = torch.rand(2, 3, 96, 96)
    own = nn.Sequential(backbone(net), nn.Flatten())((x - IMAGENET[0]) / IMAGENET[1])
    torch.testing.assert_close(encoder(x), own, atol=2e-3 if layout == "half precision" else 1e-5, rtol=1e-2)
    assert "100 of the 100 tensors of resnet18 found." in encoder.origin


def test_own_names_and_safetensors(tmp_path: Path) -> None:
    """A plain state_dict of an encoder of ours, without our header, keeps what that encoder expects of pixels."""
    encoder = encoders.build("tiny", channels=1, size=28).eval()
    save_file(encoder.state_dict(), tmp_path / "plain.safetensors")
    again = encoders.build("tiny", channels=1, size=28, pretrained=tmp_path / "plain.safetensors").eval()
    assert again.hash() == encoder.hash()


@pytest.mark.parametrize(("channels", "size"), [(3, 32), (1, 96)])
def test_another_stem_is_skipped_and_said(channels: int, size: int, net: nn.Module, tmp_path: Path) -> None:
    torch.save(net.state_dict(), tmp_path / "weights.pt")
    encoder = encoders.build("resnet18", channels=channels, size=size, pretrained=tmp_path / "weights.pt")
    assert "99 of the 100 tensors" in encoder.origin
    assert "conv1.weight has another shape" in encoder.origin
    assert torch.equal(encoder.body.layer4[1].conv2.weight, net.layer4[1].conv2.weight)


def test_layers_without_a_place_are_said(tmp_path: Path) -> None:
    torch.save(torchvision.models.resnet34(weights=None).state_dict(), tmp_path / "deep.pth")
    encoder = encoders.build("resnet18", size=96, pretrained=tmp_path / "deep.pth")
    assert "not used are layer1.2.conv1.weight" in encoder.origin


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            lambda: torchvision.models.resnet50(weights=None).state_dict(),
            r"layer1\.0\.conv1\.weight is 64 x 64 x 1 x 1",
        ),
        (lambda: torchvision.models.squeezenet1_0(weights=None).state_dict(), "Only 0 of the 100 tensors"),
        (lambda: {"conv1.weight": torch.zeros(64, 3, 7, 7)}, "Only 1 of the 100.*missing is bn1.weight"),
        (lambda: {"args": argparse.Namespace(lr=1), "conv1.weight": torch.zeros(1)}, "never run"),
        (lambda: nn.Linear(2, 2), "never run"),
        (lambda: {"epoch": 3}, "no named tensors"),
        (lambda: [torch.zeros(3)], "no named tensors"),
    ],
)
def test_what_does_not_fit_is_a_sentence(content: Callable[[], object], words: str, tmp_path: Path) -> None:
    torch.save(content(), tmp_path / "weights.pth")
    with pytest.raises(UserError, match=words) as told:
        encoders.build("resnet18", size=96, pretrained=tmp_path / "weights.pth")
    assert "\n" not in str(told.value)


def test_damaged_and_missing_files_are_sentences(tmp_path: Path) -> None:
    for name in ("junk.pth", "junk.safetensors", "empty.pt"):
        (tmp_path / name).write_bytes(b"" if "empty" in name else b"not weights at all")
        with pytest.raises(UserError, match=name):
            encoders.build("resnet18", pretrained=tmp_path / name)
    with pytest.raises(UserError, match="no file"):
        encoders.build("resnet18", pretrained=tmp_path / "missing.pth")


def test_where_weights_come_from() -> None:
    assert encoders.start("") is None
    assert encoders.start("digits-tiny") is None
    assert encoders.start("pretrained") is True
    assert encoders.start("file:weights") == Path("weights")
    assert encoders.start("some/where.safetensors") == Path("some/where.safetensors")
