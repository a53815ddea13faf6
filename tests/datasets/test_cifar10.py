"""CIFAR-10 from torchvision's files and from class folders of pictures."""

import hashlib
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torchvision.datasets import CIFAR10

from contrastive import datasets
from contrastive.datasets import download
from contrastive.errors import UserError

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


@pytest.fixture
def batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures of noise in torchvision's layout, and a torchvision that takes them for the published ones.

    The first file has more than a thousand, which is where pickle begins a second piece of a list.
    """
    folder = tmp_path / "raw" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    sums = {}
    rng = np.random.default_rng(0)

    def write(name: str, content: object) -> None:
        # The published files are of protocol 2.
        raw = pickle.dumps(content, protocol=2)
        (folder / name).write_bytes(raw)
        sums[name] = hashlib.md5(raw).hexdigest()

    for i, (name, _) in enumerate(CIFAR10.train_list + CIFAR10.test_list):
        labels = [(2 * i) % 10, (2 * i + 1) % 10] if i else [0, 1] * 600
        content = {"batch_label": f"batch {i}", "labels": labels, "filenames": [f"{n}.png" for n in labels]}
        write(name, {**content, "data": rng.integers(0, 256, (len(labels), 3072), np.uint8)})
    write("batches.meta", {"label_names": NAMES})
    for part in ("train_list", "test_list"):
        monkeypatch.setattr(CIFAR10, part, [[name, sums[name]] for name, _ in getattr(CIFAR10, part)])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": sums["batches.meta"]})
    return folder


def test_torchvisions_files(batches: Path) -> None:
    ours = datasets.load("cifar10", root=batches.parent)
    assert ours.fingerprint == datasets.load(f"cifar10:{batches}").fingerprint
    assert ours.classes == NAMES
    for split, train in (("train", True), ("test", False)):
        theirs = CIFAR10(str(batches.parent), train=train)
        found = ours.split(split)
        assert np.array_equal(found.pixels.transpose(0, 2, 3, 1), theirs.data)
        assert found.codes().tolist() == theirs.targets
    assert ours.table["kind"].tolist()[1198:1202] == ["vehicle", "vehicle", "animal", "animal"]
    assert datasets.load("cifar10", root=batches.parent, size=16).pixels.shape == (1210, 3, 16, 16)


def test_a_pickle_is_never_opened_not_even_one_with_the_published_sum(
    batches: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "sprung",)  # type: ignore[return-value]

    trap = pickle.dumps({"labels": Trap(), "data": Trap()})
    (batches / "data_batch_3").write_bytes(trap)
    with pytest.raises(UserError, match="not the published"):
        datasets.load("cifar10", root=batches.parent)
    sums = [[name, hashlib.md5((batches / name).read_bytes()).hexdigest()] for name, _ in CIFAR10.train_list]
    monkeypatch.setattr(CIFAR10, "train_list", sums)
    with pytest.raises(UserError, match="not the published"):
        datasets.load("cifar10", root=batches.parent)
    (batches / "test_batch").unlink()
    with pytest.raises(UserError, match="missing or differ"):
        datasets.load("cifar10", root=batches.parent)
    assert not (tmp_path / "sprung").exists()


def test_the_archive_is_unpacked_and_put_away(batches: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path / "own"))
    place = tmp_path / "own" / "downloads" / "cifar-10-python.tar.gz"
    place.parent.mkdir(parents=True)
    with tarfile.open(place, "w:gz") as archive:
        archive.add(batches, batches.name)
    monkeypatch.setattr(CIFAR10, "tgz_md5", hashlib.md5(place.read_bytes()).hexdigest())
    assert len(datasets.scan("cifar10").table) == 1210
    assert not place.exists()


def test_class_folders_say_that_jpeg_is_lossy(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "small.zip", "w") as archive:
        for i in range(20):
            path = tmp_path / f"{i}.jpg"
            Image.fromarray(np.full((32, 32, 3), 12 * i, np.uint8)).save(path)
            archive.write(path, f"cifar/{'train' if i < 15 else 'test'}/{NAMES[i % 4].title()}/{i}.jpg")
        archive.write(path, "cifar/other/spare.jpg")
    found = datasets.load(f"cifar10:{tmp_path / 'small.zip'}")
    assert found.size == 32
    assert found.classes == NAMES, "all ten, in their order, though only four have pictures"
    assert sorted(found.table["class"].unique()) == NAMES[:4]
    assert "lossy" in found.card["description"]
    assert [bad["id"] for bad in found.card["unreadable"]] == ["cifar/other/spare.jpg"]


def test_folders_without_splits_get_them(tmp_path: Path) -> None:
    for i in range(10):
        path = tmp_path / "set" / "cat" / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (32, 32), (i, 0, 0)).save(path)
    found = datasets.load("cifar10", root=tmp_path / "set")
    assert [len(found.rows(split)) for split in ("train", "test")] == [8, 2]
    assert "lossy" not in found.card["description"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no folder that is called like a class"):
        datasets.load("cifar10", root=tmp_path / "empty")


def test_offline_says_which_file_goes_where(monkeypatch: pytest.MonkeyPatch, own_data: Path) -> None:
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:9/cifar-10-python.tar.gz")
    monkeypatch.setattr(download, "TIMEOUT", 2.0)
    with pytest.raises(UserError, match="could not be downloaded") as told:
        datasets.load("cifar10")
    assert str(own_data / "downloads" / "cifar-10-python.tar.gz") in told.value.hint


def test_the_real_zip(real: Path) -> None:
    from contrastive.datasets.cifar10 import scan

    table = scan(real / "cifar10-jpg.zip", None).table
    assert table["split"].value_counts().to_dict() == {"train": 50_000, "test": 10_000}
    assert set(table.groupby(["split", "class"]).size()) == {5_000, 1_000}
    assert table["kind"].value_counts().to_dict() == {"animal": 36_000, "vehicle": 24_000}
