"""A source's raw pictures -> a prepared folder: images.npy, digests.npy, table.parquet, card.json.

Every source answers one question, `scan`: which pictures are there, and how is one of them read? Preparing
decodes them once, in parallel, into one uint8 array. It can be interrupted at any moment: what is decoded stays in
`FOLDER.partial`, and the next call goes on from there. A lock keeps two processes from preparing one set at once.
"""

import os
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import pandas as pd
from filelock import FileLock
from PIL import Image

from contrastive.datasets.decode import Decoded
from contrastive.datasets.image_dataset import ImageDataset
from contrastive.datasets.parallel import read_all
from contrastive.datasets.partial import Partial
from contrastive.errors import UserError
from contrastive.holding import hold
from contrastive.room import memory_budget
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
    """True when `read` keeps Python itself busy; threads serve where a C library does the work."""
    refused: list[dict[str, str]] = field(default_factory=list)
    """What lies with the pictures but is no row of the table: id and reason, one sentence each."""

    def pixels(self, row: int) -> np.ndarray:
        """uint8 (channels, size, size) of one picture, for a preview."""
        answer = self.read(row)
        return answer.pixels if isinstance(answer, Decoded) else answer


def prepare(scan: Scan, progress: Progress | None = None) -> ImageDataset:
    """The dataset of a scan: opened if it was prepared before, else decoded now, from where it was interrupted."""
    # The name is a person's: what a file system might refuse becomes an underscore, the digest tells sets apart.
    called = re.sub(r"[^\w.\- ]", "_", scan.name)[:40]
    folder = data_dir() / "prepared" / f"{called}-{scan.size}px-{digest(scan.key)[:12]}"
    if not (folder / "card.json").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock")):
            # Another process may have finished it while this one waited.
            if not (folder / "card.json").exists():
                _decode(scan, folder, progress)
    return open_prepared(folder, opener=scan.opener)


def open_prepared(folder: Path, *, opener: Callable[[str], Image.Image] | None = None) -> ImageDataset:
    """Open a prepared folder without decoding anything."""
    card = read_json(folder / "card.json")
    return ImageDataset(
        card["name"],
        pixels=_open_pixels(folder / "images.npy"),
        digests=np.load(folder / "digests.npy"),
        table=pd.read_parquet(folder / "table.parquet"),
        classes_of=card["classes_of"],
        target=card["target"],
        card=card,
        opener=opener,
    )


# Whoever opens a set twice shares its memory; it is freed with the last of them.
_in_memory: WeakValueDictionary[str, np.ndarray] = WeakValueDictionary()


def _open_pixels(path: Path) -> np.ndarray:
    """In memory when the file is within the budget, else mapped."""
    state = path.stat()
    if state.st_size > memory_budget():
        # Copy-on-write: writable for torch's sake, while the file stays as it is.
        mapped = np.load(path, mmap_mode="c")
        hold(path, mapped)
        return mapped
    key = f"{path} {state.st_size} {state.st_mtime_ns}"
    pixels = _in_memory.get(key)
    if pixels is None:
        with open(path, "rb") as file:
            np.lib.format.read_magic(file)
            shape, _, kind = np.lib.format.read_array_header_1_0(file)
            pixels = np.empty(shape, kind)
            file.readinto(pixels.data.cast("B"))
        hold(path, pixels)
        _in_memory[key] = pixels
    return pixels


def _decode(scan: Scan, folder: Path, progress: Progress | None) -> None:
    count = len(scan.table)
    unfinished = folder.with_name(f"{folder.name}.partial")
    with closing(Partial(unfinished, (scan.channels, scan.size, scan.size))) as partial:
        with closing(read_all(scan.read, range(partial.done, count), processes=scan.processes)) as answers:
            for answer in answers:
                partial.add(answer)
                if progress:
                    progress(partial.done, count)
        ids = scan.table["id"].astype(str)
        unreadable = [*scan.refused, *({"id": ids.iloc[row], "reason": why} for row, why in partial.refused.items())]
        if not partial.kept:
            shutil.rmtree(unfinished)
            why = unreadable[-1]["reason"] if unreadable else ""
            raise UserError(f"None of the {count} files of {scan.name} could be read.", why)
        np.save(unfinished / "digests.npy", partial.finish())
        table = with_splits(scan.table.iloc[partial.kept].reset_index(drop=True), scan.label_columns)
        if partial.sides:
            table[["width", "height"]] = np.array(partial.sides)
    table.to_parquet(unfinished / "table.parquet")
    write_json(unfinished / "card.json", _card(scan, table, unreadable, folder, unfinished))
    # A folder without a card is what somebody deleted half of.
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(unfinished, folder)
    (folder / "journal.jsonl").unlink()


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


def with_splits(table: pd.DataFrame, label_columns: list[str]) -> pd.DataFrame:
    """Give pictures without a published split a fixed one: of every class, 80 % train and 20 % test.

    The draw depends on the ids alone, so adding pictures moves none of those that were there. A class of one
    picture stays in train.
    """
    table = table.copy()
    if "split" not in table.columns:
        table["split"] = None
    drawn = table[table["split"].isna()]
    if drawn.empty:
        return table
    order = pd.Series([digest(str(i)) for i in drawn["id"]], index=drawn.index)
    group = drawn[label_columns[0]].fillna("") if label_columns else pd.Series("", index=drawn.index)
    rank = order.groupby(group).rank(method="first")
    size = order.groupby(group).transform("size")
    table.loc[drawn.index, "split"] = np.where(rank > np.maximum(1, np.round(size * 0.8)), "test", "train")
    return table
