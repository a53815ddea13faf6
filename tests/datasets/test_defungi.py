"""DeFungi from class folders under either of their names."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrastive import datasets
from contrastive.errors import UserError


def patch(path: Path, shade: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (24, 24), (shade, 0, 0)).save(path)


def test_published_and_abbreviated_folders_are_the_same(tmp_path: Path) -> None:
    for i, (code, short) in enumerate([("H1", "TSH"), ("H2", "BASH"), ("H6", "bbh")]):
        for k in range(4):
            patch(tmp_path / "published" / code / f"{code}_{k // 2}a_{k}.jpg", 40 * i + k)
            patch(
                tmp_path / "short" / ("train" if k < 3 else "test") / short / f"{code}_{k // 2}a_{k}.jpg", 40 * i + k
            )
    published, short = (datasets.load(f"defungi:{tmp_path / name}") for name in ("published", "short"))
    assert published.classes == short.classes
    assert len(short.classes) == 5
    assert np.bincount(published.codes(), minlength=5).tolist() == [4, 4, 0, 0, 4]
    assert np.bincount(short.codes(), minlength=5).tolist() == [4, 4, 0, 0, 4]
    assert [len(short.rows(split)) for split in ("train", "test")] == [9, 3]
    assert short.table["photo"].nunique() == 6
    assert "3 of 6 photos have patches in more than one split" in short.card["description"]


def test_without_a_path_it_says_what_to_get() -> None:
    with pytest.raises(UserError, match=r"defungi\.zip"):
        datasets.load("defungi")


def test_the_real_subset(real: Path) -> None:
    found = datasets.load(f"defungi:{real / 'defungi-subset.zip'}", size=32)
    assert [np.bincount(found.split(s).codes()).tolist() for s in ("train", "test")] == [[300] * 5, [60] * 5]
    assert found.classes[0].startswith("Tortuous")
    assert all(name.startswith("H1_") for name in found.table["photo"][found.codes() == 0])
