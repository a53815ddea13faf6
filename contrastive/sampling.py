"""Sampling: in which order an epoch shows the pictures, and how often it shows each of them."""

import torch
from torch import Tensor


def shuffled(count: int, generator: torch.Generator) -> Tensor:
    """Every one of `count` rows once -> (count,) int64."""
    return torch.randperm(count, generator=generator)


def balanced(labels: Tensor, generator: torch.Generator) -> Tensor:
    """As many rows as there are, drawn with replacement so that every class comes equally often -> (n,) int64.

    labels (n,) int64, -1 = unlabelled. A row is drawn with a probability in inverse proportion to the size of its
    class; one without a label weighs as much as the labelled ones do on average.
    """
    known = labels >= 0
    weights = torch.zeros(len(labels))
    weights[known] = 1.0 / torch.bincount(labels[known])[labels[known]]
    weights[~known] = weights[known].mean() if known.any() else 1.0
    return torch.multinomial(weights, len(labels), replacement=True, generator=generator)
