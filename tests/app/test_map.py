"""The Map page: colours, filters, search, what is open, selections and uploads, as a viewer's events reach it."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from _ui import warm
from _ui.map import fitting
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import datasets, maps, selections
from tests.app.opening import clean, open_page

TARGET = "digit"


def opened(**query: str) -> AppTest:
    return open_page("map.py", **({"data": "digits", "encoder": "pixels", "layout": "pca"} | query))


def nodes(block: Any) -> Iterator[Any]:
    yield block
    for child in getattr(block, "children", {}).values():
        yield from nodes(child)


def told(app: AppTest) -> dict[str, Any]:
    """What the map in the browser was last sent."""
    components = [node.proto for node in nodes(app.main) if node.type == "bidi_component"]
    return json.loads(next(proto.json for proto in components if proto.component_name == "picture_map"))


def words(app: AppTest) -> str:
    return "\n".join(node.value for node in [*app.markdown, *app.caption, *app.success, *app.subheader])


def select(app: AppTest, *rows: int, clicked: int | None = None) -> AppTest:
    app.session_state["picture-map"] = {"selection": {"points": list(rows)}, "clicked": {"row": clicked}}
    return clean(app.run())


def test_every_column_can_be_coloured_by() -> None:
    app = opened()
    choice = app.selectbox(key="map-colour")
    assert choice.options == [TARGET, "split", "prediction", "right or wrong", "cluster", "outlier score"]
    said = {}
    for name in choice.options:
        clean(app.selectbox(key="map-colour").select(name).run())
        said[name] = told(app)
    assert said["right or wrong"]["classes"] == ["right", "wrong"]
    assert len(said["cluster"]["classes"]) == 10
    assert said["prediction"]["classes"] == said[TARGET]["classes"]
    assert said["prediction"]["codes"] != said[TARGET]["codes"], "raw pixels mistake some digits"
    assert said["outlier score"]["ramp"]["name"] == "outlier score"
    assert len({colours["xy"] for colours in said.values()}) == 1
    assert all(colours["near"] for colours in said.values()), "every hover card tells of the neighbours"


def test_filters_leave_pictures_out_and_say_how_many_pass() -> None:
    app = opened()
    app.pills(key=f"map-only-{TARGET}-{datasets.load('digits').fingerprint[:8]}").set_value(["3", "7"])
    clean(app.run())
    codes = datasets.load("digits").codes()
    passing = np.isin(codes, [3, 7])
    assert f"{passing.sum():,} of 1,797 pictures pass the filters." in words(app)
    assert len(app.dataframe[0].value) == passing.sum()
    three, other = int(np.flatnonzero(codes == 3)[0]), int(np.flatnonzero(codes == 5)[0])
    select(app, three, other)
    assert "1 selected" in words(app), "what a filter leaves out is not selected"
    clean(next(button for button in app.button if button.label == "Show all").click().run())
    assert told(app)["gone"] is None


def test_search_by_id_and_what_it_opens() -> None:
    app = opened()
    clean(app.text_input(key="map-find").set_value("digit-0012").run())
    assert told(app)["found"] == told(app)["focus"]["rows"] == [12]
    assert told(app)["opened"] == 12
    assert "**digit-0012**" in words(app)
    assert app.query_params["picture"] in ("digit-0012", ["digit-0012"])
    clean(app.text_input(key="map-find").set_value("001").run())
    ids = datasets.load("digits").table["id"]
    assert told(app)["found"] == np.flatnonzero(ids.str.contains("001")).tolist()
    clean(app.text_input(key="map-find").set_value("nobody").run())
    assert "Found: **no picture**" in words(app)


def test_a_click_opens_the_picture_with_its_neighbours() -> None:
    app = select(opened(), clicked=40)
    assert "**digit-0040**" in words(app)
    assert "Nearest:" in words(app)
    clean(next(button for button in app.button if button.label == "Close").click().run())
    assert told(app)["opened"] is None


@pytest.mark.parametrize("way", ["address", "page"])
def test_a_picture_is_opened_from_elsewhere(way: str) -> None:
    app = opened(**({"picture": "digit-0077"} if way == "address" else {}))
    if way == "page":
        app.session_state["map-row"] = 77
        clean(app.run())
    assert (told(app)["opened"], told(app)["focus"]["rows"]) == (77, [77])
    assert "**digit-0077**" in words(app)
    assert clean(app.run()).session_state["map-picture"] == "digit-0077"


def test_an_unknown_picture_in_the_address_is_one_sentence() -> None:
    app = opened(picture="nobody")
    assert len(app.error) == 1
    assert told(app)["opened"] is None


def test_a_selection_is_set_against_the_whole_and_kept_as_a_column() -> None:
    images = datasets.load("digits")
    rows = np.flatnonzero(images.codes() == 8)[:30].tolist()
    app = select(opened(), *rows)
    assert "100% of them are *8*" in words(app)
    shares = app.dataframe[0].value
    assert shares.iloc[0]["class"] == "8"
    assert shares.iloc[0]["ratio"] == pytest.approx(1 / (images.codes() == 8).mean())
    app.text_input(key="map-keep-name").set_value("my eights")
    clean(next(button for button in app.button if button.label == "Keep it").click().run())
    assert app.selectbox(key="map-colour").value == "my eights"
    assert told(app)["classes"] == ["my eights", selections.OTHERS]
    assert (np.flatnonzero(selections.columns(images)["my eights"] == 0) == rows).all()
    clean(app.button(key="map-delete-my eights").click().run())
    assert "my eights" not in app.selectbox(key="map-colour").options
    clean(app.button(key="map-undo").click().run())
    assert "my eights" in app.selectbox(key="map-colour").options
    selections.remove("my eights", images)


def test_an_exported_selection_is_restored_again_and_again() -> None:
    images = datasets.load("digits")
    raw = selections.as_csv(images, [4, 9, 16]) + b"stranger,train,0\n"
    app = opened()
    for number in range(2):
        app.file_uploader(key=f"map-restore-{number}").upload("selection.csv", raw)
        clean(app.run())
        assert told(app)["selected"] == [4, 9, 16]
        assert "Selected again: 3 pictures. Left out: 1 id of the file that no picture here has." in words(app)
        if number == 0:
            basis = told(app)["basis"]
            app.session_state["picture-map"] = {"selection": {"points": [], "basis": basis}}
            clean(app.run())
            assert "selected" not in "".join(head.value for head in app.subheader)
    app.session_state["picture-map"] = {"selection": {"points": [], "basis": told(app)["basis"]}}
    clean(app.run())
    app.file_uploader(key="map-restore-2").upload("selection.csv", b"id\nnobody\n")
    assert clean(app.run()).error
    app.file_uploader(key="map-restore-3").upload("selection.zip", selections.as_zip(images, [2, 30]))
    clean(app.run())
    assert told(app)["selected"] == [2, 30]


def test_uploads_take_a_place_and_nothing_moves() -> None:
    images = datasets.load("digits")
    buffer = io.BytesIO()
    images.open(21).convert("RGB").save(buffer, "PNG")
    app = opened()
    before = told(app)
    upload = app.file_uploader(key="map-upload")
    upload.set_value(
        [
            ("mine.png", buffer.getvalue(), "image/png"),
            ("page.png", b"<html>", "image/png"),
            ("noise.png", noise(), "image/png"),
        ]
    )
    clean(app.run())
    after = told(app)
    assert (after["xy"], after["box"]) == (before["xy"], before["box"]), "the base points are the same to the bit"
    assert [name for _, _, name in after["marked"]] == ["mine.png", "noise.png"]
    assert app.error, "what is no picture is one sentence"
    guests = {guest.name: guest for guest in app.session_state["map-guests"].values()}
    assert guests["mine.png"].rows[0] == 21
    assert guests["mine.png"].cosine > 0.99
    assert not guests["mine.png"].unlike
    assert guests["noise.png"].unlike


def noise() -> bytes:
    buffer = io.BytesIO()
    draws = np.random.default_rng(0).integers(0, 2, (64, 64, 3), dtype=np.uint8) * 255
    Image.fromarray(draws).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_stopped_map_can_be_drawn_after_all() -> None:
    app = opened()
    assert not [button for button in app.button if button.key == "map-stop"], "it lies on disk already"
    images = datasets.load("digits")
    from contrastive import catalogue

    app.session_state[fitting.STOPPED] = catalogue.map_name(catalogue.find("pixels"), images, "pca", 2, 0, {})
    clean(app.run())
    assert "stopped before it was done" in app.info[0].value
    clean(next(button for button in app.button if button.label == "Draw it after all").click().run())
    assert told(app)["n"] == len(images)


def test_umap_is_compiled_beside_the_page_before_the_page_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def slowly(vectors: np.ndarray, method: str, **options: Any) -> maps.Map:
        called.append(threading.current_thread().name)
        time.sleep(1.0 if len(called) == 1 else 0)
        return fit(vectors, "pca", dims=options.get("dims", 2))

    fit = maps.fit
    monkeypatch.setattr(maps, "fit", slowly)
    monkeypatch.setattr(warm, "_begun", {"first page", "torch"})
    for event in ("_umap_wanted", "_umap_there"):
        monkeypatch.setattr(warm, event, threading.Event())
    assert told(opened(layout="umap", encoder="pixels"))["n"] == len(datasets.load("digits"))
    assert called[0] == "warm umap"
    assert len(called) == 2
    assert called[1] != "warm umap"


def test_three_dimensions_are_drawn_too() -> None:
    app = opened()
    clean(app.toggle(key="map-3d").set_value(True).run())
    assert [node for node in nodes(app.main) if node.type == "plotly_chart"]


def test_the_map_on_the_screen_is_taken_away() -> None:
    app = open_page("map.py", data="digits", encoder="pixels", layout="pca")
    app.session_state["map-take-away"] = True
    app = clean(app.run())
    assert any("--method pca" in code.value for code in app.code)
    app = clean(app.button(key="map-take-away-make").click().run())
    page = app.session_state["map-take-away-made"][1]
    assert page.startswith(b"<!doctype html>")
    assert b"digit-0850" in page
