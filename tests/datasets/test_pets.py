"""Oxford-IIIT Pet in torchvision's layout and in breed folders."""

import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torchvision.datasets import OxfordIIITPet

from contrastive import datasets
from contrastive.datasets import download, pets
from contrastive.errors import UserError

BREEDS = [("Abyssinian", 1), ("american_bulldog", 2), ("beagle", 3), ("Bengal", 4), ("British_Shorthair", 5)]


def official(root: Path) -> Path:
    """Two pictures of every breed, one a split, with the outlines that share their names."""
    folder = root / "oxford-iiit-pet"
    for part in ("images", "annotations/trimaps"):
        (folder / part).mkdir(parents=True)
    lists: dict[str, list[str]] = {"trainval": [], "test": []}
    for number, (breed, label) in enumerate(BREEDS):
        for i, split in enumerate(lists):
            name = f"{breed}_{i + 1}"
            Image.new("RGB", (40, 30), (20 * number, 100 * i, 0)).save(folder / "images" / f"{name}.jpg")
            Image.new("L", (40, 30)).save(folder / "annotations" / "trimaps" / f"{name}.png")
            lists[split].append(f"{name} {label} {1 if breed[0].isupper() else 2} 1")
    for split, lines in lists.items():
        (folder / "annotations" / f"{split}.txt").write_text("\n".join(lines) + "\n")
    return folder


def test_torchvisions_layout(tmp_path: Path) -> None:
    folder = official(tmp_path)
    ours = datasets.load("pets", root=tmp_path)
    assert ours.fingerprint == datasets.load("pets", root=folder).fingerprint
    assert ours.size == 30
    for split, theirs in (("train", OxfordIIITPet(str(tmp_path))), ("test", OxfordIIITPet(str(tmp_path), "test"))):
        found = ours.split(split)
        assert ours.classes == theirs.classes
        assert found.codes().tolist() == theirs._labels
        assert [name == "dog" for name in found.table["species"]] == [label == 1 for label in theirs._bin_labels]


def test_a_missing_picture_is_listed(tmp_path: Path) -> None:
    folder = official(tmp_path)
    (folder / "images" / "beagle_1.jpg").unlink()
    found = datasets.load("pets", root=tmp_path)
    assert len(found) == 9
    assert [bad["id"] for bad in found.card["unreadable"]] == ["beagle_1"]
    for path in (folder / "images").iterdir():
        path.unlink()
    with pytest.raises(UserError, match="none of them is there"):
        datasets.load("pets", root=tmp_path)


def test_a_download_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = official(tmp_path / "made")
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path / "data"))
    place = tmp_path / "data" / "downloads" / "oxford-iiit-pet"
    place.mkdir(parents=True)
    sums = {}
    for part in ("images", "annotations"):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            archive.add(folder / part, part)
        (place / f"{part}.tar.gz").write_bytes(packed.getvalue())
        sums[f"{part}.tar.gz"] = hashlib.md5(packed.getvalue()).hexdigest()
    monkeypatch.setattr(pets, "FILES", sums)
    assert len(datasets.load("pets")) == 10
    assert sorted(path.name for path in place.iterdir()) == ["annotations", "images"]


def test_offline_says_which_file_goes_where(monkeypatch: pytest.MonkeyPatch, own_data: Path) -> None:
    monkeypatch.setattr(pets, "SITE", "http://127.0.0.1:9")
    monkeypatch.setattr(download, "TIMEOUT", 2.0)
    with pytest.raises(UserError, match="could not be downloaded") as told:
        datasets.load("pets")
    assert str(own_data / "downloads" / "oxford-iiit-pet" / "images.tar.gz") in told.value.hint


def test_all_breeds_are_known() -> None:
    assert (len(pets.CATS), len(pets.DOGS), len(pets.BREEDS)) == (12, 25, 37)


def test_the_real_breeds(real: Path) -> None:
    found = datasets.load(f"pets:{real / 'pets-3-breeds.zip'}", size=32)
    assert found.classes == ["Abyssinian", "American Bulldog", "Bengal"]
    assert np.bincount(found.codes()).tolist() == [200] * 3
    assert np.bincount(found.codes("species")).tolist() == [400, 200]
    assert found.classes_of["species"] == ["cat", "dog"]
