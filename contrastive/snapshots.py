"""Snapshots: what an encoder made of the same few pictures at several epochs of its training, to see them move.

A run keeps `snapshots/EPOCH.npy`, float16 (m, d), where 0 is the time before the first step, and
`snapshots/ids.json`, the ids of the m pictures.
"""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from contrastive.storage import read_json, write_bytes, write_json


def moments(count: int, epochs: int) -> set[int]:
    """Which epochs, counted from 1, are kept: `count` of them, spread evenly from the first to the last.

    The start, epoch 0, is kept besides them, unless `count` is 0.
    """
    if count == 1:
        return {epochs}
    return {round(epoch) for epoch in np.linspace(1, epochs, min(count, epochs))}


def keep(folder: Path, epoch: int, ids: Sequence[str], vectors: np.ndarray) -> None:
    """Write one snapshot; vectors (m, d) belong to the pictures `ids`, the same ones at every epoch."""
    write_json(folder / "ids.json", list(ids))
    buffer = io.BytesIO()
    with np.errstate(over="ignore"):
        np.save(buffer, vectors.astype(np.float16))
    write_bytes(folder / f"{epoch}.npy", buffer.getvalue())


def kept(folder: Path) -> tuple[list[str], dict[int, np.ndarray]]:
    """The ids of the m pictures, and {epoch: vectors (m, d) float16}, the earliest first; both empty without any."""
    if not (folder / "ids.json").is_file():
        return [], {}
    return read_json(folder / "ids.json"), {int(path.stem): np.load(path) for path in _files(folder)}


def epochs(folder: Path) -> list[int]:
    """At which epochs something was kept, the earliest first; not one of them is read."""
    return [int(path.stem) for path in _files(folder)] if (folder / "ids.json").is_file() else []


def drop_after(folder: Path, epoch: int) -> None:
    """Remove the snapshots of later epochs, which a resumed run will make anew."""
    for path in _files(folder):
        if int(path.stem) > epoch:
            path.unlink()


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.npy"), key=lambda path: int(path.stem))
