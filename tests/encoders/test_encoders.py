"""Backbones: shapes, size, weights on disk, and what is frozen."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode

from contrastive import encoders
from contrastive.encoders.pixels import pixels
from contrastive.errors import UserError
from contrastive.storage import pretrained_dir


@pytest.mark.parametrize("name", encoders.names())
@pytest.mark.parametrize(("channels", "size"), [(1, 28), (3, 32), (3, 96)])
def test_shapes(name: str, channels: int, size: int) -> None:
    encoder = encoders.build(name, channels=channels, size=size).eval()
    x = torch.rand(2, channels, size, size)
    h, positions = encoder(x), encoder.feature_map(x)
    assert h.shape == (2, encoder.dim)
    torch.testing.assert_close(positions.flatten(1) if name == "pami" else positions.mean((2, 3)), h)


def test_tiny_costs_what_it_says() -> None:
    encoder = encoders.build("tiny", channels=1, size=28).eval()
    with FlopCounterMode(display=False) as counter:
        encoder(torch.rand(1, 1, 28, 28))
    assert counter.get_total_flops() == pytest.approx(0.08e9, rel=0.1)


@pytest.mark.parametrize("size", [28, 32])
def test_pami_is_the_network_of_study_a(size: int) -> None:
    encoder = encoders.build("pami", channels=1, size=size)
    layers = [layer for layer in encoder.body if isinstance(layer, torch.nn.Conv2d)]
    assert [layer.weight.numel() for layer in layers] == [128, 8_192, 32_768, 131_072, 8_192]
    assert all(layer.bias is None and layer.kernel_size == (2, 2) for layer in layers)
    kinds = [type(layer).__name__ for layer in encoder.body if not isinstance(layer, torch.nn.Conv2d)]
    assert kinds == ["LeakyReLU", *["BatchNorm2d", "LeakyReLU"] * 3, "Sigmoid"]
    assert encoder.dim == 32


def test_weights_come_back(tmp_path: Path) -> None:
    encoder = encoders.build("tiny", channels=1, size=28).eval()
    encoders.save_encoder(encoder, tmp_path / "a.safetensors")
    again = encoders.load_encoder(tmp_path / "a.safetensors")
    assert again.hash() == encoder.hash()
    assert encoders.build("tiny", channels=1, pretrained=tmp_path / "a.safetensors").hash() == encoder.hash()
    with pytest.raises(UserError):
        encoders.build("resnet18", channels=1, pretrained=tmp_path / "a.safetensors")


def test_normalisation_and_folded_norm_travel_with_the_weights(tmp_path: Path) -> None:
    encoder = encoders.build("mobilenet_v2", size=64)
    plain = encoder.hash()
    encoder.normalise((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    encoder.frozen_norm = True
    encoders.save_encoder(encoder.eval(), tmp_path / "a.safetensors")
    again = encoders.load_encoder(tmp_path / "a.safetensors")
    assert again.hash() == encoder.hash() != plain
    x = torch.rand(2, 3, 64, 64)
    assert torch.equal(again(x), encoder(x))
    assert torch.equal(again.train()(x), encoder(x))


def test_one_channel_takes_the_average_of_three() -> None:
    encoder = encoders.build("tiny", channels=1, size=28)
    encoder.normalise((0.2, 0.4, 0.6), (0.1, 0.2, 0.3))
    assert encoder.mean.shape == (1, 1, 1, 1)
    assert (encoder.mean.item(), encoder.std.item()) == pytest.approx((0.4, 0.2))


def test_what_a_plain_encoder_says_of_itself_never_grows() -> None:
    """Embeddings are cached by hash: a new entry in the description of old encoders would lose them all."""
    for weights in pretrained_dir().glob("*/encoder.safetensors"):
        encoder = encoders.load_encoder(weights)
        assert set(encoder.describe()) == {"name", "channels", "size"}


def test_files_with_numbered_layers_still_load(tmp_path: Path) -> None:
    encoder = encoders.build("resnet18", channels=1, size=28).eval()
    numbers = {name: str(number) for number, (name, _) in enumerate(encoder.body.named_children())}
    old = {}
    for key, value in encoder.state_dict().items():
        _, child, rest = key.split(".", 2)
        old[f"body.{numbers[child]}.{rest}"] = value
    save_file(old, tmp_path / "old.safetensors", metadata={"encoder": json.dumps(encoder.describe())})
    assert encoders.load_encoder(tmp_path / "old.safetensors").hash() == encoder.hash()
    # A checkpoint of a run holds them one level deeper.
    holder = torch.nn.ModuleDict({"encoder": encoders.build("resnet18", channels=1, size=28)})
    holder.load_state_dict({f"encoder.{key}": value for key, value in old.items()})
    assert holder["encoder"].hash() == encoder.hash()


def test_foreign_files_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "junk.safetensors").write_bytes(b"not weights at all")
    for wrong in ("junk.safetensors", "missing.safetensors"):
        with pytest.raises(UserError):
            encoders.load_encoder(tmp_path / wrong)


def test_pixels_are_the_pixels() -> None:
    x = torch.rand(3, 1, 28, 28)
    assert torch.equal(pixels(1, 28)(x), x.flatten(1))
    assert pixels(3, 96)(torch.rand(2, 3, 96, 96)).shape == (2, 3 * 32 * 32)


LAST = {
    "tiny": {"12", "13"},
    "slim": {"10", "11", "12"},
    "pami": {"11"},
    "resnet18": {"layer4"},
    "resnet50": {"layer4"},
    "squeezenet1_0": {"12"},
    "mobilenet_v2": {"17", "18"},
    "vgg19": {"28", "30", "32", "34"},
}


@pytest.mark.parametrize("name", encoders.names())
def test_frozen_means_frozen(name: str) -> None:
    """One step of training: the last block moves, everything before it keeps its bytes, statistics included."""
    encoder = encoders.build(name, size=32)
    x = torch.rand(4, 3, 32, 32)
    for which, moving in (("none", None), ("all-but-last", LAST[name]), ("all", set())):
        encoder.freeze(which)
        encoder.train()
        before = {key: value.clone() for key, value in encoder.body.state_dict().items()}
        learning = [p for p in encoder.parameters() if p.requires_grad]
        h = encoder(x)
        assert h.requires_grad == bool(learning)
        if learning:
            h.square().sum().backward()
            torch.optim.SGD(learning, lr=1e-4).step()
        changed = {key for key, value in encoder.body.state_dict().items() if not torch.equal(value, before[key])}
        if moving is not None:
            assert {key.partition(".")[0] for key in changed} == moving
        else:
            assert {p for p in encoder.parameters() if p.grad is None} == set()
            assert changed
    encoder.freeze("none")
    assert all(p.requires_grad for p in encoder.parameters())
    assert all(module.training for module in encoder.modules())


def test_unknown_names_are_sentences() -> None:
    with pytest.raises(UserError, match="Known: tiny"):
        encoders.build("gigantic")
    with pytest.raises(UserError, match=r"Did you mean .*timm:convnext_tiny"):
        encoders.check("timm:convnext_tini")
    encoders.check("timm:vit_small_patch14_dinov2.lvd142m")
