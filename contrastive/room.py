"""Room for large arrays: in memory up to a budget, beyond it in a nameless file that the system may write out."""

import os
import tempfile

import numpy as np

from contrastive.errors import UserError
from contrastive.storage import data_dir


def memory_budget() -> int:
    """Bytes an array may have in memory; larger ones are mapped from a file (CONTRASTIVE_MEMORY_MIB)."""
    said = os.environ.get("CONTRASTIVE_MEMORY_MIB", "128")
    if not said.isdecimal():
        raise UserError(f"CONTRASTIVE_MEMORY_MIB is {said!r}.", "Give a whole number of MiB, for example 128.")
    return int(said) * 2**20


def room(shape: tuple[int, ...], kind: type[np.generic]) -> np.ndarray:
    """An array to be filled, in memory, or mapped from a file when over the budget.

    The file lies under data/ and is gone as soon as nobody looks at the array any more.
    """
    if int(np.prod(shape)) * np.dtype(kind).itemsize <= memory_budget():
        return np.empty(shape, kind)
    place = data_dir() / "cache"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=place) as file:
        # As a plain array: some libraries look at the type.
        return np.asarray(np.memmap(file, kind, "w+", shape=shape))
