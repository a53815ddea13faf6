"""Losses: pure functions of projections -> a scalar. One idea a file; LOSSES is what pickers read.

To add one: write the function in a file of its own and give it a line here.
"""

from collections.abc import Callable

from torch import Tensor

from contrastive.losses.byol import byol
from contrastive.losses.debiased import debiased, debiased_of
from contrastive.losses.distil import distil_features, distil_relations
from contrastive.losses.nt_xent import nt_xent, nt_xent_of
from contrastive.losses.pairwise import pairwise_cosine, pairwise_margin
from contrastive.losses.similarities import cosine_logits, similarities
from contrastive.losses.sup_con import same_class, sup_con, sup_con_of
from contrastive.losses.triplet import semi_hard, triplet

__all__ = [
    "LOSSES",
    "byol",
    "cosine_logits",
    "debiased",
    "debiased_of",
    "distil_features",
    "distil_relations",
    "nt_xent",
    "nt_xent_of",
    "pairwise_cosine",
    "pairwise_margin",
    "same_class",
    "semi_hard",
    "similarities",
    "sup_con",
    "sup_con_of",
    "triplet",
]

LOSSES: dict[str, Callable[..., Tensor]] = {
    "nt_xent": nt_xent,
    "sup_con": sup_con,
    "debiased": debiased,
    "pairwise_cosine": pairwise_cosine,
    "pairwise_margin": pairwise_margin,
    "triplet": triplet,
    "byol": byol,
}
