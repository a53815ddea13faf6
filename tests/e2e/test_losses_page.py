"""The loss microscope in a real browser: hand, keys and slider."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("home")
    return serve(APP, env={"CONTRASTIVE_DATA": str(home / "data"), "CONTRASTIVE_RUNS": str(home / "runs")})


def test_cells_light_terms_terms_light_cells_and_the_slider_changes_the_loss(
    address: str, page: Any, tolerated: list[str]
) -> None:
    # On a deep link Streamlit's own client first asks for its files beneath the page's address.
    tolerated.append("_stcore")
    page.goto(f"{address}/losses?data=digits&pictures=8&show=push")
    root = page.locator(".microscope")
    matrix = root.locator(".stage canvas")
    expect(root).to_have_attribute("data-cell", re.compile(r"\d+,\d+"), timeout=60_000)

    # Two views of a picture stand together, so the cell right of the first corner is a positive.
    matrix.focus()
    for _ in range(16):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-cell", "0,1")
    expect(root).to_have_attribute("data-lit", "pos")
    expect(root.locator('.formula [data-term="pos"].lit')).to_have_count(2)
    expect(root.locator('.formula [data-term="neg"].lit')).to_have_count(0)
    expect(root.get_by_role("status")).to_have_text(re.compile("positive, similarity .*, pulled together"))
    page.keyboard.press("End")
    expect(root).to_have_attribute("data-lit", "neg")
    expect(root.locator('.formula [data-term="neg"].lit')).to_have_count(1)

    # The other way round: a term under the pointer, and by its button from the keyboard.
    root.locator('.formula [data-term="pos"]').first.hover()
    expect(root).to_have_attribute("data-lit", "pos")
    mean = root.get_by_role("button", name="mean over the anchors")
    mean.focus()
    expect(root).to_have_attribute("data-lit", "mean")
    box = matrix.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.7)
    expect(root).not_to_have_attribute("data-cell", "0,15")

    before, cell = root.get_attribute("data-loss"), root.get_attribute("data-cell")
    page.get_by_role("slider", name="Temperature").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    expect(root).not_to_have_attribute("data-loss", str(before))
    expect(root).to_have_attribute("data-cell", str(cell))
    expect(page).to_have_url(re.compile("temperature=0.4"))

    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = matrix.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
