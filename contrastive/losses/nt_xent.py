"""NT-Xent: each view must find the other views of its own image among all views of the batch."""

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.errors import UserError


def nt_xent(z: Tensor, *, temperature: float = 0.5) -> Tensor:
    """Normalised temperature-scaled cross-entropy over anchors and their positives (a mean).

    For anchor i and each of its positives j: -log( exp(s_ij / t) / sum_{k != i} exp(s_ik / t) ), with s the
    cosine similarity and t the temperature. With two views this is eq. 1; with more, every other view of the
    image is a positive in turn, and the other positives stay in the denominator.

    Shape: z (v, n, d) projections of v >= 2 views of n images, any length; they are normalised here -> scalar.
    Source: Chen et al. 2020, arXiv:2002.05709, eq. 1. Raises UserError for one view or a batch of one image.
    """
    return nt_xent_of(*similarities(z, temperature=temperature))


def nt_xent_of(logits: Tensor, positives: Tensor) -> Tensor:
    """NT-Xent from what `similarities` gives, for callers that need both."""
    log_probabilities = functional.log_softmax(logits, dim=1)  # (v n, v n); an anchor itself is masked out
    return -log_probabilities.gather(1, positives).mean()


def similarities(z: Tensor, *, temperature: float) -> tuple[Tensor, Tensor]:
    """Cosine logits of all views against all views, and where the positives of each anchor stand.

    Shape: z (v, n, d) -> logits (v n, v n) with -inf on the diagonal, positives (v n, v - 1) int64.
    """
    views, count, _ = z.shape
    if views < 2:
        raise UserError("A contrastive loss needs at least two views of every image.", "Set n_views to 2.")
    if count < 2:
        raise UserError("A batch of one image has no negatives.", "Use a batch of at least 2.")
    if temperature <= 0:
        raise UserError("The temperature must be above 0.")
    # Half precision rounds a cosine to 1/256, which drowns the differences among the nearest negatives; autocast
    # would do so even to float32 inputs.
    with torch.autocast(z.device.type, enabled=False):
        flat = functional.normalize(z.float(), dim=-1).flatten(0, 1)  # (v n, d)
        logits = flat @ flat.T / temperature
    logits.fill_diagonal_(float("-inf"))
    rows = torch.arange(views * count, device=z.device)
    shifts = count * torch.arange(1, views, device=z.device)
    return logits, (rows[:, None] + shifts) % (views * count)
