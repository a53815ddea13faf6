"""More like these, less like those: one query made of several examples."""

from __future__ import annotations

import numpy as np

from contrastive.errors import UserError
from contrastive.neighbours.rows import unit_rows

LESS = 0.5
"""How much the mean of the dislikes weighs against that of the likes."""


def towards(likes: np.ndarray, dislikes: np.ndarray | None = None, *, less: float = LESS) -> np.ndarray:
    """The direction (1, d) of the mean of `likes` (a, d) minus `less` times the mean of `dislikes` (b, d).

    All at unit length first, so that every example counts alike. Source: Rocchio 1971, "Relevance feedback in
    information retrieval", with alpha = 0. Errors: UserError without a like, and where nothing is left of the likes.
    """
    if not len(likes):
        raise UserError("Nothing is liked yet.", "Choose at least one example of what you look for.")
    query = unit_rows(likes).mean(0, keepdims=True)
    if dislikes is not None and len(dislikes):
        query = query - less * unit_rows(dislikes).mean(0, keepdims=True)
    if np.linalg.norm(query) < 1e-6:
        raise UserError("Likes and dislikes cancel out.", "Take one of them away.")
    return unit_rows(query)
