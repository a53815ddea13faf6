"""Encoders: backbones by name. To add one: write a function (channels, size) -> Encoder, and a line in BUILDERS."""

from collections.abc import Callable
from pathlib import Path

from contrastive.encoders.encoder import Encoder
from contrastive.encoders.head import HEADS, build_head
from contrastive.encoders.pami import pami
from contrastive.encoders.resnet import resnet18
from contrastive.encoders.tiny import tiny
from contrastive.encoders.weights import load_encoder, save_encoder
from contrastive.errors import UserError

__all__ = ["BUILDERS", "HEADS", "Encoder", "build", "build_head", "load_encoder", "names", "save_encoder"]

BUILDERS: dict[str, Callable[[int, int], Encoder]] = {"tiny": tiny, "pami": pami, "resnet18": resnet18}


def names() -> list[str]:
    """Names of the backbones that can be built."""
    return list(BUILDERS)


def build(name: str, *, channels: int = 3, size: int = 32, pretrained: Path | None = None) -> Encoder:
    """An encoder for images (channels, size, size): random weights (seed torch to repeat them), or a file's.

    Raises UserError for an unknown name, or a file that holds another architecture.
    """
    if name not in BUILDERS:
        raise UserError(f"There is no encoder called {name!r}.", f"Known: {', '.join(names())}.")
    if pretrained is None:
        return BUILDERS[name](channels, size)
    encoder = load_encoder(pretrained)
    if (encoder.name, encoder.channels) != (name, channels):
        raise UserError(
            f"{pretrained.name} holds a {encoder.name} for {encoder.channels}-channel images, "
            f"not a {name} for {channels}."
        )
    return encoder
