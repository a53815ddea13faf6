"""ArtDL's kit in the shapes in which it lies on disks, with stand-in pictures."""

import csv
import hashlib
import io
import json
import os
import random
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrastive import datasets
from contrastive.datasets import artdl, download
from contrastive.datasets.artdl_kit import SAINTS, readable
from contrastive.errors import UserError

CODES = [
    *("11H(ANTONY OF PADUA)", "11H(JOHN THE BAPTIST)", "11H(PAUL)", "11H(FRANCIS)", "11HH(MARY MAGDALENE)"),
    *("11H(JEROME)", "11H(DOMINIC)", "11F(MARY)", "11H(PETER)", "11H(SEBASTIAN)"),
]
HEADER = ["item", "set", "11H(JOHN)", *sorted(CODES)]

Row = tuple[str, str, list[str]]


def tiny_jpeg(shade: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), shade, np.uint8)).save(file, "jpeg")
    return file.getvalue()


def kit(root: Path, items: list[str], folder: str = "DEVKitArtDL/JPEGImages") -> Path:
    """Stand-in pictures: ten of them on disk, every item a hard link to one."""
    place = root / folder
    place.mkdir(parents=True)
    for shade in range(10):
        (root / f"stand-in-{shade}").write_bytes(tiny_jpeg(25 * shade))
    for number, item in enumerate(items):
        os.link(root / f"stand-in-{number % 10}", place / f"{item}.jpg")
    return place.parent


def write_table(path: Path, rows: list[Row], labels: dict[str, str] | None = None) -> None:
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADER[:2], *(["artdl_label"] if labels else []), *HEADER[2:]])
        for item, split, shown in rows:
            flags = [int(code in shown) for code in HEADER[2:]]
            writer.writerow([item, split, *([labels.get(item, "")] if labels else []), *flags])


SMALL: list[Row] = [
    ("a1", "train", ["11F(MARY)"]),
    ("a1", "train", ["11F(MARY)"]),
    ("a.2", "train", ["11H(PETER)", "11H(PAUL)"]),
    ("a3(1)", "train", ["11H(JOHN)"]),
    ("v1", "val", ["11H(JEROME)"]),
    ("t1", "test", ["11HH(MARY MAGDALENE)"]),
    ("gone", "test", ["11F(MARY)"]),
]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return kit(tmp_path, ["a1", "a.2", "a3(1)", "v1", "t1", "spare"])


def saints(found: datasets.ImageDataset) -> dict[str, str]:
    return dict(zip(found.table["id"], found.table["saint"], strict=True))


def test_one_table(small: Path) -> None:
    write_table(small / "ArtDL.csv", SMALL)
    found = datasets.load(f"artdl:{small}")
    assert saints(found) == {"a1": "Mary", "a.2": "Paul", "v1": "Jerome", "t1": "Mary Magdalene"}
    assert [len(found.rows(split)) for split in ("train", "val", "test")] == [2, 1, 1]
    assert found.classes == SAINTS
    assert found.table["also"].tolist() == ["", "Peter", "", ""]
    assert [bad["id"] for bad in found.card["unreadable"]] == ["gone"]
    for said in (
        "its 4 rows name 3 distinct",
        "1 pictures show several",
        "1 pictures of the tables show none",
        "1 of",
    ):
        assert said in found.card["description"]
    assert found.fingerprint == datasets.load(f"artdl:{small.parent}").fingerprint, "the kit's parent will do"


def test_tables_of_splits_and_their_labels(small: Path) -> None:
    write_table(small / "ArtDL.csv", [*SMALL, ("spare", "train", ["11F(MARY)"])])
    for name, split in (("train", "train"), ("valid", "val"), ("test", "test")):
        rows = [(item, "", shown) for item, where, shown in SMALL if where == split]
        write_table(small / f"artdl_{name}.csv", rows, {"a.2": "11H(PETER)"})
    found = datasets.load(f"artdl:{small}")
    assert saints(found) == {"a1": "Mary", "a.2": "Peter", "v1": "Jerome", "t1": "Mary Magdalene"}
    assert [len(found.rows(split)) for split in ("train", "val", "test")] == [2, 1, 1], "spare is in no split's table"


@pytest.mark.parametrize(("numbers", "kept"), [({"a1": "9", "a.2": "4", "v1": "4"}, "Paul"), ({"t1": "8"}, "Peter")])
def test_a_number_counts_only_where_the_kit_says_whose_it_is(small: Path, numbers: dict[str, str], kept: str) -> None:
    """4 is Jerome's number by v1; 8 is Peter's by more."""
    rows = [*SMALL, ("more", "test", ["11H(PETER)"])]
    labels = {"a.2": "8", "more": "8"} if "t1" in numbers else numbers
    write_table(small / "ArtDL.csv", rows, labels)
    assert saints(datasets.load(f"artdl:{small}"))["a.2"] == ("Jerome" if kept == "Paul" else kept)


def test_contradicting_numbers_are_ignored(small: Path) -> None:
    write_table(small / "ArtDL.csv", SMALL, {"a1": "3", "v1": "3", "a.2": "3"})
    assert saints(datasets.load(f"artdl:{small}"))["a.2"] == "Paul"


def test_lists_say_who_belongs_and_tables_how_they_are_labelled(small: Path) -> None:
    (small / "sets").mkdir()
    (small / "sets" / "train.txt").write_text("a1\na.2\na1\nspare\na3(1)")
    (small / "sets" / "test.txt").write_text("t1\na1\n")
    (small / "sets" / "classes.txt").write_text("\n".join(reversed(CODES)))
    found = datasets.load(f"artdl:{small}")
    assert found.label_columns == []
    assert "unlabelled" in found.card["description"]
    assert [len(found.rows(split)) for split in ("train", "test")] == [3, 2], "a1 is tested on, not trained on"
    write_table(small / "ArtDL.csv", SMALL)
    found = datasets.load(f"artdl:{small}")
    assert found.classes == SAINTS[::-1]
    assert found.table["id"].tolist() == ["a.2", "spare", "a3(1)", "v1", "t1", "a1"], "the table stands in for val"
    assert found.codes().tolist() == [1, -1, -1, 4, 5, 2]
    assert "2 pictures have no label" in found.card["description"]


def test_a_kit_in_a_zip_and_a_folder_with_that_zip(small: Path, tmp_path: Path) -> None:
    write_table(small / "ArtDL.csv", SMALL)
    plain = datasets.load(f"artdl:{small}")
    (tmp_path / "packed").mkdir()
    with zipfile.ZipFile(tmp_path / "packed" / "DEVKitArtDL.zip", "w") as archive:
        for path in sorted(small.rglob("*.*")):
            archive.write(path, path.relative_to(tmp_path))
    for place in (tmp_path / "packed", tmp_path / "packed" / "DEVKitArtDL.zip"):
        assert datasets.load(f"artdl:{place}").fingerprint == plain.fingerprint


def test_what_is_not_a_kit_is_one_sentence(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path / "data"))
    with pytest.raises(UserError, match=r"no list of ArtDL's pictures"):
        datasets.load(f"artdl:{small}")
    write_table(small / "ArtDL.csv", [("x", "train", ["11F(MARY)"])])
    with pytest.raises(UserError, match="None of the 1 pictures"):
        datasets.load(f"artdl:{small}")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no pictures in"):
        datasets.load(f"artdl:{tmp_path / 'empty'}")
    with pytest.raises(UserError, match="not on this machine") as told:
        datasets.load("artdl")
    assert str(tmp_path / "data" / "downloads" / "artdl") in told.value.hint


@pytest.fixture
def zenodo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server in Zenodo's place; the record lists what lies in the folder that is yielded."""
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(download, "PAUSE", 0.0)
    monkeypatch.delenv("http_proxy", raising=False)
    served = tmp_path / "served"
    served.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served)))
    monkeypatch.setattr(artdl, "RECORD", f"http://127.0.0.1:{server.server_port}/record")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def describe(served: Path, **changes: object) -> None:
    """Write the record as Zenodo's API gives it."""
    files = [
        {
            "key": path.name,
            "size": path.stat().st_size,
            "checksum": f"md5:{hashlib.md5(path.read_bytes()).hexdigest()}",
            "links": {"self": artdl.RECORD.replace("record", path.name)},
            **changes,
        }
        for path in sorted(served.glob("*.zip"))
    ]
    (served / "record").write_text(json.dumps({"id": 6473001, "files": files}))


def test_a_download_only_when_asked_for(zenodo: Path, small: Path, tmp_path: Path) -> None:
    write_table(small / "ArtDL.csv", SMALL)
    with zipfile.ZipFile(zenodo / "DEVKitArtDL.zip", "w") as archive:
        for path in sorted(small.rglob("*.*")):
            archive.write(path, path.relative_to(tmp_path))
    describe(zenodo)
    with pytest.raises(UserError, match="not on this machine"):
        datasets.load("artdl")
    found = datasets.load("artdl:download=true")
    assert found.fingerprint == datasets.load(f"artdl:{small}").fingerprint
    (zenodo / "record").unlink()
    assert len(datasets.load("artdl:download=true")) == len(datasets.load("artdl")) == 4, "no second download"


def test_what_zenodo_sends_is_not_believed(zenodo: Path, tmp_path: Path) -> None:
    (zenodo / "kit.zip").write_bytes(b"x" * 1000)
    for wrong, said in (
        ({"checksum": f"md5:{'0' * 32}"}, "not the published"),
        ({"key": "../../escape.zip"}, "cannot be ArtDL's"),
        ({"links": {"self": "http://elsewhere.example/kit.zip"}}, "cannot be ArtDL's"),
        ({"size": None}, "cannot be understood"),
    ):
        describe(zenodo, **wrong)
        with pytest.raises(UserError, match=said):
            datasets.load("artdl:download=true")
    (zenodo / "record").unlink()
    with pytest.raises(UserError, match="could not be fetched") as told:
        datasets.load("artdl:download=true")
    assert artdl.PAGE in told.value.hint
    assert not list(tmp_path.rglob("escape.zip"))


def test_names_are_readable() -> None:
    assert [readable(code) for code in CODES] == SAINTS
    assert [readable(name) for name in SAINTS] == SAINTS


def test_the_real_lists(real: Path, tmp_path: Path) -> None:
    """All item names of the official lists, with stand-in pictures: the counts of the publication."""
    lists = {
        split: (real / "artdl-splits" / f"{split}.txt").read_text().split() for split in ("train", "val", "test")
    }
    items = list(dict.fromkeys(item for names in lists.values() for item in names))
    place = kit(tmp_path, items)
    for path in (real / "artdl-splits").iterdir():
        (place / path.name).write_bytes(path.read_bytes())
    bare = artdl.scan(tmp_path, None)
    assert bare.label_columns == []
    assert bare.table["split"].value_counts().to_dict() == {"train": 14_911, "test": 1_864, "val": 1_861}
    assert "95,130 rows name 14,911 distinct" in bare.card["description"]
    draw = random.Random(0)
    write_table(
        place / "ArtDL.csv", [(item, "", draw.sample(CODES, 1 + (k % 50 == 0))) for k, item in enumerate(items)]
    )
    scan = artdl.scan(tmp_path, None)
    assert len(scan.table) == 14_911 + 1_861 + 1_864
    assert scan.classes_of["saint"] == [
        readable(line) for line in (real / "artdl-splits" / "classes.txt").read_text().splitlines()
    ]
    assert scan.table["saint"].nunique() == 10
    assert not scan.refused
    assert f"{-(-len(items) // 50)} pictures show several" in scan.card["description"]
