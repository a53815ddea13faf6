"""axe on every page in both themes: no serious finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

APP = Path(__file__).parents[2] / "app.py"
PAGES = ["", "dataset", "map", "neighbours", "report", "lesson", "augmentations", "style", "losses", "train", "runs"]
BAD = ("serious", "critical")
AT_ONCE = "* { transition: none !important }"
"""What fades in or out, as Streamlit's "Stop" at every tick of the sidebar, is pale only while it does."""
GROUND = """getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor"""
QUIET = """() => document.querySelector("h1") && !document.querySelector(
    '[data-testid="stStatusWidget"], [data-testid="stSpinner"], [data-testid="stSkeleton"], [data-stale="true"]')"""


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("home")
    return serve(APP, env={"CONTRASTIVE_DATA": str(home / "data"), "CONTRASTIVE_RUNS": str(home / "runs")})


def test_no_page_has_a_serious_finding_in_either_theme(address: str, page: Any, tolerated: list[str]) -> None:
    tolerated.append("_stcore")
    wrong = []
    for name in PAGES:
        page.emulate_media(color_scheme="dark")
        page.goto(f"{address}/{name}?data=digits")
        page.wait_for_function(QUIET, timeout=90_000)
        wrong += [f"{name or 'home'}, dark: {finding}" for finding in findings(page)]
        # Turned while the page stands, which saves loading it again; what Python draws by theme it draws next time.
        before = ground(page)
        page.emulate_media(color_scheme="light")
        page.wait_for_function(f"() => {GROUND} !== {before!r}")
        page.wait_for_function(QUIET, timeout=90_000)
        wrong += [f"{name or 'home'}, light: {finding}" for finding in findings(page)]
    page.goto(f"{address}/train")
    page.wait_for_function(QUIET, timeout=90_000)
    wrong += [f"train, opened in light: {finding}" for finding in findings(page)]
    assert not wrong, "\n".join(wrong)


def ground(page: Any) -> str:
    """The colour behind the page."""
    return page.evaluate(f"() => {GROUND}")


def findings(page: Any) -> list[str]:
    """What axe finds serious or critical."""
    page.add_style_tag(content=AT_ONCE)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for violation in found
        if violation["impact"] in BAD
        for node in violation["nodes"]
    ]
