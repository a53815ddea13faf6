"""Tables of pictures, as people and programs write them."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrastive import datasets
from contrastive.datasets.csv_columns import is_label, understand
from contrastive.datasets.csv_table import scan
from contrastive.errors import UserError


@pytest.fixture
def art(tmp_path: Path) -> Path:
    """A folder with six pictures, two of them in a folder of their own."""
    for i, name in enumerate(["a.png", "b.png", "c.png", "d.png", "sub/e.png", "sub/ü f.png"]):
        path = tmp_path / "art" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 20), (40 * i, 0, 0)).save(path)
    return tmp_path / "art"


def write(art: Path, text: str, encoding: str = "utf-8", name: str = "list.csv") -> Path:
    (art / name).write_text(text, encoding=encoding)
    return art / name


def read(art: Path, text: str, encoding: str = "utf-8") -> datasets.ImageDataset:
    return datasets.load(f"csv:{write(art, text, encoding)}")


FULL = """id,path,style,artist,split,title,date,points
1,a.png,cubist,Ana,train,First,1901,0.5
2,b.png,cubist,Bo,train,Second,1902,1.5
3,c.png,,Ana,validation,Third,1903,2.5
4,sub/e.png,naive,Bo,test,Fourth,1904,
"""


def test_every_kind_of_column(art: Path) -> None:
    found = read(art, FULL)
    assert found.label_columns == ["style", "artist"]
    assert found.codes("style").tolist() == [0, 0, -1, 1]
    assert found.table["id"].tolist() == ["1", "2", "3", "4"]
    assert found.table["split"].tolist() == ["train", "train", "val", "test"]
    assert found.table["title"][3] == "Fourth"
    assert found.table["date"].tolist() == [1901, 1902, 1903, 1904]
    assert np.isnan(found.table["points"][3])
    assert found.picture(3).getpixel((5, 5)) == (160, 0, 0)
    assert found.open(3).size == (20, 20)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_delimiters_and_encodings(art: Path, delimiter: str, encoding: str) -> None:
    text = '"path"|"style"\nsub/ü f.png|"näive, late"\na.png|cubist\nb.png|cubist\n'.replace("|", delimiter)
    found = read(art, text, encoding)
    assert found.classes == ["cubist", "näive, late"]
    assert len(found) == 3


def test_a_table_without_a_header_and_one_with_another_name_for_the_path(art: Path) -> None:
    found = read(art, "a.png,cat\nb.png,cat\nsub\\e.png,dog\n")
    assert found.classes == ["cat", "dog"], "and a path written on Windows"
    found = read(art, "what,where it is\ncat,a.png\ncat,b.png\n")
    assert found.table["id"].tolist() == ["a.png", "b.png"]
    assert found.table["what"].tolist() == ["cat", "cat"]


def test_rows_that_cannot_be_used_are_listed_and_the_rest_loads(art: Path) -> None:
    text = (
        "path,style\na.png,x\nb.png,y\ngone.png,x\n../out.png,x\n/etc/passwd.png,x\nC:\\secret.png,x\n"
        "https://example.org/w.png,x\n,x\nc.png,y,too,many\na.png,x\nb.png,x\nsub/../../o.png,y\nlist.csv,x\n"
    )
    Image.new("RGB", (20, 20)).save(art.parent / "out.png")
    found = read(art, text)
    assert found.table["id"].tolist() == ["a.png", "b.png"]
    reasons = [bad["reason"] for bad in found.card["unreadable"]]
    for said, times in (
        ("is not there", 1),
        ("leads out", 4),
        ("address", 1),
        ("names no picture", 1),
        ("4 fields", 1),
    ):
        assert sum(said in reason for reason in reasons) == times, said
    assert sum("listed more than once" in reason for reason in reasons) == 2
    assert sum("different entries" in reason for reason in reasons) == 1
    assert sum("not a picture" in reason for reason in reasons) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("path,style\n", "lists no pictures"),
        ("name,style\nx,y\n", "No column of list.csv names picture files"),
        ("path|style\na.png|x\n", "No column of list.csv names picture files"),
        ("style|path\nx|a.png\n", "None of the pictures"),
        ("path,style\nx.png,1\n", "None of the pictures"),
        ("path,style\n\0,1\n", "not plain text"),
        ('path,style\na.png,"' + "x" * 200_000 + '"\n', "not a table that can be read"),
    ],
)
def test_what_is_not_a_table_of_pictures_is_one_sentence(art: Path, text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read(art, text)


def test_labels_can_be_chosen(art: Path) -> None:
    place = write(art, FULL)
    assert datasets.load("csv", root=place, labels=["date"]).classes == ["1901", "1902", "1903", "1904"]
    found = datasets.load(f"csv:table={place},labels=Artist,style")
    assert found.label_columns == ["style", "artist"]
    with pytest.raises(UserError, match="no column 'mood'"):
        datasets.load("csv", root=place, labels="mood")
    for wrong in ("csv", "csv:nowhere.csv", "csv:table=nowhere.csv"):
        with pytest.raises(UserError):
            datasets.load(wrong)


def test_which_columns_are_labels() -> None:
    many = [str(i) for i in range(100_000)]
    assert not is_label("class", many), "100,000 classes are an id"
    assert not is_label("word", [f"w{i}" for i in range(500)])
    assert not is_label("age", [str(i % 60) for i in range(600)])
    assert not is_label("score", ["0.5", "1.5", "0.5"])
    assert not is_label("text", ["long " * 30] * 4)
    assert not is_label("style", ["", "NaN", "n/a"])
    assert is_label("class", [str(i % 60) for i in range(600)])
    assert is_label("rooms", [str(i % 5) for i in range(50)])
    assert is_label("artist", [f"artist {i % 300}" for i in range(900)])
    assert is_label("genre", ["one", "two"])
    assert not is_label("anything", ["one", "two"])


def test_numbers_keep_their_order_and_columns_their_place() -> None:
    rows = [["file", "label", "Label", "", "width"], *([f"{i}.png", str(i % 11), "x", "y", "3"] for i in range(44))]
    found = understand(rows, "list.csv")
    assert found.classes_of["label"] == [str(i) for i in range(11)]
    assert found.labels == ["label", "Label_", "column 4"]
    assert "width" not in found.table


def test_splits_are_believed_when_most_are_known(art: Path) -> None:
    found = read(art, "path,set\na.png,train\nb.png,TEST\nc.png,\nd.png,dev\n")
    assert found.table["split"].tolist() == ["train", "test", "train", "val"]
    assert "1 rows name no split" in found.card["description"]
    found = read(art, "path,split\na.png,x\nb.png,x\nc.png,y\nd.png,y\n")
    assert found.label_columns == ["split as given"]
    assert set(found.table["split"]) <= {"train", "test"}


def test_ids_that_repeat_are_not_ids(art: Path) -> None:
    found = read(art, "id,path\n7,a.png\n7,b.png\n")
    assert found.table["id"].tolist() == ["a.png", "b.png"]
    assert found.table["given id"].tolist() == ["7", "7"]


def test_a_zip_holds_table_and_pictures(art: Path, tmp_path: Path) -> None:
    table = write(art, FULL + "5,../a.png,x,Ana,test,,,\n6,art/d.png,naive,Ana,test,,,\n")
    with zipfile.ZipFile(tmp_path / "art.zip", "w") as archive:
        for path in sorted(art.rglob("*.*")):
            archive.write(path, path.relative_to(tmp_path))
    found = datasets.load(f"csv:{tmp_path / 'art.zip'}")
    assert found.table["id"].tolist() == ["1", "2", "3", "4", "6"], "relative to the table, or to the zip"
    assert len(found.card["unreadable"]) == 1
    assert len(datasets.load(f"csv:{art}")) == 4, "a folder with one table"
    write(art, FULL, name="second.csv")
    with pytest.raises(UserError, match="2 tables"):
        datasets.load(f"csv:{art}")
    table.unlink()
    (art / "second.csv").unlink()
    with pytest.raises(UserError, match="no tables"):
        datasets.load(f"csv:{art}")


def test_only_the_files_that_are_named_are_looked_at(art: Path) -> None:
    place = write(art, "path\na.png\n")
    before = scan(place, 20).key
    Image.new("RGB", (20, 20)).save(art / "other.png")
    assert scan(place, 20).key == before
    Image.new("RGB", (30, 30)).save(art / "a.png")
    assert scan(place, 20).key != before
