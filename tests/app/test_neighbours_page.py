"""The Neighbours page: what is asked, filters, examples, a second encoder, why, and an address one can pass on."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import datasets
from tests.app.opening import clean, open_page


def opened(**query: str) -> AppTest:
    return open_page("neighbours.py", **{"data": "atelier", "encoder": "atelier-tiny", **query})


def words(app: AppTest) -> str:
    return " ".join(text.value for text in (*app.markdown, *app.caption))


def bytes_of(row: int) -> bytes:
    buffer = io.BytesIO()
    datasets.load("atelier").picture(row).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def images() -> datasets.ImageDataset:
    return datasets.load("atelier")


def test_the_address_names_the_picture_the_filters_and_the_second_encoder(images: datasets.ImageDataset) -> None:
    app = opened(picture=str(images.table["id"].iloc[42]), k="8", beside="pixels", only="other classes only")
    assert app.session_state["neighbours-row"] == 42
    table = app.dataframe[0].value
    assert len(table) == 8
    assert images.table["id"].iloc[42] not in set(table["id"])
    assert images.table[images.target].iloc[42] not in set(table[images.target])
    assert "pixels" in [head.value for head in app.subheader]
    assert "are the same" in words(app)
    app.session_state["neighbours-row"] = 7
    clean(app.run())
    assert app.query_params["picture"] in (images.table["id"].iloc[7], [images.table["id"].iloc[7]])


def test_a_picture_that_is_not_there_is_one_sentence() -> None:
    app = opened(picture="no-such-picture")
    assert "no picture 'no-such-picture'" in app.error[0].proto.title
    assert len(app.dataframe[0].value) == 12


def test_several_uploads_are_one_direction_or_one_each_and_junk_among_them_is_said() -> None:
    app = opened()
    box = app.file_uploader(key="neighbours-upload")
    box.upload("a.png", bytes_of(5)).upload("junk.png", b"<html>").upload("b.png", bytes_of(9))
    clean(app.run())
    assert "junk.png" in app.error[0].proto.title
    app.selectbox(key="neighbours-which").set_value("2. b.png")
    clean(app.run())
    assert app.dataframe[0].value["id"].iloc[0] == datasets.load("atelier").table["id"].iloc[9]
    assert "picture" not in app.query_params


def test_uploads_are_handed_to_the_map() -> None:
    app = opened()
    app.file_uploader(key="neighbours-upload").upload("mine.png", bytes_of(7), "image/png")
    clean(app.run())
    next(button for button in app.button if button.label == "On the map").click().run()
    app.query_params["layout"] = "pca"
    clean(app.switch_page("map.py").run())
    [guest] = app.session_state["map-guests"]
    assert app.session_state["map-guests"][guest].name == "mine.png"
    clean(next(button for button in app.button if button.label == "Take them off the map").click().run())
    assert not app.session_state["map-guests"]


def test_examples_turn_the_query(images: datasets.ImageDataset) -> None:
    app = opened(picture=str(images.table["id"].iloc[42]))
    before = app.dataframe[0].value["id"].tolist()
    codes = images.codes()
    others = np.flatnonzero(codes != codes[42])[:3].tolist()
    app.session_state["neighbours-more"], app.session_state["neighbours-less"] = others[:2], others[2:]
    clean(app.run())
    after = app.dataframe[0].value["id"].tolist()
    assert after != before
    assert not {images.table["id"].iloc[row] for row in [42, *others]} & set(after)


def test_a_neighbour_is_shown_where_it_lies_on_the_map(images: datasets.ImageDataset) -> None:
    app = opened(picture=str(images.table["id"].iloc[42]), layout="pca")
    clean(app.segmented_control(key="neighbours-action").set_value("shows its place on the map").run())
    app.session_state["neighbours-wall"] = {"clicked": 7}
    clean(app.run())
    assert app.title[0].value == "Map"
    assert app.session_state["map-picture"] == images.table["id"].iloc[7]


def test_a_part_of_a_picture_is_asked_about(images: datasets.ImageDataset) -> None:
    app = opened(picture=str(images.table["id"].iloc[42]))
    key = f"neighbours-crop-{images.fingerprint} 42"
    for part, asked in (([0.2, 0.2, 0.5], True), (["x", 0, 2], False), ([0.9, 0.9, 9], False)):
        before = opened(picture=str(images.table["id"].iloc[42])).dataframe[0].value["similarity"].iloc[0]
        app.session_state[key] = {"part": part}
        clean(app.run())
        assert (app.dataframe[0].value["similarity"].iloc[0] != before) == asked


def test_why_says_where_and_how_far_to_trust_it(images: datasets.ImageDataset) -> None:
    app = opened(picture=str(images.table["id"].iloc[42]))
    assert "Random weights" not in words(app), "torch waits until it is asked for"
    app.session_state["neighbours-why"] = 7
    clean(app.run())
    said = words(app)
    assert "add up to the similarity" in said
    assert "Random weights:" in said
    assert "Blanking:" in said
    app.toggle(key="neighbours-probe").set_value(True)
    clean(app.run())
    assert "A probe says" in words(app)


def test_something_unlike_anything_here_is_called_so() -> None:
    noise = Image.effect_noise((200, 200), 200).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "PNG")
    app = opened()
    assert not app.info
    app.file_uploader(key="neighbours-upload").upload("noise.png", buffer.getvalue())
    clean(app.run())
    assert app.info[0].proto.title == "Unlike anything here"


def test_the_zip_holds_the_query_the_neighbours_and_the_table(images: datasets.ImageDataset) -> None:
    from _ui.near.answer import Answer
    from _ui.near.query import of_row
    from _ui.near.take import zipped

    from contrastive.neighbours import Index

    found = Answer(np.array([0.9, 0.8]), np.array([3, 4]), 0.9, Index(np.eye(2)))
    with zipfile.ZipFile(io.BytesIO(zipped(images, found, [of_row(images, 1)]))) as archive:
        assert archive.namelist() == ["query-1.png", "01.png", "02.png", "neighbours.csv"]
        assert Image.open(archive.open("01.png")).size == images.open(3).size
        assert archive.read("neighbours.csv").startswith(b"rank,similarity,id")


def test_the_page_and_its_parts_import_no_torch() -> None:
    code = "import sys; import _ui.near.why, _ui.near.ask, _ui.near.take; sys.exit('torch' in sys.modules)"
    pages = Path(__file__).parents[2] / "pages"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(pages), str(pages.parent)])}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0


def test_ranks_that_moved_are_told_apart_from_new_ones() -> None:
    from _ui.near.answer import moves

    assert moves(np.array([5, 6, 7]), np.array([6, 5, 9, 7])) == ["\u2191 1", "\u2193 1", "new", "\u2193 1"]


def test_a_fine_grid_is_summed_and_heat_is_drawn_where_it_is() -> None:
    from _ui.near.overlay import heated
    from _ui.near.pair import coarse

    shared = np.random.default_rng(0).normal(size=(32, 32, 20, 20))
    assert coarse(shared).shape == (16, 16, 16, 16)
    assert coarse(shared).sum() == pytest.approx(shared.sum())
    np.testing.assert_allclose(coarse(shared)[0, 0].sum(), shared[:2, :2].sum())
    heat = np.zeros((4, 4))
    heat[0, 3] = 1
    drawn = np.asarray(heated(Image.new("RGB", (200, 200), "black"), heat, side=64)).sum(2)
    assert drawn[4, 60] > 200
    assert drawn[40:, :20].sum() == 0
