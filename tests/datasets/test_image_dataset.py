"""In memory or mapped from a file, and what a subset does to either."""

from pathlib import Path

import numpy as np
import pytest

from contrastive import datasets
from contrastive.datasets.image_dataset import ImageDataset
from contrastive.errors import UserError


def mapped(pixels: np.ndarray | None) -> bool:
    while pixels is not None:
        if isinstance(pixels, np.memmap):
            return True
        pixels = pixels.base
    return False


def test_a_small_set_is_in_memory_once_and_a_large_one_is_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    small, again = datasets.load("digits", size=32), datasets.load("digits", size=32)
    assert not mapped(small.pixels)
    assert again.pixels is small.pixels
    monkeypatch.setenv("CONTRASTIVE_MEMORY_MIB", "1")
    large = datasets.load("digits", size=32)
    assert large.pixels.nbytes == 1797 * 32 * 32 > 2**20
    assert mapped(large.pixels)
    assert np.array_equal(large.pixels, small.pixels)
    assert large.fingerprint == small.fingerprint
    monkeypatch.setenv("CONTRASTIVE_MEMORY_MIB", "much")
    with pytest.raises(UserError, match="whole number of MiB"):
        datasets.load("digits", size=32)


def test_scattered_rows_of_a_large_set_go_to_a_file_that_vanishes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTRASTIVE_MEMORY_MIB", "1")
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path))
    large = datasets.load("digits", size=32)
    scattered = np.random.default_rng(0).permutation(len(large))[:1500]
    many, few, stretch = large.subset(scattered), large.subset(scattered[:100]), large.subset(range(10, 1700))
    assert mapped(many.pixels)
    assert not mapped(few.pixels)
    assert np.shares_memory(stretch.pixels, large.pixels)
    for part, rows in ((many, scattered), (few, scattered[:100]), (stretch, np.arange(10, 1700))):
        assert np.array_equal(part.pixels, np.asarray(large.pixels)[rows])
        assert part.images.data_ptr() == part.pixels.ctypes.data
    assert list((tmp_path / "cache").iterdir()) == []


def test_writing_into_a_mapped_set_leaves_its_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRASTIVE_MEMORY_MIB", "0")
    first: ImageDataset = datasets.load("digits", size=16)
    before = first.pixels[0].copy()
    first.images[0] = 255 - first.images[0]
    assert np.array_equal(datasets.load("digits", size=16).pixels[0], before)
