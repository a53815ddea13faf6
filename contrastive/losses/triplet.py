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


@torch.no_grad()
def semi_hard(
    anchor: Tensor, positive: Tensor, candidates: Tensor, allowed: Tensor, *, margin: float = 1.0
) -> Tensor:
    """For every anchor the nearest negative that is further away than its positive, but by less than the margin.

    Such a negative still teaches, and is not nearer than the positive, where it may be mislabelled or collapse the
    network early in training. Shape: anchor, positive (n, d), candidates (m, d), allowed (n, m) bool -> (n,) int64,
    -1 where there is none. Source: Schroff et al. 2015, arXiv:1503.03832, section 3.2, eq. 4 without its squares.
    """
    with torch.autocast(anchor.device.type, enabled=False):
        near = torch.linalg.vector_norm(anchor.float() - positive.float(), dim=1)[:, None]  # (n, 1)
        far = torch.cdist(anchor.float(), candidates.float(), compute_mode="donot_use_mm_for_euclid_dist")
    fits = allowed & (far > near) & (far < near + margin)
    nearest = far.masked_fill(~fits, float("inf")).argmin(1)
    return torch.where(fits.any(1), nearest, -1)
