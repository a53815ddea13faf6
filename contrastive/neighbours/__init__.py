"""Nearest neighbours by cosine: the search, what their labels vote for, and queries made of several examples."""

from contrastive.neighbours.approximate import APPROXIMATE_FROM
from contrastive.neighbours.feedback import towards
from contrastive.neighbours.index import Index
from contrastive.neighbours.on_disk import OnDisk
from contrastive.neighbours.rows import finite_rows, unit_rows
from contrastive.neighbours.unusual import unlike_below
from contrastive.neighbours.vote import tally, votes

__all__ = [
    "APPROXIMATE_FROM",
    "Index",
    "OnDisk",
    "finite_rows",
    "tally",
    "towards",
    "unit_rows",
    "unlike_below",
    "votes",
]
