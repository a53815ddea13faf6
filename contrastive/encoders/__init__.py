"""Encoders: backbones by name. To add one: write a function (channels, size) -> Encoder, and a line in BUILDERS."""

from collections.abc import Callable
from pathlib import Path

from contrastive.encoders.any_timm import PREFIX, any_timm, check_timm
from contrastive.encoders.encoder import Encoder
from contrastive.encoders.foreign import fit
from contrastive.encoders.head import HEADS, build_head
from contrastive.encoders.mobilenet import mobilenet_v2
from contrastive.encoders.pami import pami
from contrastive.encoders.published import published
from contrastive.encoders.resnet import resnet18, resnet50
from contrastive.encoders.slim import slim
from contrastive.encoders.squeezenet import squeezenet1_0
from contrastive.encoders.tiny import tiny
from contrastive.encoders.vgg import vgg19
from contrastive.encoders.weights import described, load_encoder, save_encoder
from contrastive.errors import UserError

__all__ = [
    "BUILDERS",
    "HEADS",
    "Encoder",
    "build",
    "build_head",
    "check",
    "load_encoder",
    "names",
    "save_encoder",
    "start",
]

BUILDERS: dict[str, Callable[[int, int], Encoder]] = {
    "tiny": tiny,
    "slim": slim,
    "pami": pami,
    "resnet18": resnet18,
    "resnet50": resnet50,
    "squeezenet1_0": squeezenet1_0,
    "mobilenet_v2": mobilenet_v2,
    "vgg19": vgg19,
}
WEIGHTS = (".pth", ".pt", ".safetensors")


def names() -> list[str]:
    """Names of the backbones that can be built; any model of timm besides, as timm:NAME."""
    return list(BUILDERS)


def check(name: str) -> None:
    """Raise UserError when there is no encoder of that name, of ours or as timm:NAME; nothing is built."""
    if name.startswith(PREFIX):
        check_timm(name)
    elif name not in BUILDERS:
        raise UserError(f"There is no encoder called {name!r}.", f"Known: {', '.join(names())} and timm:NAME.")


def build(name: str, *, channels: int = 3, size: int = 32, pretrained: bool | Path | None = None) -> Encoder:
    """An encoder for images (channels, size, size): random weights (seed torch to repeat them), or loaded ones.

    `pretrained`: True for the published ImageNet weights, which are downloaded once; or a file of this program, or
    a state_dict from anywhere else, as far as it fits (`Encoder.origin` says how far). Raises UserError for an
    unknown name, a file that holds another architecture, and a download that fails.
    """
    check(name)
    if pretrained is True:
        file = published(name)
        if name.startswith(PREFIX):
            encoder = any_timm(name, channels, size, weights=file)
            encoder.origin = f"{file.name}: loaded by timm."
            return encoder
        pretrained = file
    if pretrained and pretrained.suffix == ".safetensors" and pretrained.is_file() and described(pretrained):
        return _own(name, channels, pretrained)
    encoder = any_timm(name, channels, size) if name.startswith(PREFIX) else BUILDERS[name](channels, size)
    if pretrained:
        fit(encoder, pretrained)
    return encoder


def start(initial: str) -> bool | Path | None:
    """What `build` takes as `pretrained` for a config's `initial`; None for a run, a shipped encoder, or nothing."""
    if initial == "pretrained":
        return True
    if initial.startswith("file:"):
        return Path(initial.removeprefix("file:")).expanduser()
    return Path(initial).expanduser() if initial.endswith(WEIGHTS) else None


def _own(name: str, channels: int, path: Path) -> Encoder:
    encoder = load_encoder(path)
    if (encoder.name, encoder.channels) != (name, channels):
        raise UserError(
            f"{path.name} holds a {encoder.name} for {encoder.channels}-channel images, not a {name} for {channels}."
        )
    return encoder
