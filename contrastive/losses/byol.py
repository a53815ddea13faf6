"""BYOL's loss: a prediction must point where a slower copy of the network points; there are no negatives."""

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.errors import UserError


def byol(prediction: Tensor, target: Tensor) -> Tensor:
    """Squared distance of the normalised vectors, 2 - 2 cos(prediction, target): 0 when they agree (a mean).

    No gradient flows into the target: without that, all vectors could fall onto one point.

    Shape: prediction, target (..., d) -> scalar. Source: Grill et al. 2020, arXiv:2006.07733, eq. 2.
    Raises UserError for an empty batch.
    """
    if prediction.numel() == 0:
        raise UserError("There are no predictions to compare.", "Use a batch of at least one image.")
    with torch.autocast(prediction.device.type, enabled=False):
        return 2 - 2 * functional.cosine_similarity(prediction.float(), target.detach().float(), dim=-1).mean()
