"""A lesson opened by the link a teacher shares, and the prepared page behind its button, in a real browser."""

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


def test_a_shared_lesson_leads_to_the_prepared_page_and_back(address: str, page: Any, tolerated: list[str]) -> None:
    # On a deep link Streamlit's own client first asks for its files beneath the page's address.
    tolerated.append("_stcore")
    page.goto(f"{address}/lesson?lesson=temperature&data=digits&encoder=digits-tiny")
    expect(page.get_by_role("heading", name="Temperature")).to_be_visible(timeout=60_000)
    expect(page.locator("abbr", has_text="temperature").first).to_have_attribute("title", re.compile("nearest"))

    page.get_by_role("button", name="A batch at a low temperature").click(timeout=60_000)
    expect(page.get_by_role("heading", name="Losses")).to_be_visible(timeout=60_000)
    expect(page).to_have_url(re.compile(r"losses\?.*lesson=temperature"))
    expect(page).to_have_url(re.compile("temperature=0.05"))
    expect(page).to_have_url(re.compile("data=digits"))
    slider = page.get_by_role("slider", name="Temperature")
    expect(slider).to_have_value("0.05", timeout=60_000)
    expect(page.get_by_text("question 1:")).to_be_visible()

    # Turned away and set up again; the very address opens the same state for somebody else.
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("temperature=0.06"))
    page.get_by_role("button", name="Set it up again").click()
    expect(page).to_have_url(re.compile("temperature=0.05"))
    page.reload()
    expect(slider).to_have_value("0.05", timeout=60_000)
    expect(page.get_by_text("question 1:")).to_be_visible()

    page.get_by_role("button", name="Back to the lesson").click()
    expect(page.get_by_role("heading", name="Temperature")).to_be_visible(timeout=60_000)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
