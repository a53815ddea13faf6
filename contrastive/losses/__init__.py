"""Losses: pure functions of projections -> a scalar. One idea a file; LOSSES is what pickers read.

To add one: write the function in a file of its own and give it a line here.
"""

from collections.abc import Callable

from torch import Tensor

from contrastive.losses.nt_xent import nt_xent, nt_xent_of, similarities

__all__ = ["LOSSES", "nt_xent", "nt_xent_of", "similarities"]

LOSSES: dict[str, Callable[..., Tensor]] = {"nt_xent": nt_xent}
