"""Classifier: a copy of an encoder with a linear layer behind it, of which all or only the end learns."""

import copy

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from contrastive.device import autocast, pick_device, pick_precision
from contrastive.embed import suit
from contrastive.encoders import Encoder
from contrastive.errors import UserError


class Classifier(nn.Module):
    """uint8 images -> logits; the encoder it was made from shares no weight with it."""

    def __init__(self, encoder: Encoder, classes: int, *, blocks: str, stored: bool) -> None:
        """`blocks`: "all" or "last" learn; `stored`: batch-norm uses its stored statistics there too."""
        super().__init__()
        self.stored = stored
        self.device, self.precision = pick_device(), pick_precision("auto")
        self.encoder = copy.deepcopy(encoder)
        self.encoder.freeze("none" if blocks == "all" else "all-but-last")
        if not any(p.requires_grad for p in self.encoder.parameters()):
            raise UserError(f"{encoder.name} has no weights to fine-tune.", "Use another probe or encoder.")
        self.linear = nn.Linear(encoder.dim, classes)
        self.to(self.device)

    def train(self, mode: bool = True) -> "Classifier":
        """Training mode for what learns; what is frozen stays in evaluation mode."""
        super().train(mode)
        if self.stored:
            for module in self.modules():
                module.training &= not isinstance(module, _BatchNorm)
        return self

    def forward(self, images: Tensor) -> Tensor:
        """images (n, c, h, w) uint8 -> logits (n, classes)."""
        x = suit(images, self.encoder).contiguous(memory_format=torch.channels_last)
        with autocast(self.device, self.precision):
            h = self.encoder(x)
        return self.linear(h.float())
