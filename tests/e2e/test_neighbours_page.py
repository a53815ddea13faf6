"""The Neighbours page in a real browser: a pasted picture, its neighbours, why; a part drawn on a picture."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from contrastive import datasets

APP = Path(__file__).parents[2] / "app.py"
PATIENT = 90_000


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("home")
    return serve(APP, env={"CONTRASTIVE_DATA": str(home / "data"), "CONTRASTIVE_RUNS": str(home / "runs")})


PASTE = """(text) => {
    const held = new DataTransfer();
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    held.items.add(new File([bytes], "mine.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true }));
}"""


def test_paste_neighbours_why(address: str, page: Any, tolerated: list[str]) -> None:
    tolerated.append("_stcore")
    buffer = io.BytesIO()
    datasets.load("atelier").open(7).save(buffer, "PNG")
    page.goto(f"{address}/neighbours")
    expect(page.get_by_text(re.compile("neighbours are"))).to_be_visible(timeout=PATIENT)
    page.evaluate(PASTE, base64.b64encode(buffer.getvalue()).decode())
    expect(page.get_by_text("Yours. Remove it above")).to_be_visible(timeout=PATIENT)
    expect(page.locator(".wall .frame")).to_have_count(12)
    page.locator(".wall .frame").nth(1).click()
    root = page.locator(".pair")
    expect(root.locator("canvas")).to_have_count(2, timeout=PATIENT)
    # It stands beneath the wall, so it is scrolled to.
    expect(root).to_be_in_viewport(ratio=0.5)
    expect(page.get_by_text(re.compile("Random weights:"))).to_be_visible(timeout=PATIENT)

    # Keys choose a region of the first picture; the second says what it matches.
    root.locator("canvas").first.focus()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-at", re.compile(r"^0,\d+$"))
    expect(root.locator(".say")).to_contain_text("matches row")
    page.keyboard.press("Escape")
    expect(root).to_have_attribute("data-at", "")


def test_a_part_is_drawn_with_the_mouse_and_moved_with_keys(address: str, page: Any, tolerated: list[str]) -> None:
    tolerated.append("_stcore")
    page.goto(f"{address}/neighbours")
    expect(page.locator(".wall .frame")).to_have_count(18, timeout=PATIENT)
    root = page.locator(".crop")
    box = root.locator(".sheet").bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 10 + box["width"] / 2, box["y"] + 10 + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(root).to_have_attribute("data-part", re.compile(r",0\.[45]\d\d$"))
    first = root.get_attribute("data-part")
    page.keyboard.press("ArrowRight")
    expect(root).not_to_have_attribute("data-part", first)
    # A part is a picture of its own: nothing is said of the label it has as a whole.
    expect(page.get_by_text("as it is.")).to_have_count(0, timeout=PATIENT)
    root.get_by_role("button", name="Ask about the whole picture").click()
    expect(page.get_by_text("as it is.")).to_be_visible(timeout=PATIENT)
