"""Vectors made elsewhere: a table of embeddings that joins a data set as one more encoder.

`read` takes a .npy (with a CSV of ids, or in the order of the pictures) or a Parquet file, `matched` lays its rows
beside the pictures of a data set, `add` keeps them under data/vectors/NAME; `contrastive.catalogue` offers them.
"""

from contrastive.vectors.reading import Table, read
from contrastive.vectors.store import add, card, matched, names, remove, serves, vectors_of

__all__ = ["Table", "add", "card", "matched", "names", "read", "remove", "serves", "vectors_of"]
