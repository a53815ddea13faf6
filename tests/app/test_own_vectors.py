"""Vectors made elsewhere on the pages: kept, looked through, and never asked to look at a picture."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import catalogue, datasets, vectors
from tests.app.opening import open_page, picker


def numbers() -> np.ndarray:
    """The pixels of the digits, of which a report can read much."""
    pixels = datasets.load("digits").pixels
    return pixels.reshape(len(pixels), -1)[:, ::16].astype(np.float32)


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def opened(page: str, data: str = "digits", encoder: str = "mine", **query: str) -> AppTest:
    return open_page(page, data=data, encoder=encoder, **query)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """No table of vectors is left behind."""
    yield
    for name in vectors.names():
        vectors.remove(name)


@pytest.fixture
def mine() -> None:
    """A table of vectors of the digits."""
    vectors.add("mine", datasets.load("digits"), vectors.Table(numbers(), None, "x.npy"))


@pytest.mark.parametrize("page", ["map.py", "neighbours.py", "report.py", "dataset.py"])
def test_pages_that_only_need_vectors_render(page: str, mine: None) -> None:
    app = opened(page, layout="pca")
    assert not app.error
    assert picker(app, "encoder").value == "mine"
    assert any("Vectors made elsewhere: x.npy" in text.value for text in app.sidebar.caption)


def test_nobody_claims_to_know_what_the_vectors_were_told(mine: None) -> None:
    assert "what it was told is not known" in opened("report.py").markdown[0].value
    assert not any("never told" in text.value for text in opened("neighbours.py").markdown)


def test_pages_that_need_a_network_say_so(mine: None) -> None:
    app = opened("augmentations.py")
    assert [error.proto.title for error in app.error] == [
        "mine is a table of vectors made elsewhere; it cannot look at new pictures."
    ]
    app = opened("neighbours.py")
    buffer = io.BytesIO()
    Image.new("RGB", (30, 30)).save(buffer, "PNG")
    app.file_uploader(key="neighbours-upload").upload("new.png", buffer.getvalue())
    app.run()
    assert not app.exception
    assert "cannot look at new pictures" in app.error[0].proto.title
    assert app.dataframe, "the page goes on with a picture of the set"


def test_the_picker_offers_them_only_beside_their_own_pictures(mine: None) -> None:
    assert "mine" in picker(opened("home.py", encoder="pixels"), "encoder").options
    app = opened("map.py", data="atelier", layout="pca")
    assert "mine" not in picker(app, "encoder").options
    assert picker(app, "encoder").value != "mine"
    assert not app.error
    app = opened("map.py", layout="pca")
    picker(app, "data").set_value("atelier").run()
    assert not app.exception
    assert not app.error
    assert picker(app, "encoder").value == catalogue.default_for("atelier")


def test_dropped_looked_at_kept_and_removed() -> None:
    images = datasets.load("digits")
    app = opened("dataset.py", encoder="pixels")
    assert app.file_uploader(key="vectors-files-0")
    shuffled = np.random.default_rng(0).permutation(len(images))
    ids = "\n".join(["id", *images.table["id"].iloc[shuffled], "another"])
    table = np.concatenate([numbers()[shuffled], np.zeros((1, numbers().shape[1]), np.float32)])
    upload = app.file_uploader(key="vectors-files-0")
    upload.set_value(
        [("made by me.npy", npy(table), "application/octet-stream"), ("ids.csv", ids.encode(), "text/csv")]
    )
    app.run()
    assert not app.exception
    assert not app.error
    understood = next(text.value for text in app.markdown if text.value.startswith("Understood: 1,797 vectors of"))
    assert "matched by id; left out: 1 more" in understood
    assert app.text_input(key="vectors-name-0").value == "made by me"
    app.text_input(key="vectors-name-0").set_value("pixels")
    app.button(key="vectors-keep").click().run()
    assert "already an encoder called 'pixels'" in app.error[0].proto.title
    assert vectors.names() == []
    app.text_input(key="vectors-name-0").set_value("mine")
    app.button(key="vectors-keep").click().run()
    assert not app.exception
    assert not app.error
    assert picker(app, "encoder").value == "mine"
    np.testing.assert_array_equal(vectors.vectors_of("mine", images), numbers())

    app.button(key="vectors-remove-mine").click().run()
    assert not app.exception
    assert not app.error
    assert vectors.names() == []
    assert picker(app, "encoder").value == catalogue.default_for("digits")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("x.npy", npy(np.zeros((3, 4))), "")], "x.npy has 3 rows and digits 1,797 pictures"),
        ([("x.npy", b"<html>", "")], "x.npy is neither a .npy nor a Parquet file"),
        ([("ids.csv", b"id\n1", "text/csv")], "0 files of vectors and 1 of ids"),
        ([("x.npy", npy(np.zeros((1, 4))), ""), ("ids.csv", b"id\n1", "text/csv")], "1,797 of the 1,797 pictures"),
    ],
)
def test_a_table_that_does_not_fit_is_one_sentence(files: list[tuple[str, bytes, str]], words: str) -> None:
    app = opened("dataset.py", encoder="pixels")
    app.file_uploader(key="vectors-files-0").set_value(files)
    app.run()
    assert not app.exception
    assert words in app.error[0].proto.title
    assert not any(button.key == "vectors-keep" for button in app.button)
