"""Encoder: a backbone that turns images into representations, and knows how it wants to be fed."""

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from contrastive.storage import digest

HALF = ((0.5,), (0.5,))
Freeze = Literal["none", "all-but-last", "all"]


class Encoder(nn.Module):
    """Images in 0..1 -> representations h; `feature_map` stops before the mean over positions.

    Normalisation of the input belongs to the encoder: callers always pass pixels in 0..1.
    """

    mean: Tensor
    std: Tensor
    origin = ""
    """One sentence about loaded weights: how many of the encoder's tensors were found, and which were not."""

    def __init__(
        self,
        name: str,
        body: nn.Module,
        *,
        dim: int,
        channels: int,
        size: int,
        mean: Sequence[float] = HALF[0],
        std: Sequence[float] = HALF[1],
        last: Sequence[str] = (),
    ) -> None:
        """`body`: (n, c, h, w) -> (n, dim, h', w'); `last`: the modules of it that are its last block.

        Where `last` is not given, it is the last child with a matrix of weights, and what follows it.
        """
        super().__init__()
        self.name, self.dim, self.channels, self.size = name, dim, channels, size
        self.body = body
        self.last = tuple(last) or _tail(body)
        self.frozen: Freeze = "none"
        self.frozen_norm = False
        self.normalise(mean, std)

    def normalise(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Expect images from which `mean` is taken and that are divided by `std`, one number or one a channel.

        Encoders of one channel take the average of what was meant for three.
        """
        if self.channels != len(mean) > 1:
            mean, std = [sum(mean) / len(mean)], [sum(std) / len(std)]
        self.scaling = tuple(mean), tuple(std)
        device = next((p.device for p in self.parameters()), None)
        self.register_buffer("mean", torch.tensor(mean, device=device).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std, device=device).view(1, -1, 1, 1), persistent=False)

    def feature_map(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) in 0..1 -> (n, dim, h', w')."""
        return self.body((x - self.mean) / self.std)

    def forward(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) in 0..1 -> h (n, dim): the mean of the feature map over its positions."""
        return self.feature_map(x).mean((2, 3))

    def freeze(self, which: Freeze) -> None:
        """Keep the weights and batch-norm statistics of `which` part in training: none, all-but-last (block), all."""
        self.frozen = which
        for name, parameter in self.body.named_parameters():
            parameter.requires_grad_(which == "none" or (which == "all-but-last" and self._in_last(name)))
        self.train(self.training)

    def train(self, mode: bool = True) -> "Encoder":
        """Training or evaluation mode; what is frozen, and folded batch-norm, stays in evaluation mode."""
        super().train(mode)
        for name, module in self.body.named_modules():
            kept = self.frozen == "all" or (self.frozen == "all-but-last" and not self._in_last(name))
            if kept or (self.frozen_norm and isinstance(module, nn.modules.batchnorm._BatchNorm)):
                module.training = False
        return self

    def _in_last(self, name: str) -> bool:
        return any(name == part or name.startswith(f"{part}.") for part in self.last)

    def describe(self) -> dict[str, Any]:
        """What is needed to make this encoder again, ready for JSON; what is as usual is left out."""
        described: dict[str, Any] = {"name": self.name, "channels": self.channels, "size": self.size}
        if self.scaling != HALF:
            described |= {"mean": list(self.scaling[0]), "std": list(self.scaling[1])}
        if self.frozen_norm:
            described["frozen_norm"] = True
        return described

    def hash(self) -> str:
        """Content hash (32 hex digits) of architecture and weights."""
        parts: list[str | bytes] = [repr(sorted(self.describe().items()))]
        for key, value in sorted(self.state_dict().items()):
            parts += [key, value.detach().cpu().contiguous().numpy().tobytes()]
        return digest(*parts)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        # Until the layers of a ResNet were called as torchvision calls them, files held their numbers.
        for number, (name, _) in enumerate(self.body.named_children()):
            old = f"{prefix}body.{number}."
            for key in [key for key in state_dict if name != str(number) and key.startswith(old)]:
                state_dict[f"{prefix}body.{name}.{key.removeprefix(old)}"] = state_dict.pop(key)
        super()._load_from_state_dict(state_dict, prefix, *rest)


def _tail(body: nn.Module) -> tuple[str, ...]:
    children = list(body.named_children())
    with_weights = [i for i, (_, child) in enumerate(children) if any(p.ndim > 1 for p in child.parameters())]
    return tuple(name for name, _ in children[with_weights[-1] :]) if with_weights else ()
