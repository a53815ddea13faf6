"""The data set page in a browser: a bar lights up the pictures of its class, and a click shows that class alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("home")
    return serve(APP, env={"CONTRASTIVE_DATA": str(home / "data"), "CONTRASTIVE_RUNS": str(home / "runs")})


def test_a_bar_lights_up_its_pictures_and_picks_its_class(address: str, page: Any, tolerated: list[str]) -> None:
    from playwright.sync_api import expect

    tolerated.append("_stcore")
    page.goto(f"{address}/dataset")
    fish = page.get_by_role("group", name="Classes").get_by_role("button", name="fish")
    expect(fish).to_have_text("fish100", timeout=60_000)
    shown = page.locator(".wall .frame .caption")
    fish.focus()
    lit = page.locator(".wall > div:not(.dim) .caption")
    assert 0 < lit.count() < shown.count()
    assert {*lit.all_inner_texts()} == {"fish"}

    fish.press("Enter")
    expect(fish).to_have_attribute("aria-pressed", "true", timeout=60_000)
    expect(page).to_have_url(re.compile("dataset-class-subject=fish"))
    assert {*shown.all_inner_texts()} == {"fish"}
    page.get_by_role("group", name="Classes").get_by_role("button", name="fish").click()
    expect(fish).to_have_attribute("aria-pressed", "false", timeout=60_000)
