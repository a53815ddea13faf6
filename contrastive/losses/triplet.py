"""Triplet loss: the anchor must be nearer to its positive than to its negative, by a margin."""

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.errors import UserError


def triplet(anchor: Tensor, positive: Tensor, negative: Tensor, *, margin: float = 1.0) -> Tensor:
    """Mean over triplets of max(0, |anchor - positive| - |anchor - negative| + margin), with Euclidean distances.

    A triplet whose negative is already further away than its positive by the margin no longer matters.

    Shape: anchor, positive, negative (n, d), used as they are, not normalised -> scalar.
    Source: Schroff et al. 2015, arXiv:1503.03832, eq. 3 without its squares: torch.nn.TripletMarginLoss.
    Raises UserError for no triplets.
    """
    if len(anchor) == 0:
        raise UserError("There are no triplets to compare.", "Use a batch of at least one triplet.")
    with torch.autocast(anchor.device.type, enabled=False):
        return functional.triplet_margin_loss(anchor.float(), positive.float(), negative.float(), margin=margin)
