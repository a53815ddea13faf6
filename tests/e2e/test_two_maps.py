"""Two encoders side by side in a real browser: what is drawn around on one map is selected on both."""

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


def test_a_box_on_either_map_selects_on_both(address: str, page: Any, tolerated: list[str]) -> None:
    # On a deep link Streamlit's own client first asks for its files beneath the page's address.
    tolerated.append("_stcore")
    page.goto(f"{address}/map?view=two%20encoders&data=digits&encoder=pixels&second=untrained&layout=pca")
    maps = page.locator(".picture-map")
    expect(maps).to_have_count(2, timeout=90_000)
    expect(page.get_by_text("Where they disagree most")).to_be_visible(timeout=90_000)
    before = ""
    for side in (0, 1):
        chosen = maps.nth(side)
        chosen.get_by_role("button", name="Box").click()
        frame = chosen.locator("canvas.base").bounding_box()
        middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + 60 + 40 * side, middle[1] + 60 + 40 * side, steps=4)
        page.mouse.up()
        expect(chosen).not_to_have_attribute("data-selected", re.compile(f"^({before or 0}|0)$"))
        before = chosen.get_attribute("data-selected")
        expect(maps.nth(1 - side)).to_have_attribute("data-selected", before)
        expect(page.get_by_text(f"Of the {int(before):,} selected")).to_be_visible()
    maps.nth(0).get_by_role("button", name="Clear the selection (Escape)").click()
    for side in (0, 1):
        expect(maps.nth(side)).to_have_attribute("data-selected", "0")
    assert "second=untrained" in page.url
