"""Perceptual networks: published encoders whose layers tell content from style. They serve as the loss only."""

from pathlib import Path
from typing import NamedTuple

from torch import Tensor, nn

from contrastive import encoders
from contrastive.errors import UserError


class Taps(NamedTuple):
    """Which layers of a network's body are listened to, by number."""

    style: tuple[int, ...]
    content: int


TAPS = {
    "vgg19": Taps((1, 6, 11, 20), 20),
    "squeezenet1_0": Taps((1, 4, 7, 9), 5),
    "mobilenet_v2": Taps((1, 3, 6, 13), 6),
}
"""For vgg19 these are relu1_1, relu2_1, relu3_1 and relu4_1 (arXiv:1703.06868, section 6.1)."""


class Perceptual(nn.Module):
    """Pictures in 0..1 -> maps of the layers named in TAPS; its weights never change."""

    def __init__(self, name: str) -> None:
        """`name`: vgg19, squeezenet1_0 or mobilenet_v2 with published weights, or NAME:FILE with those in a file.

        Raises UserError for another name, and one that says which file to put where when there are no weights.
        """
        super().__init__()
        kind, _, file = name.partition(":")
        if kind not in TAPS:
            raise UserError(f"There is no perceptual network {kind!r}.", f"Known: {', '.join(TAPS)}.")
        self.name, self.taps = kind, TAPS[kind]
        self.encoder = encoders.build(
            kind, channels=3, size=224, pretrained=Path(file).expanduser() if file else True
        )
        self.encoder.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> "Perceptual":
        """It always stays in evaluation mode."""
        return super().train(False)

    def forward(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """x (n, 3, h, w) in 0..1 -> the maps for style, shallow to deep, and the one for content."""
        heard: dict[int, Tensor] = {}
        x = (x - self.encoder.mean) / self.encoder.std
        for number, layer in enumerate(self.encoder.body.children()):
            x = layer(x)
            if number in self.taps.style or number == self.taps.content:
                # A later layer may work in place.
                heard[number] = x.clone() if number + 1 < len(self.encoder.body) else x  # type: ignore[arg-type]
            if number >= max(*self.taps.style, self.taps.content):
                break
        return [heard[number] for number in self.taps.style], heard[self.taps.content]
