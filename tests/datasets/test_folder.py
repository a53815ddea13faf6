"""Folders and zips of pictures, as people have them."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrastive import datasets
from contrastive.datasets import own
from contrastive.errors import UserError


def paint(path: Path, seed: int = 0, size: tuple[int, int] = (40, 40)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 255, (*size, 3), dtype=np.uint8)).save(path)


def test_class_folders_with_splits(tmp_path: Path) -> None:
    for i, name in enumerate(["train/cat/a.png", "train/dog/b.png", "valid/cat/c.png", "test/dog/d.png"]):
        paint(tmp_path / "set" / name, i)
    found = datasets.load(f"folder:{tmp_path / 'set'}")
    assert found.classes == ["cat", "dog"]
    assert [len(found.rows(s)) for s in ("train", "val", "test")] == [2, 1, 1]
    assert found.size == 40
    assert found.open(0).size == (40, 40)


def test_a_single_top_folder_is_stripped_and_missing_splits_are_made(tmp_path: Path) -> None:
    for i in range(20):
        paint(tmp_path / "set" / "art" / ("cat" if i % 2 else "dog") / f"{i}.png", i)
    found = datasets.load(f"folder:{tmp_path / 'set'}")
    assert found.classes == ["cat", "dog"]
    test = found.split("test")
    assert len(test) == 4
    assert sorted(test.table["class"]) == ["cat", "cat", "dog", "dog"]


def test_flat_nested_and_mixed(tmp_path: Path) -> None:
    for i in range(5):
        paint(tmp_path / "flat" / f"{i}.png", i)
        paint(tmp_path / "nested" / f"style{i % 2}" / f"class{i % 3}" / f"{i}.png", i)
    flat = datasets.load(f"folder:{tmp_path / 'flat'}")
    assert flat.label_columns == []
    assert (flat.codes() == -1).all()
    assert datasets.load(f"folder:{tmp_path / 'nested'}").label_columns == ["class", "group"]


def test_the_rest_loads_when_some_are_broken(tmp_path: Path) -> None:
    for i in range(4):
        paint(tmp_path / "set" / "cat" / f"{i}.png", i)
        paint(tmp_path / "set" / "dög ürgh" / f"{i}.png", i)
    (tmp_path / "set" / "cat" / "liar.jpg").write_text("<html>")
    (tmp_path / "set" / "cat" / "empty.png").touch()
    found = datasets.load(f"folder:{tmp_path / 'set'}")
    assert len(found) == 8
    assert len(found.card["unreadable"]) == 2
    assert len(found.pixels) == 8


def test_a_zip_is_read_in_place(tmp_path: Path) -> None:
    for i in range(6):
        paint(tmp_path / "set" / "ab"[i % 2] / f"{i}.png", i)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in sorted((tmp_path / "set").rglob("*.png")):
            archive.write(path, f"art/{path.relative_to(tmp_path / 'set')}")
        archive.writestr("../../outside.png", (tmp_path / "set/a/0.png").read_bytes())
        archive.writestr("__MACOSX/._x.png", b"junk")
    packed = datasets.load(f"folder:{tmp_path / 'set.zip'}")
    assert len(packed) == 6, "hidden files and names that climb out are passed over"
    assert not (tmp_path.parent / "outside.png").exists()


@pytest.mark.parametrize("content", [b"", b"PK junk"])
def test_a_broken_zip_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.zip").write_bytes(content)
    with pytest.raises(UserError, match=r"bad\.zip"):
        datasets.load(f"folder:{tmp_path / 'bad.zip'}")


def test_empty_missing_and_unknown_are_sentences(tmp_path: Path) -> None:
    for name in (f"folder:{tmp_path}", f"folder:{tmp_path / 'gone'}", "folder", "nonsense", "digits:/nowhere/at/all"):
        with pytest.raises(UserError):
            datasets.load(name)
    with pytest.raises(UserError, match="no option 'colour'"):
        datasets.load("atelier:colour=3")


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    for place in ("one", "two"):
        for i in range(4):
            paint(tmp_path / place / "same" / "ab"[i % 2] / f"{i}.png", i)
    one, two = (datasets.load(f"folder:{tmp_path / place / 'same'}") for place in ("one", "two"))
    assert one.fingerprint == two.fingerprint
    assert one.subset([0, 1]).fingerprint == two.subset([0, 1]).fingerprint != one.fingerprint
    paint(tmp_path / "two" / "same" / "a" / "0.png", 99)
    assert datasets.load(f"folder:{tmp_path / 'two' / 'same'}").fingerprint != one.fingerprint


def test_own_sets_have_a_name(tmp_path: Path) -> None:
    for i in range(4):
        paint(tmp_path / "set" / "ab"[i % 2] / f"{i}.png", i)
    assert own.add("my art", tmp_path / "set") == "my art"
    assert "my art" in datasets.names()
    assert datasets.load("my art").name == "my art"
    for name in ("my art", "digits", "../escape", "", "a/b"):
        with pytest.raises(UserError):
            own.add(name, tmp_path / "set")
    with pytest.raises(UserError):
        own.add("broken", b"no zip")
    own.remove("my art")
    assert "my art" not in datasets.names()
    assert (tmp_path / "set" / "a" / "0.png").exists(), "a folder of the user's is left alone"


def test_real_paintings_and_cifar(real: Path) -> None:
    paintings = datasets.load(f"folder:{real / 'paintings.zip'}")
    assert len(paintings) == 2048
    assert {c: int(n) for c, n in zip(paintings.classes, np.bincount(paintings.codes()), strict=True)} == {
        "dog": 379,
        "elephant": 255,
        "giraffe": 285,
        "guitar": 184,
        "horse": 201,
        "house": 295,
        "person": 449,
    }
    assert min(paintings.open(0).size) == 227
