"""The movie in a real browser: it plays, pauses and is scrubbed; pictures glide, curves and address follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
FRAMES = 5

SCRIPT = f"""
import numpy as np
import streamlit as st
from _ui.movie.stage import stage

st.set_page_config(layout="wide")
n = 200
draw = np.random.default_rng(0)
codes = np.arange(n) % 4
ends = np.c_[np.cos(codes * 1.57), np.sin(codes * 1.57)] * 3 + 0.4 * draw.normal(size=(n, 2))
begins = 2 * draw.normal(size=(n, 2))
count = {FRAMES} + st.toggle("one more")
frames = np.stack([begins + (ends - begins) * i / {FRAMES} for i in range(count)])
event = stage(
    frames,
    [0, 1, 2, 4, 8, 16][:count],
    total=16,
    rows=np.arange(n) + 1000,
    thumbnails="/thumbnails/demo/{{index}}.webp",
    ids=[f"item-{{row}}" for row in range(n)],
    codes=codes,
    classes=["ship", "truck", "cat", "dog"],
    labels=[["ship", "truck", "cat", "dog"][c] for c in codes],
    titles=None,
    curves=[
        {{"name": "Loss", "points": [[1, 5.0], [8, 1.0]], "low": 1, "high": 5, "percent": False}},
        {{"name": "kNN", "points": [[0, 0.25], [8, 0.75]], "low": 0, "high": 1, "percent": True}},
    ],
    start=2,
    said="",
    height=620,
    key="movie",
)
st.text(f"rested at {{event['epoch']}}, clicked {{event['clicked']}}")
"""

APP = """
import io
import streamlit as st
from PIL import Image
from starlette.responses import Response
from starlette.routing import Route

def thumbnail(request):
    row = request.path_params["index"]
    assert row >= 1000
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (row % 256, row * 7 % 256, row * 31 % 256)).save(buffer, "WEBP")
    return Response(buffer.getvalue(), media_type="image/webp")

app = st.App("script.py", routes=[Route("/thumbnails/demo/{index:int}.webp", thumbnail)])
"""


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("movie")
    (folder / "script.py").write_text(SCRIPT)
    (folder / "app.py").write_text(APP)
    return serve(folder / "app.py", env={"PYTHONPATH": f"{ROOT / 'pages'}:{ROOT}"})


class Stage:
    """The movie on an open page, seen and handled from outside."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        page.goto(address)
        self.root = page.locator(".picture-map")
        self.slider = self.root.get_by_role("slider", name="Epoch")
        self.at("2.00")

    def at(self, frame: str) -> None:
        expect(self.root).to_have_attribute("data-at", frame)

    def places(self) -> list[list[float]]:
        return self.root.evaluate("e => [3, 50, 120].map((row) => e.__pictureMap.screen(row))")

    def heard(self, words: str) -> None:
        self.page.get_by_text(words).wait_for()


@pytest.fixture
def stage(page: Any, address: str) -> Stage:
    return Stage(page, address)


def test_play_moves_epoch_label_points_and_curves(stage: Stage) -> None:
    label = stage.root.locator(".epoch")
    assert label.inner_text() == "epoch 2 of 16"
    before, cursor = stage.places(), stage.root.locator(".cursor").first.get_attribute("d")
    # Watched from inside, frame by frame: on a busy machine a look from outside comes too late.
    stage.root.evaluate("""e => {
        const look = () => {
            const names = [...e.querySelectorAll("button")].map((button) => button.ariaLabel ?? button.title);
            const places = [3, 50, 120].map((row) => e.__pictureMap.screen(row));
            e.__seen.push([JSON.stringify(places), names.includes("Pause (space)")]);
            requestAnimationFrame(look);
        };
        e.__seen = [];
        look();
    }""")
    stage.root.get_by_role("button", name="Play (space)").click()
    stage.at("4.00")
    stage.root.get_by_role("button", name="Play (space)").wait_for()
    assert label.inner_text() == "epoch 8 of 16"
    seen = stage.root.evaluate("e => e.__seen")
    assert stage.places() != before
    assert len({places for places, _ in seen}) > 3, "they glide"
    assert any(playing for _, playing in seen)
    assert stage.root.locator(".cursor").first.get_attribute("d") != cursor
    assert stage.root.locator(".value").all_inner_texts() == ["1.00", "75 %"]
    stage.heard("rested at 8")


def test_the_keyboard_scrubs_plays_and_pauses(stage: Stage) -> None:
    stage.slider.focus()
    stage.page.keyboard.press("ArrowRight")
    stage.at("3.00")
    assert stage.slider.get_attribute("aria-valuetext") == "epoch 4 of 16"
    stage.heard("rested at 4")
    stage.page.keyboard.press("Home")
    stage.at("0.00")
    assert stage.slider.get_attribute("aria-valuetext") == "before training"
    # The loss has no value before its first epoch.
    assert stage.root.locator(".value").all_inner_texts() == ["–", "25 %"]
    stage.heard("rested at 0")
    stage.page.keyboard.press(" ")
    expect(stage.root.locator(".epoch")).to_have_text("epoch 1 of 16")
    stage.page.keyboard.press(" ")
    stage.page.get_by_text(re.compile(r"rested at [1248]")).wait_for()
    rested = float(stage.root.get_attribute("data-at"))
    assert rested == int(rested) > 0
    stage.page.keyboard.press("End")
    stage.at("4.00")


def test_hovering_shows_the_picture_and_its_way(stage: Stage) -> None:
    stage.root.get_by_role("button", name="Dots only (D)").click()
    painted = """e => {
        const { width, height } = e.querySelector(".overlay");
        const { data } = e.querySelector(".overlay").getContext("2d").getImageData(0, 0, width, height);
        return data.filter((value, i) => i % 4 === 3 && value).length;
    }"""
    stage.page.mouse.move(5, 5)
    assert stage.root.evaluate(painted) == 0
    x, y = stage.root.evaluate("e => e.__pictureMap.screen(50)")
    stage.page.mouse.move(x, y)
    stage.page.wait_for_timeout(200)
    row = int(stage.root.get_attribute("data-hovered"))
    card = stage.root.locator(".card")
    assert f"item-{row}" in card.inner_text()
    assert card.locator("img").get_attribute("src") == f"/thumbnails/demo/{1000 + row}.webp"
    assert stage.root.evaluate(painted) > 500  # more than a ring of some 30 pixels: a line over the map
    stage.page.mouse.click(x, y)
    stage.heard(f"clicked {row}")


def test_a_new_frame_joins_and_moves_nothing(stage: Stage) -> None:
    before = stage.places()
    stage.page.get_by_text("one more").click()
    stage.root.locator("input[max='5']").wait_for()
    assert np.allclose(stage.places(), before, atol=1)
    # Who watches the newest frame goes along with it.
    stage.slider.focus()
    stage.page.keyboard.press("End")
    stage.at("5.00")
    stage.page.get_by_text("one more").click()
    stage.root.locator("input[max='4']").wait_for()
    stage.at("4.00")
    stage.page.get_by_text("one more").click()
    stage.at("5.00")


def test_who_wants_no_motion_gets_frames(page: Any, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    stage = Stage(page, address)
    stage.root.get_by_role("button", name="Play (space)").click()
    seen = set()
    for _ in range(30):
        page.wait_for_timeout(100)
        seen.add(stage.root.get_attribute("data-at"))
    assert {"3.00"} <= seen <= {"2.00", "3.00", "4.00"}


def test_a_phone_sees_all_of_it(stage: Stage) -> None:
    stage.page.set_viewport_size({"width": 390, "height": 844})
    stage.page.wait_for_timeout(500)
    for part in ("canvas.base", ".play", ".reel input", ".epoch", ".reel select", ".curves"):
        box = stage.root.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert stage.root.locator("canvas.base").bounding_box()["height"] > 220
    assert stage.page.evaluate("document.documentElement.scrollWidth") <= 390
