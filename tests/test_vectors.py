"""Vectors made elsewhere: what is read, what is refused, and how they join a data set as an encoder."""

import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from contrastive import catalogue, datasets, vectors
from contrastive.__main__ import main
from contrastive.datasets import ImageDataset
from contrastive.embed import embed
from contrastive.errors import UserError

ROWS = 5


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def parquet(frame: pd.DataFrame, **knobs: Any) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, **knobs)
    return buffer.getvalue()


NUMBERS = np.arange(ROWS * 4).reshape(ROWS, 4) / 8
IDS = [f"p{i}" for i in range(ROWS)]
AS_CSV = "\n".join(["id,title", *(f"{i},a title" for i in IDS)]).encode()


@pytest.fixture(scope="module")
def digits() -> ImageDataset:
    return datasets.load("digits")


@pytest.fixture
def alone() -> Iterator[None]:
    """No table of vectors is left behind."""
    yield
    for name in vectors.names():
        vectors.remove(name)


def made(images: ImageDataset, dim: int = 8) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(len(images), dim)).astype(np.float32)


@pytest.mark.parametrize("kind", ["f2", "f4", "f8", ">f4", "i8", "u1"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_numbers_of_every_kind_are_read(kind: str, order: Any) -> None:
    table = vectors.read(npy(np.asarray(NUMBERS * 8, kind, order=order)), AS_CSV, name="x.npy")
    assert table.vectors.dtype == np.float32
    np.testing.assert_array_equal(table.vectors, NUMBERS * 8)
    assert table.ids == IDS
    assert table.source == "x.npy"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_ids_are_found_by_the_name_of_their_column(delimiter: str, tmp_path: Path) -> None:
    text = "\ufeff" + "\r\n".join([f"n{delimiter} ID ", *(f"0{delimiter}{i}" for i in IDS)])
    (tmp_path / "x.npy").write_bytes(npy(NUMBERS))
    (tmp_path / "ids.csv").write_text(text, encoding="utf-8", newline="")
    assert vectors.read(tmp_path / "x.npy", tmp_path / "ids.csv").ids == IDS
    assert vectors.read(tmp_path / "x.npy").ids is None


def test_a_parquet_has_one_column_of_lists_or_many_of_numbers() -> None:
    import pyarrow as pa

    for kind in (
        pa.list_(pa.float32()),
        pa.large_list(pa.float64()),
        pa.list_(pa.float32(), 4),
        pa.list_(pa.int64()),
    ):
        values = (NUMBERS * 8).astype(int).tolist()
        columns = {"id": pa.array(IDS), "title": pa.array(IDS), "embedding": pa.array(values, kind)}
        buffer = io.BytesIO()
        pa.parquet.write_table(pa.table(columns), buffer, row_group_size=2)
        table = vectors.read(buffer.getvalue())
        np.testing.assert_array_equal(table.vectors, NUMBERS * 8)
        assert table.ids == IDS
    frame = pd.DataFrame(NUMBERS, columns=list("abcd")).assign(id=[7, 5, 3, 2, 1], title="a title")
    for raw in (parquet(frame), parquet(frame.set_index("id")), parquet(frame, index=True)):
        table = vectors.read(raw)
        np.testing.assert_array_equal(table.vectors, NUMBERS)
        assert table.ids == ["7", "5", "3", "2", "1"]


FRAME = pd.DataFrame(NUMBERS, columns=list("abcd")).assign(id=IDS)
REFUSED: dict[str, tuple[bytes, bytes | None, str]] = {
    "objects": (npy(np.array([{"a": 1}, print], dtype=object)), None, "holds object, not numbers"),
    "texts": (npy(np.array([["a", "b"]])), None, "not numbers"),
    "complex": (npy(NUMBERS * 1j), None, "not numbers"),
    "one dimension": (npy(NUMBERS[0]), None, r"1 dimension\(s\), not 2"),
    "three dimensions": (npy(NUMBERS[None]), None, r"3 dimension\(s\), not 2"),
    "no rows": (npy(NUMBERS[:0]), None, "0 vectors of 4"),
    "one number": (npy(NUMBERS[:, :1]), None, "5 vectors of 1"),
    "cut off": (npy(NUMBERS)[:-1], None, "cut off"),
    "a header that promises more": (npy(NUMBERS).replace(b"(5, 4)", b"(9, 4)"), None, "cut off"),
    "a header that promises far too much": (npy(NUMBERS).replace(b"(5, 4)", b"(9**9,"), None, "cannot|can be read"),
    "only a magic": (b"\x93NUMPY", None, "not a .npy that can be read"),
    "nothing": (b"", None, "neither a .npy nor a Parquet"),
    "a pickle": (b"\x80\x04K\x01.", None, "neither a .npy nor a Parquet"),
    "repeated ids": (npy(NUMBERS), AS_CSV.replace(b"p4", b"p0"), "'p0' stands 2 times"),
    "fewer ids": (npy(NUMBERS), AS_CSV[: AS_CSV.rindex(b"\n")], "4 ids for the 5 vectors"),
    "no id column": (npy(NUMBERS), AS_CSV.replace(b"id,", b"name,"), "no column called id"),
    "an empty id": (npy(NUMBERS), AS_CSV.replace(b"p3", b""), "Row 5 of the table has no id"),
    "an empty CSV": (npy(NUMBERS), b"", "no column called id"),
    "a CSV that is not text": (npy(NUMBERS), npy(NUMBERS), "not plain text"),
    "ids twice": (parquet(FRAME), AS_CSV, "brings its own ids"),
    "parquet without ids": (parquet(FRAME.drop(columns="id")), None, "no column called id"),
    "parquet with an id missing": (parquet(FRAME.assign(id=[*IDS[:4], None])), None, "Row 5 of .* has no id"),
    "parquet without numbers": (parquet(FRAME[["id"]].assign(x="a")), None, "5 vectors of 0"),
    "parquet without rows": (parquet(FRAME[:0]), None, "0 vectors"),
    "ragged lists": (parquet(FRAME[["id"]].assign(x=[[1.0], [1.0, 2.0]] * 2 + [[3.0]])), None, "not equally long"),
    "a list missing": (parquet(FRAME[["id"]].assign(x=[[1.0, 2.0]] * 4 + [None])), None, "not equally long"),
    "two columns of lists": (parquet(FRAME[["id"]].assign(x=[[1.0]] * 5, y=[[2.0]] * 5)), None, "2 columns of lists"),
    "lists of texts": (parquet(FRAME[["id"]].assign(x=[["a", "b"]] * 5)), None, "not lists of numbers"),
    "a broken parquet": (parquet(FRAME)[:200], None, "not a Parquet file that can be read"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_one_sentence(case: str) -> None:
    file, ids, words = REFUSED[case]
    with pytest.raises(UserError, match=words) as caught:
        vectors.read(file, ids, name="x")
    assert "\n" not in str(caught.value)


def test_damaged_files_never_give_a_traceback() -> None:
    rng = np.random.default_rng(0)
    for raw in (npy(NUMBERS), parquet(FRAME)):
        for _ in range(300):
            damaged = bytearray(raw)
            for place in rng.integers(4, len(raw), 3):
                damaged[place] = rng.integers(256)
            with suppress(UserError):
                vectors.read(bytes(damaged))


def test_a_small_file_that_unpacks_to_very_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors.reading, "MAX_NUMBERS", 10_000)
    packed = parquet(pd.DataFrame({"id": range(5000), **{f"f{i}": np.zeros(5000) for i in range(20)}}))
    with pytest.raises(UserError, match="more numbers than can be taken"):
        vectors.read(packed)
    with pytest.raises(UserError, match="too much"):
        vectors.read(npy(np.zeros((5000, 3))))


def test_rows_are_matched_by_id_and_others_are_ignored(digits: ImageDataset) -> None:
    numbers, ids = made(digits), digits.table["id"].tolist()
    shuffled = np.random.default_rng(0).permutation(len(ids))
    table = vectors.Table(
        np.concatenate([numbers[shuffled], np.full((2, 8), np.nan, np.float32)]),
        [*(ids[i] for i in shuffled), "no picture", "nor this"],
        "x",
    )
    aligned, ignored = vectors.matched(table, digits)
    np.testing.assert_array_equal(aligned, numbers)
    assert ignored == 2
    part = digits.subset([5, 3])
    aligned, ignored = vectors.matched(table, part)
    np.testing.assert_array_equal(aligned, numbers[[5, 3]])
    assert ignored == len(ids)
    aligned, ignored = vectors.matched(vectors.Table(numbers, None, "x"), digits)
    assert (aligned is numbers, ignored) == (True, 0)


def test_what_does_not_fit_the_data_set_is_one_sentence(digits: ImageDataset) -> None:
    numbers, ids = made(digits), digits.table["id"].tolist()
    cases = [
        (
            vectors.Table(numbers[7:], ids[7:], "x"),
            "7 of the 1,797 pictures of digits have no vector",
            "'digit-0000'",
        ),
        (vectors.Table(numbers[:9], None, "x"), "9 rows and digits 1,797 pictures", "column id"),
    ]
    for value in (np.nan, np.inf, -np.inf):
        bad = numbers.copy()
        bad[[3, 4], 0] = value
        cases.append((vectors.Table(bad, None, "x"), "2 of the 1,797 vectors hold values", "again"))
    huge = vectors.read(npy(numbers.astype(np.float64) * 1e300))
    cases.append((huge, "not numbers or too large", "again"))
    for table, words, hint in cases:
        with pytest.raises(UserError, match=words) as caught:
            vectors.matched(table, digits)
        assert hint in caught.value.hint


def test_kept_vectors_are_an_encoder_of_their_data_set_alone(digits: ImageDataset, alone: None) -> None:
    numbers = made(digits)
    assert vectors.add("mine", digits, vectors.Table(numbers, None, "x.npy")) == "mine"
    known = catalogue.find("mine")
    assert known in catalogue.all_known()
    assert (known.kind, known.saw_labels, known.title) == ("vectors", None, "Vectors made elsewhere: x.npy")
    record = {k: known.card[k] for k in ("dataset", "fingerprint", "rows", "dim", "source", "matched", "ignored")}
    assert record == {
        "dataset": "digits",
        "fingerprint": digits.fingerprint,
        "rows": 1797,
        "dim": 8,
        "source": "x.npy",
        "matched": "by order",
        "ignored": 0,
    }
    np.testing.assert_array_equal(embed("mine", digits), numbers)
    for rows in ([9, 2, 700], digits.rows("test"), np.arange(40, 90)):
        np.testing.assert_array_equal(embed(known, digits.subset(rows)), numbers[rows])
    with pytest.raises(UserError, match="cannot look at new pictures"):
        known.load(digits)

    others = datasets.load("digits", size=16)
    assert known.serves(digits)
    assert not known.serves(others)
    with pytest.raises(UserError, match="mine is a table of vectors of digits"):
        embed("mine", others)

    before = known.hash(digits)
    vectors.remove("mine")
    assert vectors.names() == []
    with pytest.raises(UserError, match="no encoder or run called 'mine'"):
        catalogue.find("mine")
    with pytest.raises(UserError, match="no table of vectors called 'mine'"):
        vectors.remove("mine")
    vectors.add("mine", digits, vectors.Table(numbers + 1, None, "x.npy"))
    assert catalogue.find("mine").hash(digits) != before


@pytest.mark.parametrize("name", ["pixels", "digits-tiny", "../mine", "a/b", ""])
def test_a_name_that_is_taken_or_leaves_the_folder_is_refused(name: str, digits: ImageDataset, alone: None) -> None:
    with pytest.raises(UserError, match=r"already|cannot be the name"):
        vectors.add(name, digits, vectors.Table(made(digits), None, "x"))
    assert vectors.names() == []


def test_a_half_written_table_is_not_there(
    digits: ImageDataset, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(vectors.store, "write_json", fail)
        with pytest.raises(OSError, match="disk full"):
            vectors.add("mine", digits, vectors.Table(made(digits), None, "x"))
    assert vectors.names() == []
    vectors.add("mine", digits, vectors.Table(made(digits), None, "x"))


def test_the_command_line_keeps_vectors_and_reads_a_report(
    digits: ImageDataset, alone: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "x.npy", made(digits)[::-1])
    digits.table[["id"]].iloc[::-1].to_csv(tmp_path / "ids.csv")
    told = ["datasets", "vectors", "digits", str(tmp_path / "x.npy"), "--table", str(tmp_path / "ids.csv")]
    assert main([*told, "--as", "mine"]) == 0
    assert "1,797 vectors of 8 numbers" in capsys.readouterr().out
    np.testing.assert_array_equal(embed("mine", digits), made(digits))
    assert main(["report", "mine", "--probe", "knn"]) == 0
    capsys.readouterr()
    assert main(["neighbours", "mine", "no.png"]) == 2
    assert main([*told, "--as", "mine"]) == 2
    assert main(["datasets", "vectors", "digits"]) == 2
    said = capsys.readouterr().err
    assert "There is already an encoder called 'mine'" in said
    assert "Traceback" not in said
