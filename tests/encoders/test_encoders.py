"""Backbones: shapes, size, and weights on disk."""

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from contrastive import encoders
from contrastive.encoders.pixels import pixels
from contrastive.errors import UserError


@pytest.mark.parametrize("name", encoders.names())
@pytest.mark.parametrize(("channels", "size"), [(1, 28), (3, 32), (3, 96)])
def test_shapes(name: str, channels: int, size: int) -> None:
    encoder = encoders.build(name, channels=channels, size=size).eval()
    x = torch.rand(2, channels, size, size)
    h = encoder(x)
    assert h.shape == (2, encoder.dim)
    torch.testing.assert_close(encoder.feature_map(x).mean((2, 3)), h)


def test_tiny_costs_what_it_says() -> None:
    encoder = encoders.build("tiny", channels=1, size=28).eval()
    with FlopCounterMode(display=False) as counter:
        encoder(torch.rand(1, 1, 28, 28))
    assert counter.get_total_flops() == pytest.approx(0.08e9, rel=0.1)


def test_weights_come_back(tmp_path: Path) -> None:
    encoder = encoders.build("tiny", channels=1, size=28).eval()
    encoders.save_encoder(encoder, tmp_path / "a.safetensors")
    again = encoders.load_encoder(tmp_path / "a.safetensors")
    assert again.hash() == encoder.hash()
    assert encoders.build("tiny", channels=1, pretrained=tmp_path / "a.safetensors").hash() == encoder.hash()
    with pytest.raises(UserError):
        encoders.build("resnet18", channels=1, pretrained=tmp_path / "a.safetensors")


def test_foreign_files_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "junk.safetensors").write_bytes(b"not weights at all")
    for wrong in ("junk.safetensors", "missing.safetensors"):
        with pytest.raises(UserError):
            encoders.load_encoder(tmp_path / wrong)


def test_pixels_are_the_pixels() -> None:
    x = torch.rand(3, 1, 28, 28)
    assert torch.equal(pixels(1, 28)(x), x.flatten(1))
    assert pixels(3, 96)(torch.rand(2, 3, 96, 96)).shape == (2, 3 * 32 * 32)
