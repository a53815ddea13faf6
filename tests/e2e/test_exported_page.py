"""The map exported as one HTML file: opened from the disk in a browser without a network, it does what it says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contrastive import catalogue, datasets, export

COUNT = 60


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, export.Contents]:
    dataset = datasets.load("atelier").limit(COUNT)
    kind = export.find("html")
    contents = export.gather(kind, catalogue.find("pixels"), dataset, method="pca")
    path = tmp_path_factory.mktemp("export") / "map.html"
    export.write(kind.make(contents), path)
    return path, contents


@pytest.fixture
def opened(browser: Any, exported: tuple[Path, export.Contents]) -> Iterator[Any]:
    """The page in a window that has no network; the test fails on any error or any request beside the file."""
    from playwright.sync_api import expect

    path, _ = exported
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    # The page forbids what it does not need, and so the browser's own waiting for an expression.
    expect(page.locator("#map")).to_have_attribute("data-pictures", re.compile("[1-9]"))
    yield page
    context.close()
    assert not errors
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]


def hover(page: Any, name: str) -> None:
    px, py = page.evaluate("name => document.getElementById('map').screen(name)", name)
    page.mouse.move(px, py)


def test_hovering_shows_the_picture_and_its_id(opened: Any, exported: tuple[Path, export.Contents]) -> None:
    from playwright.sync_api import expect

    _, contents = exported
    # The one that stands most alone, so that nothing else hangs over it.
    points = contents.map.points
    apart = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(COUNT) * 1e9
    row = int(apart.min(axis=1).argmax())
    record = contents.dataset.table.iloc[row]
    hover(opened, record["id"])
    card = opened.locator("#card")
    expect(card).to_be_visible()
    expect(card).to_contain_text(record["id"])
    expect(card).to_contain_text(record["subject"])
    # What is drawn on the card is that picture: its mean colour, as the browser paints it.
    shown = opened.evaluate(
        """() => { const c = document.querySelector('#card canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        const s = [0, 0, 0]; for (let i = 0; i < d.length; i++) if (i % 4 < 3) s[i % 4] += d[i];
        return s.map((v) => v / (d.length / 4)); }"""
    )
    own = np.asarray(contents.dataset.picture(row), float).mean((0, 1))
    others = [np.asarray(contents.dataset.picture(i), float).mean((0, 1)) for i in range(COUNT) if i != row]
    assert np.abs(own - shown).max() < 4 < min(np.abs(other - shown).max() for other in others) + 4
    opened.locator("#map").press("Escape")
    expect(card).to_be_hidden()


def test_search_finds_by_id_and_title(opened: Any, exported: tuple[Path, export.Contents]) -> None:
    from playwright.sync_api import expect

    _, contents = exported
    table = contents.dataset.table
    name = table["id"].iloc[7]
    opened.get_by_label("Find").fill(name.upper())
    expect(opened.get_by_role("status")).to_have_text("1 found")
    opened.get_by_label("Find").press("Enter")
    expect(opened.locator("#card")).to_contain_text(name)
    word = table["title"].iloc[0].split()[0]
    opened.get_by_label("Find").fill(word)
    hits = int(table["title"].str.contains(word, case=False).sum())
    expect(opened.get_by_role("status")).to_have_text(f"{hits} found")
    opened.locator("#found button").first.click()
    expect(opened.locator("#card")).to_contain_text(word)


def test_the_legend_puts_classes_aside_and_colours_change(
    opened: Any, exported: tuple[Path, export.Contents]
) -> None:
    from playwright.sync_api import expect

    _, contents = exported
    table = contents.dataset.table
    subject = table["subject"].iloc[0]
    count = int((table["subject"] == subject).sum())
    toggle = opened.get_by_role("button", name=subject)
    expect(toggle).to_contain_text(str(count))
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    expect(opened.get_by_role("status")).to_have_text(f"{COUNT - count} of {COUNT} shown")
    hover(opened, table["id"].iloc[0])
    assert opened.locator("#map").get_attribute("data-hovered") != table["id"].iloc[0]
    toggle.click()
    expect(opened.get_by_role("status")).to_be_empty()
    opened.get_by_label("Colour by").select_option(label="style")
    styles = table["style"].nunique()
    expect(opened.locator("#legend button")).to_have_count(styles)


def test_zoom_by_wheel_and_keys_and_back(opened: Any) -> None:
    from playwright.sync_api import expect

    canvas = opened.locator("#map")
    before = canvas.get_attribute("data-pictures")
    canvas.hover()
    opened.mouse.wheel(0, -240)
    expect(canvas).to_have_attribute("data-zoom", "1.54")
    canvas.press("+")
    expect(canvas).to_have_attribute("data-zoom", "2.16")
    canvas.press("0")
    expect(canvas).to_have_attribute("data-zoom", "1.00")
    expect(canvas).to_have_attribute("data-pictures", str(before))
