"""The Map page in a real browser: by keyboard through its table, and without a canvas."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

APP = Path(__file__).parents[2] / "app.py"
PLACE = "/map?data=digits&encoder=pixels&layout=pca"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("home")
    return serve(APP, env={"CONTRASTIVE_DATA": str(home / "data"), "CONTRASTIVE_RUNS": str(home / "runs")})


@pytest.fixture
def app(address: str, tolerated: list[str]) -> str:
    # On a deep link Streamlit's own client first asks for its files beneath the page's address.
    tolerated.append("_stcore")
    return address


def test_the_table_opens_a_picture_by_keyboard(app: str, page: Any) -> None:
    page.goto(app + PLACE)
    world = page.locator(".picture-map")
    expect(world).to_have_attribute("data-count", "1797", timeout=60_000)
    page.get_by_text("Table of the map").click()
    # The grid may not have been ready for the keyboard, or have had no row under the cursor, when it got the keys.
    for _ in range(6):
        page.get_by_test_id("data-grid-canvas").last.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+Space")
        page.wait_for_timeout(4000)
        if world.get_attribute("data-clicked"):
            break
    expect(world).to_have_attribute("data-clicked", re.compile(r"\d+"))
    picture = f"digit-{int(world.get_attribute('data-clicked')):04d}"
    expect(page.get_by_role("img", name=f"The open picture: {picture}")).to_be_visible()
    expect(page).to_have_url(f"{app}{PLACE}&picture={picture}")
    page.get_by_role("button", name="Close").click()
    expect(world).to_have_attribute("data-clicked", "")
    expect(page).to_have_url(f"{app}{PLACE}")


def test_without_a_canvas_the_still_picture_and_the_search_remain(app: str, page: Any, tolerated: list[str]) -> None:
    tolerated.append("")  # the table's own library needs a canvas too
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(app + PLACE)
    expect(page.get_by_text("This browser draws no canvas.")).to_be_visible(timeout=60_000)
    page.get_by_text("As a still picture").click()
    expect(page.get_by_role("img", name="Map of 1,797 pictures by PCA, coloured by digit")).to_be_visible()
    page.get_by_placeholder("id or title").fill("digit-0012")
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="The open picture: digit-0012")).to_be_visible()
