"""Embedding a large collection: block by block into one file, by one process or several, resumable at any moment."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock

from contrastive import distributed
from contrastive.errors import UserError
from contrastive.holding import mapped
from contrastive.storage import append, read_lines

if TYPE_CHECKING:
    from torch import Tensor

    from contrastive.embed import Progress
    from contrastive.encoders import Encoder

BLOCK = 4096
"""Pictures that are embedded before it is written down that they are."""


def into_file(
    encoder: "Encoder", images: "Tensor", place: Path, *, batch_size: int = 64, progress: "Progress | None" = None
) -> np.ndarray:
    """Representations (n, d) float32 of images (n, c, h, w), written to the .npy file `place` and mapped from there.

    Memory holds a block at a time. What is done stays in `place`.part when the process dies; the next call goes on
    with the rest. Processes started by torchrun take every so-manieth block each. Raises UserError for values that
    are no numbers.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    if distributed.rank() > 0:
        _fill(encoder, images, place, batch_size=batch_size, progress=None)
        return mapped(place)
    with FileLock(place.with_name(f".{place.name}.lock")):
        # Another process may have made it while this one waited; then the others find all blocks done.
        if not place.is_file() or distributed.world() > 1:
            _fill(encoder, images, place, batch_size=batch_size, progress=progress)
    return mapped(place)


def _fill(encoder: "Encoder", images: "Tensor", place: Path, *, batch_size: int, progress: "Progress | None") -> None:
    from contrastive.embed import encode

    part = place.with_name(f"{place.name}.part")
    first = distributed.rank() == 0
    if first and not part.is_file():
        _lay_out(part, (len(images), encoder.dim))
    distributed.wait()
    out = np.lib.format.open_memmap(part, "r+")
    done = {line["block"] for notes in _notes(part) for line in read_lines(notes)}
    distributed.wait()
    own = part.with_name(f"{part.name}.{distributed.rank()}.jsonl")
    blocks = math.ceil(len(images) / BLOCK)
    mine = range(distributed.rank(), blocks, distributed.world())
    for number, block in enumerate(mine, 1):
        if block not in done:
            rows = slice(block * BLOCK, min((block + 1) * BLOCK, len(images)))
            vectors = encode(encoder, images[rows], batch_size=batch_size, of=len(images))
            if not np.isfinite(vectors).all():
                raise UserError(
                    "This encoder gives values that are not numbers.", "Its training went wrong; train it again."
                )
            out[rows] = vectors
            # On the disk before it is said to be.
            out.flush()
            append(own, [f'{{"block": {block}}}'])
        if progress:
            progress(min(len(images), number * BLOCK * distributed.world()), len(images))
    del out
    distributed.wait()
    if first:
        part.replace(place)
        for notes in _notes(part):
            notes.unlink()
    distributed.wait()


def _lay_out(part: Path, shape: tuple[int, int]) -> None:
    """An empty file of the right size; without blocks that are said to be done, whatever was there before."""
    for notes in _notes(part):
        notes.unlink()
    unfinished = part.with_name(f"{part.name}.new")
    np.lib.format.open_memmap(unfinished, "w+", np.float32, shape).flush()
    unfinished.replace(part)


def _notes(part: Path) -> list[Path]:
    return sorted(part.parent.glob(f"{part.name}.*.jsonl"))
