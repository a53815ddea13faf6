"""StyleNetwork: content and style picture -> the content painted as the style is. AdaIN or AdaConv, light or VGG.

    network = style.load("light-adaconv")
    picture = network(content, style, alpha=0.8)

The content is encoded at four scales. The style picture becomes a code, and the code decides what happens at every
scale of the decoder: which mean and deviation features get (AdaIN), or which kernels they are convolved with
(AdaConv). Codes are vectors: `alpha` moves from the content's own to the style's, and several styles are mixed by
the weighted mean of theirs.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrastive import encoders
from contrastive.storage import digest
from contrastive.style.adaconv import KernelPredictor, adaptive_convolution
from contrastive.style.statistics import adain, moments, padded

Transfer = Literal["adain", "adaconv"]
SMALLEST = 16
"""Pictures are enlarged to this many pixels a side at least: below it there is no position left at the last scale."""


@dataclass(frozen=True)
class Design:
    """What a style network is made of."""

    transfer: Transfer = "adain"
    encoder: Literal["light", "vgg19"] = "light"
    widths: tuple[int, ...] = (24, 48, 96, 128)
    """Channels at full size, a half, a quarter and an eighth."""
    code: int = 128
    """Numbers of the code that the decoder reads (AdaIN)."""
    style: int = 64
    """Channels of the 3 x 3 style descriptor (AdaConv)."""


class Bordered(nn.Conv2d):
    """A 3 x 3 convolution that repeats the border: zeros around it would show as a frame."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3)

    def forward(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) -> (n, c', h, w)."""
        return super().forward(padded(x))


class LightEncoder(nn.Module):
    """Four maps of a picture, at full size, a half, a quarter and an eighth; trained with the decoder."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.widths = widths
        self.levels = nn.ModuleList(
            Bordered(inputs, outputs) for inputs, outputs in zip((3, *widths), widths, strict=False)
        )
        self.deeper = Bordered(widths[2], widths[2])

    def forward(self, x: Tensor) -> list[Tensor]:
        """x (n, 3, h, w) in 0..1 -> four maps (n, c, h / 2^k, w / 2^k)."""
        x, maps = x * 2 - 1, []
        for number, level in enumerate(self.levels):
            if number:
                # A mean before the convolution instead of a stride, which leaves a grid in flat areas.
                x = functional.avg_pool2d(x, 2, ceil_mode=True)
            x = functional.relu(level(x), inplace=True)
            if number == 2:
                x = x + functional.relu(self.deeper(x), inplace=True)
            maps.append(x)
        return maps


class VggEncoder(nn.Module):
    """relu1_1 to relu4_1 of a VGG-19 that keeps its weights (arXiv:1703.06868, section 6.1)."""

    widths = (64, 128, 256, 512)
    mean: Tensor
    std: Tensor

    def __init__(self, pretrained: bool | Path | None) -> None:
        """`pretrained`: True for torchvision's weights, a file that holds them, or None for random ones."""
        super().__init__()
        vgg = encoders.build("vgg19", channels=3, size=224, pretrained=pretrained).requires_grad_(False)
        self.layers = nn.Sequential(*list(vgg.body.children())[:21])
        for layer in self.layers:
            if isinstance(layer, nn.ReLU):
                layer.inplace = False
            if isinstance(layer, nn.MaxPool2d):
                layer.ceil_mode = True
        self.register_buffer("mean", vgg.mean, persistent=False)
        self.register_buffer("std", vgg.std, persistent=False)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x (n, 3, h, w) in 0..1 -> four maps (n, c, h / 2^k, w / 2^k)."""
        x, maps = (x - self.mean) / self.std, []
        for number, layer in enumerate(self.layers):
            x = layer(x)
            if number in (1, 6, 11, 20):
                maps.append(x)
        return maps


class Modulated(nn.Module):
    """AdaIN whose mean and deviation are read from the code (as in StyleGAN, arXiv:1812.04948, eq. 1)."""

    def __init__(self, code: int, channels: int) -> None:
        super().__init__()
        self.read = nn.Linear(code, 2 * channels)
        nn.init.normal_(self.read.weight, std=0.02)
        nn.init.zeros_(self.read.bias)

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        """x (n, c, h, w), code (n, d) -> (n, c, h, w)."""
        mean, deviation = self.read(code).float()[..., None, None].chunk(2, 1)
        return adain(x, mean, 1 + deviation)


class Convolved(nn.Module):
    """AdaConv whose kernels are predicted from the style descriptor."""

    def __init__(self, style: int, channels: int) -> None:
        super().__init__()
        self.predict = KernelPredictor(style, channels)

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        """x (n, c, h, w), code (n, s, 3, 3) -> (n, c, h, w)."""
        return adaptive_convolution(x, self.predict(code))


class StyleNetwork(nn.Module):
    """Content and style in 0..1 -> the content in the style's manner, in 0..1."""

    def __init__(self, design: Design, *, vgg: bool | Path | None = True) -> None:
        """`vgg`: where an encoder that is a VGG-19 has its weights from: torchvision, a file, or None for random."""
        super().__init__()
        self.design = design
        self.encoder: LightEncoder | VggEncoder = (
            VggEncoder(vgg) if design.encoder == "vgg19" else LightEncoder(design.widths)
        )
        one, two, four, eight = widths = self.encoder.widths
        self.statistics = 2 * sum(widths) + 6
        self.norm = nn.LayerNorm(self.statistics)
        out = design.code if design.transfer == "adain" else design.style * 9
        self.compress = nn.Sequential(nn.Linear(self.statistics, 256), nn.ReLU(), nn.Linear(256, out))

        def adapt(channels: int) -> nn.Module:
            if design.transfer == "adain":
                return Modulated(design.code, channels)
            return Convolved(design.style, channels)

        self.adapt = nn.ModuleList([adapt(four), adapt(two), adapt(one)])
        # At the two deepest scales AdaIN takes the very statistics of the style's own maps: nothing is predicted.
        self.deep = nn.ModuleList([adapt(eight), adapt(four)] if design.transfer == "adaconv" else [])
        self.paint = nn.ModuleList(
            [Bordered(eight, four), Bordered(four, four), Bordered(four, two), Bordered(two, one)]
        )
        self.finish = nn.ModuleList([Bordered(one, one), Bordered(one, 3)])

    def code(self, picture: Tensor) -> Tensor:
        """picture (n, 3, h, w) in 0..1 -> its style code (n, k): means and deviations of all maps and of RGB.

        This is all that is known of a style afterwards; codes may be kept, mixed, and moved between.
        """
        picture = enlarged(picture)
        return self._code(self.encoder(picture), picture)

    def _code(self, maps: list[Tensor], picture: Tensor) -> Tensor:
        return torch.cat([part.flatten(1) for x in (*maps, picture) for part in moments(x)], 1)

    def forward(self, content: Tensor, style: Tensor, *, alpha: float | Tensor = 1.0) -> Tensor:
        """content (n, 3, h, w), style (n or 1, 3, h', w'), both in 0..1 -> (n, 3, h, w) in 0..1.

        `alpha`, a number or (n,): 0 paints the content in its own style, 1 in that of `style`.
        """
        return self.restyle(content, self.code(style), alpha=alpha)

    def restyle(self, content: Tensor, code: Tensor, *, alpha: float | Tensor = 1.0) -> Tensor:
        """The same with the style as a code (n or 1, k), such as a kept one or a mix of several."""
        h, w = content.shape[2:]
        content = enlarged(content)
        maps = self.encoder(content)
        own = self._code(maps, content)
        share = torch.as_tensor(alpha, dtype=own.dtype, device=own.device).reshape(-1, 1)
        painted = self.decode(maps, own + share * (code.to(own.dtype) - own))
        if painted.shape[2:] != (h, w):
            painted = functional.interpolate(painted, (h, w), mode="bilinear", antialias=True)
        return painted

    def decode(self, maps: list[Tensor], code: Tensor) -> Tensor:
        """Maps of a content and a code (n, k) -> a picture in 0..1."""
        read = self.compress(self.norm(code))
        if self.design.transfer == "adaconv":
            read = read.unflatten(1, (self.design.style, 3, 3))
        half, full = maps[1].shape[2:], maps[0].shape[2:]
        x = functional.relu(self.paint[0](self._restyled(maps[3], 3, code, read)), inplace=True)
        x = enlarge(x, maps[2].shape[2:]) + self._restyled(maps[2], 2, code, read)
        x = x + functional.relu(self.paint[1](self.adapt[0](x, read)), inplace=True)
        x = enlarge(functional.relu(self.paint[2](x), inplace=True), half)
        x = enlarge(functional.relu(self.paint[3](self.adapt[1](x, read)), inplace=True), full)
        x = functional.relu(self.finish[0](self.adapt[2](x, read)), inplace=True)
        return torch.sigmoid(self.finish[1](x).float())

    def _restyled(self, x: Tensor, level: int, code: Tensor, read: Tensor) -> Tensor:
        """A map of the content in the manner of the code: by AdaConv, or by the statistics the code holds of it."""
        if self.deep:
            return self.deep[3 - level](x, read)
        start = 2 * sum(self.encoder.widths[:level])
        mean, deviation = code[:, start : start + 2 * x.shape[1], None, None].chunk(2, 1)
        return adain(x, mean, deviation)

    def describe(self) -> dict[str, Any]:
        """What is needed to make this network again, ready for JSON."""
        return asdict(self.design)

    def hash(self) -> str:
        """Content hash (32 hex digits) of design and weights."""
        parts: list[str | bytes] = [repr(sorted(self.describe().items()))]
        for key, value in sorted(self.state_dict().items()):
            parts += [key, value.detach().cpu().contiguous().numpy().tobytes()]
        return digest(*parts)


def enlarged(x: Tensor) -> Tensor:
    """x (n, 3, h, w) with sides of at least SMALLEST pixels."""
    h, w = x.shape[2:]
    if min(h, w) >= SMALLEST:
        return x
    return functional.interpolate(x, (max(h, SMALLEST), max(w, SMALLEST)), mode="bilinear")


def enlarge(x: Tensor, size: tuple[int, ...]) -> Tensor:
    """x (n, c, h, w) at twice the side, each position repeated; the last row or column is cut where `size` is odd."""
    x = functional.interpolate(x, scale_factor=2, mode="nearest")
    return x[..., : size[0], : size[1]]
