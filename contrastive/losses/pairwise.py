"""Pairwise losses: pairs marked similar are pulled together, pairs marked different are pushed apart."""

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.errors import UserError


def pairwise_cosine(a: Tensor, b: Tensor, similar: Tensor, *, margin: float = 0.0) -> Tensor:
    """Cosine embedding loss: 1 - cos for similar pairs, max(0, cos - margin) for different ones (a mean over pairs).

    Shape: a, b (n, d), similar (n,) of +1 or -1 -> scalar.
    Source: torch.nn.CosineEmbeddingLoss. Raises UserError for no pairs.
    """
    need_pairs(a)
    with torch.autocast(a.device.type, enabled=False):
        return functional.cosine_embedding_loss(a.float(), b.float(), similar, margin=margin)


def pairwise_margin(a: Tensor, b: Tensor, similar: Tensor, *, margin: float = 1.0) -> Tensor:
    """Contrastive loss: D^2 / 2 for similar pairs, max(0, margin - D)^2 / 2 for different ones (a mean over pairs).

    D is the Euclidean distance; different pairs further apart than the margin no longer matter.

    Shape: a, b (n, d), used as they are, not normalised; similar (n,) of +1 or -1 -> scalar.
    Source: Hadsell et al. 2006, Dimensionality Reduction by Learning an Invariant Mapping, eq. 4.
    Raises UserError for no pairs.
    """
    need_pairs(a)
    with torch.autocast(a.device.type, enabled=False):
        # vector_norm, not the root of a sum: its gradient at distance 0 is 0, where the root's is not a number.
        distance = torch.linalg.vector_norm(a.float() - b.float(), dim=1)  # (n,)
        return torch.where(similar > 0, distance, (margin - distance).clamp(min=0)).square().mean() / 2


def need_pairs(a: Tensor) -> None:
    """Raises UserError for an empty batch, whose mean would not be a number."""
    if len(a) == 0:
        raise UserError("There are no pairs to compare.", "Use a batch of at least one pair.")
