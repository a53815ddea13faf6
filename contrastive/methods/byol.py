"""BYOL: no negatives; a predictor and a slowly following copy keep the vectors apart."""

import copy
import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from contrastive.encoders import Encoder
from contrastive.losses import byol
from contrastive.methods.method import Method, Metrics, flat, gathered

if TYPE_CHECKING:
    from contrastive.config import TrainConfig


class BYOL(Method):
    """One view predicts what a slowly following copy makes of another; no negatives (arXiv:2006.07733)."""

    def __init__(self, encoder: Encoder, head: nn.Module, config: "TrainConfig", outputs: int) -> None:
        super().__init__(encoder, head, config, outputs)
        dim, width = encoder.dim if config.head == "none" else config.head_dim, config.head_width
        # Batch-norm keeps the predictor from answering the same for every image before the encoder has learned.
        self.predictor = nn.Sequential(
            nn.Linear(dim, width, bias=False), nn.BatchNorm1d(width), nn.ReLU(inplace=True), nn.Linear(width, dim)
        )
        self.target = copy.deepcopy(nn.Sequential(encoder, head)).requires_grad_(False)
        self.momentum = config.target_momentum

    @property
    def mean_over_pictures(self) -> bool:
        """Every picture, or pair, has a loss of its own."""
        return True

    def forward(self, views: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
        """views (v, n, c, h, w) -> loss (scalar), mean cosine of predictions and the targets of other views."""
        z = self.project(views)
        prediction = gathered(self.predictor(z.flatten(0, 1)).view_as(z))
        with torch.no_grad():
            target = gathered(self.target(flat(views)).view_as(z))
        # Every view predicts every other one: with two views, the paper's symmetric loss, as a mean.
        loss = torch.stack([byol(prediction, target.roll(shift, 0)) for shift in range(1, len(views))]).mean()
        return loss, {"cosine": 1 - loss.item() / 2}

    @torch.no_grad()
    def after_step(self, progress: float) -> None:
        """Move the target towards the trained network; its momentum rises to 1 over half a cosine."""
        momentum = 1 - (1 - self.momentum) * (math.cos(math.pi * progress) + 1) / 2
        online = nn.Sequential(self.encoder, self.head)
        for kept, new in zip(self.target.parameters(), online.parameters(), strict=True):
            kept.lerp_(new, 1 - momentum)
