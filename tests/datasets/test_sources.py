"""The built-in sources: counts, splits, and what may be read without importing torch."""

import gzip
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from contrastive import datasets
from contrastive.errors import UserError


def test_digits_are_scikit_learns() -> None:
    from sklearn.datasets import load_digits

    ours, theirs = datasets.load("digits", size=8), load_digits()
    assert len(ours) == 1797
    assert np.array_equal(ours.codes(), theirs.target)
    assert np.array_equal(ours.pixels[:, 0], np.round(theirs.images * (255 / 16)).astype(np.uint8))


def test_tensors_share_the_memory_map() -> None:
    digits = datasets.load("digits")
    assert digits.images.dtype == torch.uint8
    assert digits.images.shape == (1797, 1, 28, 28)
    assert digits.images.data_ptr() == digits.pixels.ctypes.data
    assert torch.equal(digits.labels(), torch.from_numpy(digits.codes()))


def test_subsets() -> None:
    digits = datasets.load("digits")
    few = digits.per_class(3, seed=1)
    assert np.bincount(few.codes()).tolist() == [3] * 10
    assert digits.limit(100, seed=2).table["id"].tolist() == digits.limit(100, seed=2).table["id"].tolist()
    assert sum(len(digits.split(s)) for s in ("train", "val", "test")) == 1797
    with pytest.raises(UserError):
        digits.split("tset")
    with pytest.raises(UserError):
        digits.codes("style")


def test_nothing_heavy_is_imported_for_a_gallery() -> None:
    code = (
        "import sys; from contrastive import datasets, catalogue, embed;"
        "d = datasets.load('digits'); d.picture(0); d.fingerprint; d.classes; d.codes();"
        "print([m for m in ('torch', 'sklearn', 'umap', 'openTSNE', 'streamlit') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_shipped_atelier() -> None:
    atelier = datasets.load("atelier")
    assert len(atelier) == 1000
    assert atelier.label_columns == ["subject", "style", "palette"]
    assert len(atelier.classes) >= 10
    assert len(atelier.classes_of["style"]) >= 8
    assert min(atelier.open(0).size) > 96, "painted anew, larger"


def test_the_atelier_paints_to_order() -> None:
    few = datasets.load("atelier:images=80,seed=5", size=32)
    assert len(few) == 80
    assert few.fingerprint == datasets.load("atelier", images=80, seed=5, size=32).fingerprint
    for wrong in ("atelier:images=3", "atelier:images=80,shares=odd", "atelier:images=80,seed=x", "atelier:80"):
        with pytest.raises(UserError):
            datasets.load(wrong)


def tiny_mnist(place: Path) -> None:
    place.mkdir(parents=True)
    for part, count in (("train", 30), ("t10k", 10)):
        images = np.random.default_rng(0).integers(0, 255, (count, 28, 28), dtype=np.uint8)
        labels = (np.arange(count) % 10).astype(np.uint8)
        header = struct.pack(">4B3I", 0, 0, 8, 3, count, 28, 28)
        (place / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(header + images.tobytes()))
        header = struct.pack(">4BI", 0, 0, 8, 1, count)
        (place / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(header + labels.tobytes()))


def test_mnist_is_read_from_a_root(tmp_path: Path, own_data: Path) -> None:
    tiny_mnist(tmp_path / "MNIST" / "raw")
    found = datasets.load("mnist", root=tmp_path)
    assert [len(found.rows(s)) for s in ("train", "test")] == [30, 10]
    for folder in (own_data / "prepared").glob("mnist-28px-*"):
        shutil.rmtree(folder)
    damaged = tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte.gz"
    damaged.write_bytes(damaged.read_bytes()[:200])
    with pytest.raises(UserError, match="damaged"):
        datasets.load("mnist", root=tmp_path)


def test_fashion_mnist_has_the_same_files_and_other_names(tmp_path: Path) -> None:
    tiny_mnist(tmp_path / "FashionMNIST" / "raw")
    found = datasets.load("fashion-mnist", root=tmp_path)
    assert len(found) == 40
    assert found.target == "article"
    assert found.classes[0] == "T-shirt"
    assert found.classes[9] == "ankle boot"
    assert found.codes()[:12].tolist() == [*range(10), 0, 1]
    with pytest.raises(UserError, match="no option"):
        datasets.load("mnist", root=tmp_path, kind="FashionMNIST")
    with pytest.raises(UserError, match="There is no MNIST"):
        datasets.load("mnist", root=tmp_path)


def test_mnist_offline_says_which_file_goes_where(monkeypatch: pytest.MonkeyPatch, own_data: Path) -> None:
    from torchvision.datasets import MNIST

    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:9/"])
    with pytest.raises(UserError, match=r"train-images-idx3-ubyte\.gz") as told:
        datasets.load("mnist")
    assert str(own_data / "MNIST" / "raw") in str(told.value)


def test_real_mnist(real: Path, own_data: Path) -> None:
    for folder in (own_data / "prepared").glob("mnist-28px-*"):
        shutil.rmtree(folder)
    found = datasets.load("mnist", root=real)
    assert [len(found.rows(s)) for s in ("train", "test")] == [60_000, 10_000]
    assert found.picture(0).size == (28, 28)
