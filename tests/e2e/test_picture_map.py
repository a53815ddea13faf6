"""The map of pictures in a real browser: what the hand does, and what Python hears of it.

Longer than 300 lines because every gesture is tried on the one demo app that this file writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PAGES = Path(__file__).parents[2] / "pages"
N = 300
ABSENT = 7  # this row's thumbnail is missing on the server

SCRIPT = f"""
import json
import numpy as np
import streamlit as st
from _ui.picture_map import picture_map

st.set_page_config(layout="wide")
n = {N}
codes = np.arange(n) % 5
codes[-4:] = -1
draws = np.random.default_rng(0)
points = np.c_[np.cos(codes), np.sin(codes)] * 4 + draws.normal(size=(n, 2))
left, middle, right, last, sift, find = st.columns(6)
left.button("again")
seed = middle.toggle("seed")
upload = right.toggle("upload")
other = last.toggle("other layout")
even = sift.toggle("even rows")
found = [42, 43] if find.toggle("find") else []
if not st.toggle("put away"):
    event = picture_map(
        points[:, ::-1] if other else points,
        ids=[f"item-{{row}}" for row in range(n)],
        thumbnails="/thumbnails/demo/{{index}}.webp",
        codes=codes,
        classes=["ship", "truck", "cat", "dog", "horse"],
        titles=[f"Picture number {{row}}" for row in range(n)],
        selected=[3, 1, 2] if seed else (),
        marked=[(0.0, 0.0, "your picture")] if upload else None,
        shown=np.arange(n) % 2 == 0 if even else None,
        near=(["ship", "truck"], np.tile([3, 7], (n, 1))),
        opened=found[0] if found else None,
        found=found,
        focus=found,
        height=520,
        key="map",
    )
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    st.text(json.dumps(event | {{"runs": st.session_state.runs}}))
"""

APP = f"""
import io
import streamlit as st
from PIL import Image
from starlette.responses import Response
from starlette.routing import Route

def thumbnail(request):
    row = request.path_params["index"]
    if row == {ABSENT}:
        return Response(status_code=404)
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (row % 256, row * 7 % 256, row * 31 % 256)).save(buffer, "WEBP")
    return Response(buffer.getvalue(), media_type="image/webp")

app = st.App("script.py", routes=[Route("/thumbnails/demo/{{index:int}}.webp", thumbnail)])
"""


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "script.py").write_text(SCRIPT)
    (folder / "app.py").write_text(APP)
    return serve(folder / "app.py", env={"PYTHONPATH": str(PAGES)})


class Map:
    """The map on an open page, seen and handled from outside."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        page.goto(address)
        self.root = page.locator(".picture-map")
        self.canvas = self.root.locator("canvas.base")
        self.wait("count", str(N))
        self.settled()

    def settled(self) -> None:
        """Wait until pictures hang, and as many of them in two looks."""
        before, now = "", "0"
        for _ in range(50):
            self.page.wait_for_timeout(400)
            before, now = now, self.look("pictures")
            if before == now != "0":
                return
        raise AssertionError(f"{now} pictures hang and the number still changes")

    def look(self, name: str) -> str:
        return self.root.get_attribute(f"data-{name}") or ""

    def wait(self, name: str, value: str) -> None:
        self.page.locator(f'.picture-map[data-{name}="{value}"]').wait_for(timeout=10_000)

    def screen(self) -> list[tuple[float, float]]:
        rows = self.root.evaluate("(e, n) => [...Array(n).keys()].map((i) => e.__pictureMap.screen(i))", N)
        return [(x, y) for x, y in rows]

    def view(self) -> list[float]:
        return self.root.evaluate("e => e.__pictureMap.view()")

    def event(self) -> dict[str, Any]:
        return json.loads(self.page.get_by_text(re.compile('"runs"')).inner_text())

    def heard(self, **expected: Any) -> dict[str, Any]:
        """Python's answer once it says what is expected."""
        for _ in range(100):
            event = self.event()
            said = {"points": event["selection"]["points"], "clicked": event["clicked"]}
            if all(said[name] == value for name, value in expected.items()):
                return event
            self.page.wait_for_timeout(100)
        raise AssertionError(f"expected {expected}, Python says {event}")

    def selection(self) -> list[int]:
        """The rows selected, once the map and Python agree on how many there are."""
        for _ in range(100):
            points = self.event()["selection"]["points"]
            if 0 < len(points) == int(self.look("selected")):
                return points
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the map shows {self.look('selected')} rows, Python says {self.event()}")

    def trace(self, path: list[tuple[float, float]]) -> None:
        self.page.mouse.move(*path[0])
        self.page.mouse.down()
        for place in path[1:]:
            self.page.mouse.move(*place, steps=4)
        self.page.mouse.up()

    def colour(self, x: float, y: float) -> tuple[int, int, int]:
        """Of the pixel of the map that lies at a place of the window."""
        red, green, blue = self.canvas.evaluate(
            """(e, [x, y]) => {
                const frame = e.getBoundingClientRect();
                const at = [(x - frame.left) * e.width / frame.width, (y - frame.top) * e.height / frame.height];
                return [...e.getContext("2d").getImageData(Math.round(at[0]), Math.round(at[1]), 1, 1).data];
            }""",
            [x, y],
        )[:3]
        return red, green, blue

    def box(self) -> dict[str, float]:
        return self.canvas.bounding_box()


@pytest.fixture
def shown(page: Any, address: str, tolerated: list[str]) -> Map:
    tolerated.append(f"/{ABSENT}.webp")
    return Map(page, address)


def inside(polygon: list[tuple[float, float]], x: float, y: float) -> bool:
    """Even-odd rule, written once more so that the map's own is held against something."""
    crossings = 0
    for (ax, ay), (bx, by) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            crossings += 1
    return crossings % 2 == 1


def around(shown: Map, shares: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Whole pixels at these shares of the canvas."""
    box = shown.box()
    return [(round(box["x"] + u * box["width"]), round(box["y"] + v * box["height"])) for u, v in shares]


LASSO = [(0.3, 0.15), (0.6, 0.3), (0.55, 0.8), (0.45, 0.5), (0.32, 0.75)]


def test_hover_names_the_picture_and_a_click_tells_python(shown: Map) -> None:
    row = shown.root.evaluate("e => e.__pictureMap.hung()[0]")
    shown.page.mouse.move(*shown.screen()[row])
    shown.wait("hovered", str(row))
    card = shown.root.locator(".card")
    assert card.locator(".id").inner_text() == f"item-{row}"
    assert card.locator(".title").inner_text() == f"Picture number {row}"
    assert card.locator(".near").inner_text() == "nearest: truck 7, ship 3"
    assert card.locator("img").get_attribute("src") == f"/thumbnails/demo/{row}.webp"
    shown.page.mouse.down()
    shown.page.mouse.up()
    assert shown.heard(clicked=row)["selection"]["points"] == []
    shown.page.mouse.click(*around(shown, [(0.01, 0.02)])[0])
    shown.heard(clicked=None)


def test_lasso_and_box_return_the_rows_inside(shown: Map) -> None:
    lasso = around(shown, LASSO)
    shown.root.get_by_role("button", name="Lasso").click()
    shown.trace(lasso)
    expected = [row for row, (x, y) in enumerate(shown.screen()) if inside(lasso, x, y)]
    assert 10 < len(expected) < N / 2
    shown.heard(points=expected)
    shown.wait("selected", str(len(expected)))

    (left, top), (right, bottom) = around(shown, [(0.35, 0.2), (0.65, 0.7)])
    shown.root.get_by_role("button", name="Look").click()
    shown.page.keyboard.down("Shift")
    shown.trace([(left, top), (right, bottom)])
    shown.page.keyboard.up("Shift")
    expected = [row for row, (x, y) in enumerate(shown.screen()) if left < x < right and top < y < bottom]
    assert shown.heard(points=expected)["clicked"] is None
    assert len(expected) > 10

    ink = "e => e.getContext('2d').getImageData(0, 0, e.width, e.height).data.some((v) => v)"
    assert not shown.root.locator("canvas.overlay").evaluate(ink), "the outline still stands"
    shown.root.get_by_role("button", name="Clear").click()
    shown.heard(points=[])
    assert not shown.root.get_by_role("button", name="Clear").is_visible()


def test_a_class_put_aside_fades_and_is_not_picked(shown: Map) -> None:
    ships = shown.root.locator(".legend button", has_text="ship")
    assert ships.inner_text().split() == ["ship", "60"]
    assert shown.root.locator(".legend button", has_text="unlabelled").inner_text().split()[1] == "4"
    ships.click()
    assert ships.get_attribute("aria-pressed") == "false"
    shown.root.get_by_role("button", name="Box").click()
    shown.trace(around(shown, [(0.01, 0.01), (0.99, 0.99)]))
    shown.heard(points=[row for row in range(N) if row % 5 or row >= N - 4])
    ships.click()
    assert ships.get_attribute("aria-pressed") == "true"


def test_filtered_isolated_and_lassoed_the_hovered_id_is_the_shown_picture(shown: Map) -> None:
    shown.page.get_by_text("even rows").click()
    shown.wait("shown", str(N // 2))
    trucks = shown.root.locator(".legend button", has_text="truck")
    assert trucks.inner_text().split() == ["truck", "29"]
    trucks.click(modifiers=["Shift"])
    assert shown.root.locator('.legend button[aria-pressed="true"]').all_inner_texts() == [trucks.inner_text()]
    for _ in range(2):
        shown.page.mouse.move(*around(shown, [(0.4, 0.4)])[0])
        shown.page.mouse.wheel(0, -120)
    lasso = around(shown, [(0.02, 0.05), (0.9, 0.02), (0.97, 0.95), (0.5, 0.6), (0.05, 0.9)])
    shown.root.get_by_role("button", name="Lasso").click()
    shown.trace(lasso)
    active = [row for row in range(0, N - 4, 2) if row % 5 == 1]
    within = crossings(np.array(lasso), np.array(shown.screen())) % 2 == 1
    expected = [row for row in active if within[row]]
    assert 5 < len(expected) < len(active)
    shown.heard(points=expected)
    shown.settled()
    shown.root.get_by_role("button", name="Look").click()
    hung = shown.root.evaluate("e => e.__pictureMap.hung()")
    assert set(hung) <= set(active)
    seen = [row for row in hung if row in expected][:6]
    assert len(seen) > 2
    for row in seen:
        x, y = shown.screen()[row]
        # Drawn in its own colour: what hangs here is this row's thumbnail and no other's.
        assert shown.colour(x, y) == pytest.approx((row % 256, row * 7 % 256, row * 31 % 256), abs=14)
        shown.page.mouse.move(x, y)
        shown.wait("hovered", str(row))
        card = shown.root.locator(".card")
        assert card.locator(".id").inner_text() == f"item-{row}"
        assert card.locator("img").get_attribute("src") == f"/thumbnails/demo/{row}.webp"
    trucks.click(modifiers=["Shift"])
    assert shown.root.locator('.legend button[aria-pressed="false"]').count() == 0


def crossings(polygon: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How many edges of a polygon (m, 2) a ray to the right of each place (n, 2) meets: odd inside."""
    a, b = polygon, np.roll(polygon, -1, axis=0)
    y = places[:, 1:]
    spans = (a[:, 1] > y) != (b[:, 1] > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        meets = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    return (spans & (places[:, :1] < meets)).sum(axis=1)


def test_what_the_page_finds_is_brought_into_view_and_marked(shown: Map) -> None:
    before = shown.view()
    shown.page.get_by_text("find").click()
    shown.wait("clicked", "42")
    shown.page.wait_for_timeout(600)
    assert shown.view()[2] >= before[2]
    box = shown.box()
    for row in (42, 43):
        x, y = shown.screen()[row]
        assert box["x"] < x < box["x"] + box["width"]
        assert box["y"] < y < box["y"] + box["height"]
    shown.heard(clicked=42)
    # The viewer has the next word, and may look elsewhere while the page says the same again.
    shown.page.mouse.click(*shown.screen()[43])
    shown.heard(clicked=43)
    view = shown.view()
    shown.page.get_by_role("button", name="again").click()
    shown.heard(clicked=43)
    assert shown.view() == view


def test_without_a_canvas_there_is_a_sentence(page: Any, address: str) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(address)
    page.get_by_text("This browser draws no canvas.").wait_for()


def test_keys_move_zoom_pick_and_clear(shown: Map) -> None:
    shown.canvas.focus()
    before = shown.view()
    shown.page.keyboard.press("ArrowRight")
    assert shown.view()[0] > before[0]
    shown.page.keyboard.press("+")
    assert shown.view()[2] == pytest.approx(before[2] * 1.4)
    assert shown.look("hovered")
    shown.page.keyboard.press("Enter")
    shown.heard(clicked=int(shown.look("hovered")))
    shown.page.keyboard.press("0")
    shown.page.wait_for_timeout(400)
    assert shown.view() == pytest.approx(before, abs=1e-6)
    shown.page.keyboard.press("b")
    shown.trace(around(shown, [(0.2, 0.2), (0.8, 0.8)]))
    label = shown.canvas.get_attribute("aria-label")
    assert label == f"Map of {N} pictures in 6 classes; {shown.look('selected')} selected"
    shown.canvas.focus()
    shown.page.keyboard.press("Escape")
    shown.heard(points=[])
    shown.page.keyboard.press("d")
    shown.wait("pictures", "0")


def test_a_rerun_changes_nothing_and_keeps_what_was_selected(shown: Map) -> None:
    shown.root.get_by_role("button", name="Box").click()
    shown.trace(around(shown, [(0.3, 0.3), (0.7, 0.7)]))
    shown.page.mouse.wheel(0, -300)
    points = shown.selection()
    view, event = shown.view(), shown.event()
    shown.page.get_by_role("button", name="again").click()
    shown.page.get_by_text(f'"runs": {event["runs"] + 1}').wait_for()
    assert shown.event()["selection"]["points"] == points
    assert (shown.look("builds"), shown.view()) == ("1", view)


def test_a_page_that_selects_is_followed_and_the_viewer_has_the_next_word(shown: Map) -> None:
    shown.page.get_by_text("seed").click()
    shown.heard(points=[1, 2, 3])
    shown.wait("selected", "3")
    assert shown.look("builds") == "1"
    shown.canvas.focus()
    shown.page.keyboard.press("Escape")
    shown.heard(points=[])
    shown.page.get_by_role("button", name="again").click()
    shown.heard(points=[])


def test_another_layout_keeps_the_selection(shown: Map) -> None:
    shown.page.get_by_text("seed").click()
    shown.wait("selected", "3")
    place = shown.screen()[1]
    shown.page.get_by_text("other layout").click()
    shown.wait("builds", "2")
    shown.page.wait_for_timeout(700)
    assert shown.look("selected") == "3"
    assert shown.screen()[1] != pytest.approx(place, abs=5)
    shown.page.get_by_text("upload").click()
    shown.wait("builds", "3")


def test_a_map_opened_again_is_as_it_was_left(shown: Map) -> None:
    shown.root.get_by_role("button", name="Lasso").click()
    shown.trace(around(shown, LASSO))
    points = shown.selection()
    shown.page.mouse.wheel(0, -300)
    view = shown.view()
    shown.page.get_by_text("put away").click()
    shown.root.wait_for(state="detached")
    shown.page.get_by_text("put away").click()
    shown.wait("selected", str(len(points)))
    shown.heard(points=points)
    assert shown.view() == pytest.approx(view)


def test_a_missing_thumbnail_leaves_its_dot(shown: Map) -> None:
    x, y = shown.screen()[ABSENT]
    shown.page.mouse.move(x, y)
    for _ in range(6):
        shown.page.mouse.wheel(0, -200)
    shown.page.wait_for_timeout(300)
    shown.settled()
    assert ABSENT not in shown.root.evaluate("e => e.__pictureMap.hung()")
    x, y = shown.screen()[ABSENT]
    shown.page.mouse.move(x + 1, y)
    shown.wait("hovered", str(ABSENT))
    assert shown.root.locator(".card img").count() == 0


def test_a_phone_sees_everything_and_taps(shown: Map) -> None:
    shown.page.set_viewport_size({"width": 390, "height": 844})
    shown.page.wait_for_timeout(500)
    shown.settled()
    canvas, legend = shown.box(), shown.root.locator(".legend").bounding_box()
    assert legend["y"] >= canvas["y"] + canvas["height"]
    assert canvas["height"] > 300
    for button in shown.root.locator("button:visible").all():
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390
    row = shown.root.evaluate("e => e.__pictureMap.hung()[0]")
    shown.page.mouse.click(*shown.screen()[row])
    shown.heard(clicked=row)
    card = shown.root.locator(".card").bounding_box()
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= 390
