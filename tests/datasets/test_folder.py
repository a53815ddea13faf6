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
    assert len(packed) == 6
    assert [bad["id"] for bad in packed.card["unreadable"]] == ["../../outside.png"], "hidden files are passed over"
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


def test_a_class_with_one_picture(tmp_path: Path) -> None:
    for name in ("cat/a", "dog/a", "dog/b"):
        paint(tmp_path / "set" / f"{name}.png", len(name))
    found = datasets.load(f"folder:{tmp_path / 'set'}")
    assert found.table.set_index("id")["split"]["cat/a.png"] == "train"
    assert np.bincount(found.codes()).tolist() == [1, 2]


@pytest.fixture
def styles(tmp_path: Path) -> Path:
    """Two places of one shape: classes as paintings, and styles of classes."""
    for i in range(10):
        paint(tmp_path / "paintings" / ("cat", "dog")[i % 2] / f"{i}.png", i)
        paint(tmp_path / "others" / ("photo", "sketch")[i % 2] / ("cat", "dog")[i // 2 % 2] / f"{i}.png", 20 + i)
    return tmp_path


def test_several_places_join_into_content_and_style(styles: Path) -> None:
    found = datasets.load(f"folder:{styles / 'paintings'}+{styles / 'others'}")
    assert found.name == "paintings+others"
    assert found.target == "content"
    assert found.classes_of == {"content": ["cat", "dog"], "style": ["paintings", "photo", "sketch"]}
    assert len(found) == found.table["id"].nunique() == 20
    assert found.table["style"].value_counts().to_dict() == {"paintings": 10, "photo": 5, "sketch": 5}
    row = found.table["id"].tolist().index("others/photo/dog/2.png")
    assert np.array_equal(found.picture(row), Image.open(styles / "others" / "photo" / "dog" / "2.png"))
    again = datasets.load("folder", root=[styles / "paintings", styles / "others"])
    assert again.fingerprint == found.fingerprint
    assert all(set(part["split"]) == {"train", "test"} for _, part in found.table.groupby("content"))


def test_places_of_the_same_name_and_without_classes_join(styles: Path) -> None:
    for i in range(3):
        paint(styles / "more" / "paintings" / f"{i}.png", 40 + i)
    paint(styles / "more" / "paintings" / "test" / "cat" / "z.png", 50)
    found = datasets.scan(f"folder:{styles / 'paintings'}+{styles / 'more' / 'paintings'}").table
    assert found["style"].value_counts().to_dict() == {"paintings": 10, "paintings-2": 4}
    assert found["content"].isna().sum() == 3
    flat = datasets.scan("folder", root=[styles / "paintings" / "cat", styles / "paintings" / "dog"])
    assert flat.label_columns == ["style"]


def test_a_plus_that_belongs_to_a_name_stays_there(styles: Path) -> None:
    (styles / "paintings").rename(styles / "oil+acryl")
    assert datasets.scan(f"folder:{styles / 'oil+acryl'}").label_columns == ["class"]
    both = datasets.scan(f"folder:{styles / 'others'}+{styles / 'oil+acryl'}")
    assert set(both.table["style"]) == {"photo", "sketch", "oil+acryl"}
    with pytest.raises(UserError, match=r"gone does not exist"):
        datasets.scan(f"folder:{styles / 'others'}+gone")
    with pytest.raises(UserError, match="mnist reads one place"):
        datasets.scan(f"mnist:{styles / 'others'}+{styles / 'oil+acryl'}")


def test_own_sets_of_several_places_keep_the_names_of_their_columns(styles: Path) -> None:
    own.add("joined", [styles / "paintings", styles / "others"], columns={"content": "subject"})
    try:
        found = datasets.load("joined")
        assert found.name == found.card["title"] == "joined"
        assert found.label_columns == ["subject", "style"]
        assert found.target == "subject"
        assert found.codes("subject").max() == 1
    finally:
        own.remove("joined")
    with pytest.raises(UserError, match="There is no source called 'nonsense'"):
        own.add("other", styles / "paintings", kind="nonsense")
    for columns in ({"nothing": "x"}, {"class": "id"}, {"class": "split"}, {"class": " "}):
        with pytest.raises(UserError):
            own.add("other", styles / "paintings", columns=columns)
    assert "other" not in datasets.names()


def test_an_upload_that_is_refused_leaves_nothing(own_data: Path) -> None:
    with pytest.raises(UserError):
        own.add("broken", b"no zip")
    assert not list((own_data / "own").glob("broken*"))


def test_real_zips_have_the_counts_of_their_lists(real: Path) -> None:
    def counts(name: str, column: str) -> dict[str, int]:
        return datasets.scan(f"folder:{real / name}").table[column].value_counts().to_dict()

    cifar = datasets.scan(f"folder:{real / 'cifar10-jpg.zip'}").table
    assert cifar["split"].value_counts().to_dict() == {"train": 50_000, "test": 10_000}
    assert cifar.groupby("split")["class"].value_counts().unstack().to_numpy().tolist() == [[1000] * 10, [5000] * 10]
    assert counts("pets-3-breeds.zip", "class") == {"Abyssinian": 200, "Bengal": 200, "american_bulldog": 200}
    assert counts("defungi-subset.zip", "class") == dict.fromkeys(["BASH", "BBH", "GMA", "SHC", "TSH"], 360)
    assert counts("defungi-subset.zip", "split") == {"train": 1500, "test": 300}


def test_real_paintings_and_styles_join(real: Path) -> None:
    joined = datasets.scan(f"folder:{real / 'paintings.zip'}+{real / 'picture-styles.zip'}")
    assert joined.label_columns == ["content", "style"]
    cells = joined.table.groupby(["style", "content"]).size().unstack()
    assert cells.shape == (4, 7)
    assert list(cells.index) == ["cartoon", "paintings", "photo", "sketch"]
    assert cells.to_numpy().sum() == len(joined.table) == joined.table["id"].nunique() == 2888
    assert (cells.drop("paintings") == 40).all(axis=None)
    test = joined.table[joined.table["split"] == "test"].groupby(["style", "content"]).size().unstack()
    assert (test.drop("paintings") == 8).all(axis=None)


def test_real_paintings(real: Path) -> None:
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
