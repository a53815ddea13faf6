"""Preparing: it can be cancelled at any moment, goes on where it was, and ends in the same bytes."""

import io
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from contrastive import datasets
from contrastive.datasets import folder
from contrastive.datasets.decode import Decoded
from contrastive.datasets.image_dataset import ImageDataset
from contrastive.datasets.partial import BLOCK
from contrastive.datasets.prepare import Scan, prepare, with_splits
from contrastive.datasets.shelved import Read
from contrastive.errors import UserError

COUNT = 3 * BLOCK + 100
BROKEN = {7, BLOCK + 3, COUNT - 1}


def read(row: int) -> Decoded:
    if row in BROKEN:
        raise UserError(f"Picture {row} is broken.")
    return Decoded(np.random.default_rng(row).integers(0, 255, (3, 8, 8), dtype=np.uint8), row + 1, 9)


def scan_of(read: Callable[[int], np.ndarray | Decoded], count: int = COUNT, **changed: object) -> Scan:
    table = pd.DataFrame({"id": [f"p{i:05d}" for i in range(count)], "kind": ["ab"[i % 2] for i in range(count)]})
    scan = Scan("counted", "one key", table, label_columns=["kind"], size=8, channels=3, read=read)
    return replace(scan, **changed)


def contents(data: Path) -> dict[str, bytes]:
    (folder,) = (path for path in (data / "prepared").iterdir() if path.is_dir())
    assert not folder.name.endswith(".partial")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Moves to a data folder of that name."""

    def moved(name: str) -> Path:
        monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path / name))
        return tmp_path / name

    return moved


def straight(place: Path) -> tuple[dict[str, bytes], str]:
    whole = prepare(scan_of(read))
    assert len(whole) == COUNT - len(BROKEN)
    assert [bad["id"] for bad in whole.card["unreadable"]] == [f"p{row:05d}" for row in sorted(BROKEN)]
    assert whole.table["width"].iloc[7] == 9, "the eighth row that could be read is the ninth"
    return contents(place), whole.fingerprint


@pytest.mark.parametrize("how", [KeyboardInterrupt, UserError("enough")])
def test_a_cancelled_preparation_goes_on_after_its_last_whole_block(
    data: Callable[[str], Path], how: BaseException
) -> None:
    expected, fingerprint = straight(data("straight"))
    place = data("cancelled")
    asked: list[int] = []

    def counted(row: int) -> Decoded:
        asked.append(row)
        return read(row)

    def until(done: int, total: int) -> None:
        assert total == COUNT
        if done == 2 * BLOCK + 50:
            raise how

    with pytest.raises(how if isinstance(how, type) else type(how)):
        prepare(scan_of(counted), until)
    assert max(asked) < 2 * BLOCK + 50 + 16 * (os.cpu_count() or 1), "nothing is read on after a cancel"
    assert not any((path / "card.json").exists() for path in (place / "prepared").iterdir())
    asked.clear()
    seen: list[int] = []
    again = prepare(scan_of(counted), lambda done, total: seen.append(done))
    assert sorted(asked) == list(range(2 * BLOCK, COUNT))
    assert seen == list(range(2 * BLOCK + 1, COUNT + 1))
    assert again.fingerprint == fingerprint
    assert contents(place) == expected


def test_what_was_damaged_in_between_is_decoded_again(data: Callable[[str], Path]) -> None:
    expected, _ = straight(data("straight"))
    place = data("damaged")

    def cancel_late(done: int, total: int) -> None:
        if done == 3 * BLOCK + 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(scan_of(read), cancel_late)
    (partial,) = (place / "prepared").glob("*.partial")
    with open(partial / "images.npy", "r+b") as file:
        file.seek(128 + (BLOCK + 50) * 3 * 64)
        file.write(b"\0" * 500)
    with open(partial / "journal.jsonl", "ab") as file:
        file.write(b'{"until": 16')
    asked: list[int] = []
    prepare(scan_of(lambda row: asked.append(row) or read(row)))
    assert min(asked) == BLOCK
    assert contents(place) == expected


def test_a_partial_folder_of_another_key_is_left_alone(data: Callable[[str], Path]) -> None:
    place = data("other")

    def cancel(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(scan_of(read, key="another"), cancel)
    (before,) = (place / "prepared").glob("*.partial")
    prepare(scan_of(read))
    assert list((place / "prepared").glob("*.partial")) == [before]


def test_when_nothing_can_be_read_nothing_stays(data: Callable[[str], Path]) -> None:
    place = data("nothing")

    def broken(row: int) -> Decoded:
        raise UserError(f"Picture {row} is broken.")

    with pytest.raises(UserError, match="None of the 70 files of counted could be read"):
        prepare(scan_of(broken, 70))
    assert not any(path.is_dir() for path in (place / "prepared").iterdir())


PROGRAM = """
import os, sys, time
from tests.datasets.test_prepare import COUNT, read, scan_of
from contrastive.datasets.prepare import prepare
log = open(sys.argv[1], "a", buffering=1)
def noted(row):
    log.write(f"{row}\\n")
    return read(row)
def slowly(done, total):
    if done == int(sys.argv[2]):
        print("there", flush=True)
        time.sleep(float(sys.argv[3]))
prepare(scan_of(noted), slowly)
"""


def started(place: Path, log: Path, stop_at: int, wait: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(log), str(stop_at), str(wait)],
        env={**os.environ, "CONTRASTIVE_DATA": str(place)},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_kill_9_keeps_what_is_decoded(data: Callable[[str], Path], tmp_path: Path) -> None:
    expected, _ = straight(data("straight"))
    place = data("killed")
    with started(place, tmp_path / "log", BLOCK + 200, 60) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        process.send_signal(signal.SIGKILL)
    asked: list[int] = []
    prepare(scan_of(lambda row: asked.append(row) or read(row)))
    assert sorted(asked) == list(range(BLOCK, COUNT))
    assert contents(place) == expected


def test_two_at_once_decode_once(data: Callable[[str], Path], tmp_path: Path) -> None:
    place = data("two")
    with started(place, tmp_path / "log", BLOCK, 1) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        asked: list[int] = []
        found: list[ImageDataset] = []
        threads = [
            threading.Thread(
                target=lambda: found.append(prepare(scan_of(lambda row: asked.append(row) or read(row))))
            )
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert process.wait() == 0
    assert [len(one) for one in found] == [COUNT - len(BROKEN)] * 2
    assert asked == []
    rows = [int(line) for line in (tmp_path / "log").read_text().split()]
    assert sorted(rows) == list(range(COUNT))


@pytest.mark.parametrize("processes", [False, True])
def test_threads_and_processes_give_the_same(data: Callable[[str], Path], processes: bool) -> None:
    place, files = data(f"processes {processes}"), {}
    for row in range(100):
        buffer = io.BytesIO()
        Image.new("RGB", (9 + row, 8), (row, 2 * row, 9)).save(buffer, "PNG")
        files[f"p{row:05d}"] = buffer.getvalue() if row != 70 else b"no picture"
    reading = Read(files.__getitem__, list(files), 8)
    made = prepare(scan_of(reading, 100, processes=processes))
    assert made.table["width"].tolist() == [9 + row for row in range(100) if row != 70]
    rows = [row for row in range(100) if row != 70]
    assert contents(place)["images.npy"][128:] == b"".join(reading(row).pixels.tobytes() for row in rows)


def test_only_pictures_without_a_split_are_given_one() -> None:
    ids = [f"p{i}" for i in range(40)]
    free = with_splits(pd.DataFrame({"id": ids, "kind": ["a"] * 20 + ["b"] * 20}), ["kind"])
    assert (free.groupby("kind")["split"].value_counts().unstack()[["train", "test"]] == [16, 4]).all(axis=None)
    half = pd.DataFrame({"id": ids, "split": ["val"] * 10 + [None] * 30})
    given = with_splits(half, [])["split"]
    assert (given[:10] == "val").all()
    assert given[10:].value_counts().to_dict() == {"train": 24, "test": 6}


def test_a_zip_that_looks_as_it_did_is_not_listed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "set.zip"
    with zipfile.ZipFile(place, "w") as archive:
        for i in range(4):
            buffer = io.BytesIO()
            Image.new("RGB", (20, 16), (40 * i, 0, 0)).save(buffer, "PNG")
            archive.writestr(f"a/{i}.png", buffer.getvalue())
    first = datasets.load(f"folder:{place}")
    listed: list[Path] = []
    plain = folder.scan
    monkeypatch.setitem(datasets.SOURCES, "folder", lambda root, size: listed.append(root) or plain(root, size))
    again = datasets.load(f"folder:{place}")
    assert not listed
    assert again.fingerprint == first.fingerprint
    assert again.open(1).size == (20, 16), "originals are found when they are asked for"
    assert again.open(2).size == (20, 16)
    assert len(listed) == 1
    datasets.load(f"folder:{place}", size=8)
    assert len(listed) == 2, "another size is another set"
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr("a/broken.png", b"")
    assert datasets.load(f"folder:{place}").card["unreadable"], "a zip that changed is listed again"
    assert len(listed) == 3
