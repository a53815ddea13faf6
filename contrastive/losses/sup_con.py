"""SupCon: each view must find all views of its own class, not only those of its own image."""

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.losses.similarities import cosine_logits


def sup_con(z: Tensor, labels: Tensor, *, temperature: float = 0.1) -> Tensor:
    """Supervised contrastive loss: the mean over positives of the log-ratio, then the mean over anchors.

    For anchor i with positives P(i): -1/|P(i)| sum_{p in P(i)} log( exp(s_ip / t) / sum_{k != i} exp(s_ik / t) ),
    with s the cosine similarity and t the temperature (L_out, which keeps the mean outside the logarithm).
    Positives are all other views of the same image or class; label -1 means unlabelled, and only other views of
    the same image are then positives. Anchors without a positive are left out; without any anchor the loss is 0.

    Shape: z (v, n, d) projections of v >= 1 views, normalised here; labels (n,) int64 -> scalar.
    Source: Khosla et al. 2020, arXiv:2004.11362, eq. 2. Raises UserError for a batch of one image.
    """
    return sup_con_of(cosine_logits(z, temperature=temperature), same_class(labels, views=len(z)))


def sup_con_of(logits: Tensor, positives: Tensor) -> Tensor:
    """SupCon from logits and a mask of positives, both (m, m), for callers that need them too."""
    log_probabilities = functional.log_softmax(logits, dim=1)
    counts = positives.sum(1)  # (m,)
    # Filled rather than multiplied: the diagonal is -inf, and 0 times -inf is not a number.
    per_anchor = -log_probabilities.masked_fill(~positives, 0.0).sum(1) / counts.clamp(min=1)
    return per_anchor.sum() / (counts > 0).sum().clamp(min=1)


def same_class(labels: Tensor, *, views: int) -> Tensor:
    """Which views are positives of which: labels (n,) -> mask (v n, v n), False where a view meets itself."""
    labelled = labels >= 0
    alike = (labels[:, None] == labels) & labelled[:, None]  # (n, n)
    alike = alike | torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    return alike.repeat(views, views).fill_diagonal_(False)
