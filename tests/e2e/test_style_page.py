"""The style page in a real browser: the slider repaints, a pair of the grid goes on the stage, an upload too."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("home")
    return serve(APP, env={"CONTRASTIVE_DATA": str(home / "data"), "CONTRASTIVE_RUNS": str(home / "runs")})


def test_slider_grid_upload_and_download(address: str, page: Any, tolerated: list[str]) -> None:
    # On a deep link Streamlit's own client first asks for its files beneath the page's address.
    tolerated.append("_stcore")
    page.goto(f"{address}/style?data=atelier&content=20&style=40&network=light-adain&size=128")
    expect(page.get_by_text("nearest neighbours stayed")).to_be_visible(timeout=90_000)
    result = page.get_by_alt_text(re.compile(r"in the style of .*, alpha"))
    expect(result).to_have_attribute("alt", re.compile("alpha 1$"))
    before = result.get_attribute("src")
    page.get_by_role("slider", name=re.compile("alpha")).focus()
    page.keyboard.press("Home")
    expect(result).to_have_attribute("alt", re.compile("alpha 0$"), timeout=20_000)
    expect(result).not_to_have_attribute("src", before)
    page.wait_for_url(re.compile("alpha=0"))

    cell = page.get_by_role("button", name=re.compile("^Painted: .* in the style of")).nth(6)
    painted = cell.get_by_role("img").get_attribute("alt").removeprefix("Painted: ")
    cell.click()
    expect(result).to_have_attribute("alt", f"{painted}, alpha 0", timeout=20_000)
    page.wait_for_url(lambda url: "content=20&" not in url)

    buffer = io.BytesIO()
    Image.new("RGBA", (300, 60), (200, 30, 30, 90)).save(buffer, "PNG")
    page.get_by_role("button", name="Choose").first.click()
    drop = page.locator('[data-testid="stFileUploader"] input').first
    drop.set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": buffer.getvalue()})
    expect(result).to_have_attribute("alt", re.compile("^mine.png in the style of"), timeout=20_000)
    drop.set_input_files({"name": "lie.png", "mimeType": "image/png", "buffer": b"GIF89a"})
    expect(page.get_by_text("lie.png is")).to_be_visible(timeout=20_000)
    page.keyboard.press("Escape")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download PNG").first.click()
    with Image.open(waiting.value.path()) as kept:
        assert kept.format == "PNG"


def test_the_browser_asks_no_other_server(address: str, page: Any, tolerated: list[str]) -> None:
    tolerated.append("_stcore")
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(f"{address}/style?network=light-adain&size=128")
    expect(page.get_by_text("nearest neighbours stayed")).to_be_visible(timeout=90_000)
    page.wait_for_load_state("networkidle")
    strangers = {url for url in asked if not url.startswith((address, "data:", "blob:"))}
    assert not strangers
    assert len(asked) > 5
