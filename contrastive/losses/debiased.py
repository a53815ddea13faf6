"""Debiased contrastive loss: NT-Xent that expects some of its negatives to be of the anchor's own class."""

import math

import torch
from torch import Tensor

from contrastive.errors import UserError
from contrastive.losses.similarities import similarities


def debiased(z: Tensor, *, temperature: float = 0.5, class_prior: float = 0.1) -> Tensor:
    """NT-Xent with the share of false negatives subtracted from its denominator (a mean over anchors).

    With p = exp(s_pos / t) for the positive and N = 2 n - 2 negatives u_k: -log( p / (p + N g) ), where
    g = max( (mean_k exp(s_k / t) - c p) / (1 - c), exp(-1 / t) ) estimates how similar true negatives are and
    never falls below the least that a cosine allows. The class prior c is the chance that a negative is of the
    anchor's class; at c = 0 the floor is never reached, and this is NT-Xent exactly.

    Shape: z (2, n, d) projections of two views of n images, normalised here -> scalar.
    Source: Chuang et al. 2020, arXiv:2007.00224, eq. 8 with M = 1. Raises UserError for any other number of
    views, a batch of one image, or a prior outside 0 <= c < 1.
    """
    return debiased_of(*similarities(z, temperature=temperature), temperature=temperature, class_prior=class_prior)


def debiased_of(logits: Tensor, positives: Tensor, *, temperature: float, class_prior: float) -> Tensor:
    """The debiased loss from what `similarities` gives, for callers that need both."""
    if positives.shape[1] != 1:
        raise UserError("The debiased loss is defined for two views.", "Set n_views to 2.")
    if not 0 <= class_prior < 1:
        raise UserError(
            f"A class prior of {class_prior} is not possible.", "Use a value from 0 up to, not including, 1."
        )
    count = len(logits) - 2  # N
    # In float64, and only from here on: exp(1 / t) leaves the range of float32 below t = 0.012.
    positive = logits.gather(1, positives).squeeze(1).double().exp()  # (2 n,)
    negative = logits.scatter(1, positives, float("-inf")).logsumexp(1).double().exp()  # their sum, (2 n,)
    estimate = (negative - class_prior * count * positive) / (1 - class_prior)
    rest = estimate.clamp(min=count * math.exp(-1 / temperature))
    return torch.log1p(rest / positive).mean().float()
