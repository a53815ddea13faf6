"""The augmentations page in a real browser: the slider moves the views, and keys alone reorder and share a recipe."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

APP = Path(__file__).parents[2] / "app.py"
# A busy browser sends an overdue tick of the sidebar (every three seconds) between a click and the click's own
# message. Here the tick is at hand as a function, so that the two fall together for certain.
KEEP_THE_TICK = """const real = window.setInterval;
window.setInterval = (task, every, ...more) => {
    if (every === 3000) window.tick = task;
    return real(task, every, ...more);
};"""
CLICK_TICK_AND_BE_BUSY = """button => {
    button.click();
    window.tick();
    const end = performance.now() + 1000;
    while (performance.now() < end);
}"""


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("home")
    return serve(APP, env={"CONTRASTIVE_DATA": str(home / "data"), "CONTRASTIVE_RUNS": str(home / "runs")})


def opened(page: Any, address: str, tolerated: list[str], query: str) -> Any:
    # On a deep link Streamlit's own client first asks for its files beneath the page's address.
    tolerated.append("_stcore")
    page.goto(f"{address}/augmentations?{query}")
    expect(page.get_by_text("What am I looking at?")).to_be_visible(timeout=60_000)
    # While the page is drawn anew the old view may stand beside the new one.
    return page.get_by_alt_text(re.compile(r"^View 1 of ")).first


def test_the_views_follow_the_slider(address: str, page: Any, tolerated: list[str]) -> None:
    view = opened(page, address, tolerated, "data=atelier&recipe=simclr")
    expect(page.get_by_alt_text(re.compile(r"^View \d+ of "))).to_have_count(12)
    before = view.get_attribute("src")
    page.get_by_role("slider", name="Strength").focus()
    began = time.monotonic()
    page.keyboard.press("ArrowLeft")
    expect(view).not_to_have_attribute("src", before, timeout=10_000)
    # benchmarks/page_views.py times the server's share; this bound leaves room for a busy machine.
    assert time.monotonic() - began < 10
    page.keyboard.press("Home")
    expect(view).to_have_attribute("alt", re.compile("similarity 1.000"), timeout=10_000)


def test_keys_reorder_and_the_address_restores(address: str, page: Any, tolerated: list[str]) -> None:
    opened(page, address, tolerated, "data=digits&encoder=pixels&recipe=simclr-no-flip")
    down = page.get_by_role("button", name="Move crop down")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 · Crop")).to_be_visible()
    page.wait_for_url(re.compile("recipe=%5B|recipe=\\["))
    link = page.url
    assert parse_qs(urlsplit(link).query)["recipe"][0].startswith('["colour",{"op":"crop"')
    page.goto(link)
    expect(page.get_by_text("1 · Colour")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("2 · Crop")).to_be_visible()
    expect(page.get_by_role("button", name="Move blur down")).to_be_disabled()


def test_a_click_that_a_tick_overtakes_counts_once(address: str, page: Any, tolerated: list[str]) -> None:
    page.add_init_script(KEEP_THE_TICK)
    opened(page, address, tolerated, "data=digits&encoder=pixels&recipe=simclr-no-flip")
    page.get_by_role("button", name="Move crop down").evaluate(CLICK_TICK_AND_BE_BUSY)
    expect(page.get_by_text("1 · Colour")).to_be_visible()
    page.wait_for_timeout(4000)  # for a second count to show
    expect(page.get_by_text("2 · Crop")).to_be_visible()
