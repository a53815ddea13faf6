"""Selections: kept as columns, written to files, read back."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from contrastive import datasets, selections
from contrastive.errors import UserError

ROWS = [5, 3, 900]


@pytest.fixture(scope="module")
def digits() -> datasets.ImageDataset:
    return datasets.load("digits")


@pytest.fixture(autouse=True)
def _own_place(monkeypatch: pytest.MonkeyPatch, tmp_path: object, digits: object) -> None:
    monkeypatch.setattr("contrastive.selections.kept.data_dir", lambda: tmp_path)


def test_a_kept_selection_is_a_column_until_it_is_removed_and_can_come_back(digits: datasets.ImageDataset) -> None:
    selections.keep(" night scenes ", digits, ROWS)
    selections.keep("Tag", digits, [0])
    kept = selections.columns(digits)
    assert list(kept) == ["night scenes", "Tag"]
    assert np.flatnonzero(kept["night scenes"] == 0).tolist() == sorted(ROWS)
    assert set(kept["night scenes"]) == {0, 1}
    rows = selections.remove("night scenes", digits)
    assert list(selections.columns(digits)) == ["Tag"]
    selections.keep("night scenes", digits, rows)
    assert (selections.columns(digits)["night scenes"] == kept["night scenes"]).all()


def test_other_pictures_have_columns_of_their_own(digits: datasets.ImageDataset) -> None:
    selections.keep("mine", digits, ROWS)
    assert selections.columns(digits.subset(np.arange(100))) == {}


@pytest.mark.parametrize(
    ("name", "rows", "sentence"),
    [
        ("digit", [1], "already a column"),
        ("id", [1], "already a column"),
        ("../away", [1], "cannot be the name"),
        ("", [1], "cannot be the name"),
        ("empty", [], "No picture is selected"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    digits: datasets.ImageDataset, name: str, rows: list[int], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        selections.keep(name, digits, rows)
    assert not selections.columns(digits)


def test_an_exported_table_restores_the_selection(digits: datasets.ImageDataset) -> None:
    points = np.random.default_rng(0).normal(size=(len(digits), 2))
    raw = selections.as_csv(digits, ROWS, points)
    table = pd.read_csv(io.BytesIO(raw))
    np.testing.assert_allclose(table[["x", "y"]], points[ROWS])
    rows, strangers = selections.from_file(raw, digits)
    assert (rows.tolist(), strangers) == (sorted(ROWS), 0)
    half = digits.subset(np.arange(100))
    rows, strangers = selections.from_file(raw.replace(b",", b";"), half)
    assert (rows.tolist(), strangers) == ([3, 5], 1)


def test_every_kind_of_file_restores_the_selection(digits: datasets.ImageDataset) -> None:
    vectors = np.zeros((len(digits), 3), np.float32)
    for raw in (
        selections.as_csv(digits, ROWS),
        selections.as_parquet(digits, ROWS, None, vectors),
        selections.as_zip(digits, ROWS),
    ):
        rows, strangers = selections.from_file(raw, digits)
        assert (rows.tolist(), strangers) == (sorted(ROWS), 0)


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"name,x\na,1\n", "no column called id"),
        (b"id\nnobody\n", "None of the 1 ids"),
        (b"", "no column called id"),
        (b"id\0", "not plain text"),
        (b"PAR1 and nothing more", "no Parquet file that can be read"),
        (pd.DataFrame({"name": ["a"]}).to_parquet(), "no column called id"),
        (pd.DataFrame({"id": [7, None]}).to_parquet(), "None of the 1 ids"),
        (b"PK\3\4 and nothing more", "no zip that can be read"),
        (zipped("other.csv", b"id\n"), "holds no selection.csv"),
        (zipped("selection.csv", b"id\nnobody\n")[:-30], "no zip that can be read"),
    ],
)
def test_a_file_that_is_no_selection_is_one_sentence(
    digits: datasets.ImageDataset, raw: bytes, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        selections.from_file(raw, digits)


def test_parquet_carries_the_vectors(digits: datasets.ImageDataset) -> None:
    vectors = np.random.default_rng(0).normal(size=(len(digits), 7)).astype(np.float32)
    table = pd.read_parquet(io.BytesIO(selections.as_parquet(digits, ROWS, None, vectors)))
    assert table["id"].tolist() == digits.table["id"].iloc[ROWS].tolist()
    np.testing.assert_array_equal(np.stack(table["vector"]), vectors[ROWS])


def test_the_zip_holds_every_picture_and_says_which_is_which(digits: datasets.ImageDataset) -> None:
    with zipfile.ZipFile(io.BytesIO(selections.as_zip(digits, ROWS))) as archive:
        table = pd.read_csv(archive.open("selection.csv"))
        assert table["id"].tolist() == digits.table["id"].iloc[ROWS].tolist()
        for name, row in zip(table["file"], ROWS, strict=True):
            with Image.open(archive.open(name)) as picture:
                assert np.array_equal(np.asarray(picture.convert("RGB")), np.asarray(digits.open(row).convert("RGB")))


def test_shares_are_those_of_the_selection_and_the_whole() -> None:
    codes = np.array([0, 0, 0, 1, 1, -1, -1, -1, -1, -1])
    chosen = np.zeros(10, dtype=bool)
    chosen[[0, 3, 4, 5]] = True
    table = selections.share_table(codes, ["ship", "tower", "absent"], chosen).set_index("class")
    assert table.index.tolist() == ["tower", "ship", "unlabelled"]
    assert table["in selection"].tolist() == [0.5, 0.25, 0.25]
    assert table["in all"].tolist() == [0.2, 0.3, 0.5]
    np.testing.assert_allclose(table["ratio"], [2.5, 0.25 / 0.3, 0.5])
