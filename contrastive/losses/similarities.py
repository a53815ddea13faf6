"""Similarities: all views of a batch against all views, the table that every batch loss reads."""

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.errors import UserError


def similarities(z: Tensor, *, temperature: float) -> tuple[Tensor, Tensor]:
    """Cosine logits of all views against all views, and where the positives of each anchor stand.

    Shape: z (v, n, d) -> logits (v n, v n) with -inf on the diagonal, positives (v n, v - 1) int64.
    Raises UserError for one view or a batch of one image.
    """
    views, count, _ = z.shape
    if views < 2:
        raise UserError("A contrastive loss needs at least two views of every image.", "Set n_views to 2.")
    logits = cosine_logits(z, temperature=temperature)
    rows = torch.arange(views * count, device=z.device)
    shifts = count * torch.arange(1, views, device=z.device)
    return logits, (rows[:, None] + shifts) % (views * count)


def cosine_logits(z: Tensor, *, temperature: float) -> Tensor:
    """Cosine similarities divided by the temperature, in float32, with -inf where a view meets itself.

    Shape: z (v, n, d) -> (v n, v n); row and column a n + i are view a of image i.
    Raises UserError for a batch of one image.
    """
    if z.shape[1] < 2:
        raise UserError("A batch of one image has no negatives.", "Use a batch of at least 2.")
    if temperature <= 0:
        raise UserError("The temperature must be above 0.")
    # Half precision rounds a cosine to 1/256, which drowns the differences among the nearest negatives; autocast
    # would do so even to float32 inputs.
    with torch.autocast(z.device.type, enabled=False):
        flat = functional.normalize(z.float(), dim=-1).flatten(0, 1)  # (v n, d)
        logits = flat @ flat.T / temperature
    return logits.fill_diagonal_(float("-inf"))
