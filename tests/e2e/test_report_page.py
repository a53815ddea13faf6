"""The report page in a real browser: the address, a click on a cell of the matrix, and its chart as PNG and SVG."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(APP)


def test_a_cell_opens_and_a_picture_leads_to_its_neighbours(page: Any, address: str, tolerated: list[str]) -> None:
    from playwright.sync_api import expect

    # On a deep link, Streamlit asks at the wrong place first.
    tolerated.append("_stcore")
    page.goto(f"{address}/report?data=digits&encoder=untrained&probe=knn")
    expect(page.get_by_text("The knn probe is")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("radio", name="neighbours")).to_be_checked()
    plot = page.locator(".js-plotly-plot").first
    area = plot.locator(".nsewdrag")
    expect(area).to_be_visible(timeout=60_000)
    page.wait_for_function("document.querySelector('.js-plotly-plot')._fullLayout.clickmode === 'event+select'")
    plot.scroll_into_view_if_needed()
    box = area.bounding_box()
    # A class is most often named rightly: the cell in the middle of the diagonal has pictures.
    names = page.evaluate("document.querySelector('.js-plotly-plot').data[0].x")
    page.mouse.move(box["x"] + box["width"] * 0.455, box["y"] + box["height"] * 0.455)
    page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.45)
    expect(plot.locator(".hovertext")).to_contain_text(f"is {names[4]}, taken for {names[4]}")
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.45)
    expect(page.get_by_label("Which pictures")).to_have_value(re.compile(f"^{names[4]} named rightly"))

    for kind in ("n SVG", " PNG"):
        plot.hover()
        with page.expect_download() as download:
            plot.locator(f'.modebar-btn[data-title="Download plot as a{kind}"]').click()
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(b"<svg" if "SVG" in kind else b"\x89PNG")
        assert download.value.suggested_filename == f"report-confusion.{kind[-3:].lower()}"

    page.locator(".pair .frame").first.click()
    expect(page.get_by_role("heading", name="Neighbours")).to_be_visible()
