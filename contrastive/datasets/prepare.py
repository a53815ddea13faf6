"""A source's raw pictures -> a prepared folder: images.npy, digests.npy, table.parquet, card.json.

Every source answers one question, `scan`: which pictures are there, and how is one of them read? Preparing
decodes them once, in parallel, into one uint8 array that is memory-mapped from then on.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from contrastive.datasets.decode import Decoded
from contrastive.datasets.image_dataset import ImageDataset
from contrastive.datasets.parallel import Answer, attempt, in_processes
from contrastive.errors import UserError
from contrastive.storage import data_dir, digest, read_json, write_json

Progress = Callable[[int, int], None]


@dataclass
class Scan:
    """What a source found, before anything is decoded."""

    name: str
    key: str
    """Changes when the pictures, their labels or the size change: the name of the prepared folder."""
    table: pd.DataFrame
    """One row a picture: id, split, label columns, title where known."""
    label_columns: list[str]
    size: int
    channels: int
    read: Callable[[int], np.ndarray | Decoded]
    """Row number -> uint8 (channels, size, size), with the original's size where there is one; a UserError drops
    the row and is kept as its reason."""
    card: dict[str, Any] = field(default_factory=dict)
    target: str = ""
    classes_of: dict[str, list[str]] = field(default_factory=dict)
    """Class names where their order matters; otherwise they are sorted."""
    opener: Callable[[str], Image.Image] | None = None
    processes: bool = False
    """True when `read` computes in Python and picklably; threads serve where a C library does the work."""

    def pixels(self, row: int) -> np.ndarray:
        """uint8 (channels, size, size) of one picture, for a preview."""
        answer = self.read(row)
        return answer.pixels if isinstance(answer, Decoded) else answer


def prepare(scan: Scan, progress: Progress | None = None) -> ImageDataset:
    """The dataset of a scan: opened if it was prepared before, else decoded now."""
    folder = data_dir() / "prepared" / f"{scan.name}-{scan.size}px-{digest(scan.key)[:12]}"
    if not (folder / "card.json").exists():
        _decode(scan, folder, progress)
    return open_prepared(folder, opener=scan.opener)


def open_prepared(folder: Path, *, opener: Callable[[str], Image.Image] | None = None) -> ImageDataset:
    """Open a prepared folder without decoding anything."""
    card = read_json(folder / "card.json")
    return ImageDataset(
        card["name"],
        # Copy-on-write: writable for torch's sake, while the file stays as it is.
        pixels=np.load(folder / "images.npy", mmap_mode="c"),
        digests=np.load(folder / "digests.npy"),
        table=pd.read_parquet(folder / "table.parquet"),
        classes_of=card["classes_of"],
        target=card["target"],
        card=card,
        opener=opener,
    )


def _decode(scan: Scan, folder: Path, progress: Progress | None) -> None:
    count = len(scan.table)
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        shape = (count, scan.channels, scan.size, scan.size)
        images = np.lib.format.open_memmap(unfinished / "images.npy", mode="w+", dtype=np.uint8, shape=shape)
        digests = np.zeros((count, 16), dtype=np.uint8)
        kept: list[int] = []
        sides: list[tuple[int, int]] = []
        unreadable: list[dict[str, str]] = []
        for row, answer in enumerate(_read_all(scan, count)):
            if isinstance(answer, UserError):
                unreadable.append({"id": str(scan.table["id"].iloc[row]), "reason": answer.message})
            else:
                if isinstance(answer, Decoded):
                    sides.append((answer.width, answer.height))
                    answer = answer.pixels
                images[len(kept)] = answer
                digests[len(kept)] = np.frombuffer(
                    hashlib.blake2b(np.ascontiguousarray(answer).tobytes(), digest_size=16).digest(), np.uint8
                )
                kept.append(row)
            if progress:
                progress(row + 1, count)
        if not kept:
            raise UserError(f"None of the {count} files of {scan.name} could be read.", unreadable[0]["reason"])
        images.flush()
        del images
        if len(kept) < count:
            _shorten(unfinished / "images.npy", len(kept))
        np.save(unfinished / "digests.npy", digests[: len(kept)])
        table = with_splits(scan.table.iloc[kept].reset_index(drop=True), scan.label_columns)
        if sides:
            table[["width", "height"]] = np.array(sides)
        table.to_parquet(unfinished / "table.parquet")
        write_json(unfinished / "card.json", _card(scan, table, unreadable, folder, unfinished))
        # Two processes may prepare the same set at once; the results are equal, so the first one stays.
        with contextlib.suppress(OSError):
            os.replace(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _card(
    scan: Scan, table: pd.DataFrame, unreadable: list[dict[str, str]], folder: Path, unfinished: Path
) -> dict[str, Any]:
    classes_of = {
        column: scan.classes_of.get(column) or sorted(table[column].dropna().unique().tolist())
        for column in scan.label_columns
    }
    card = {
        "name": scan.name,
        "target": scan.target or (scan.label_columns[0] if scan.label_columns else ""),
        "classes_of": classes_of,
        **scan.card,
        "unreadable": unreadable,
    }
    dataset = ImageDataset(
        scan.name,
        pixels=np.load(unfinished / "images.npy", mmap_mode="r"),
        digests=np.load(unfinished / "digests.npy"),
        table=table,
        classes_of=classes_of,
        target=card["target"],
    )
    return {**card, "fingerprint": dataset.fingerprint, "folder": folder.name}


def _read_all(scan: Scan, count: int) -> Iterator[Answer]:
    """Pictures in row order, a bounded number ahead of the writer."""
    workers = os.cpu_count() or 1
    if count <= 64 or workers == 1:
        yield from (attempt(scan.read, row) for row in range(count))
    elif scan.processes:
        yield from in_processes(scan.read, count)
    else:
        with ThreadPoolExecutor(workers) as pool:
            for start in range(0, count, 512):
                rows = range(start, min(start + 512, count))
                yield from pool.map(attempt, [scan.read] * len(rows), rows)


def _shorten(path: Path, count: int) -> None:
    """Rewrite images.npy with its first `count` images only."""
    longer = np.load(path, mmap_mode="r")
    shorter = np.lib.format.open_memmap(
        path.with_suffix(".short"), mode="w+", dtype=np.uint8, shape=(count, *longer.shape[1:])
    )
    for start in range(0, count, 4096):
        shorter[start : min(start + 4096, count)] = longer[start : min(start + 4096, count)]
    shorter.flush()
    del longer, shorter
    os.replace(path.with_suffix(".short"), path)


def with_splits(table: pd.DataFrame, label_columns: list[str]) -> pd.DataFrame:
    """Give a set without a published split a fixed one: of every class, 80 % train and 20 % test.

    The draw depends on the ids alone, so adding pictures moves none of those that were there. A class of one
    picture stays in train.
    """
    if "split" in table.columns:
        return table
    table = table.copy()
    order = pd.Series([digest(str(i)) for i in table["id"]], index=table.index)
    group = table[label_columns[0]].fillna("") if label_columns else pd.Series("", index=table.index)
    rank = order.groupby(group).rank(method="first")
    size = order.groupby(group).transform("size")
    table["split"] = np.where(rank > np.maximum(1, np.round(size * 0.8)), "test", "train")
    return table
