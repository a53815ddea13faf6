"""The main journeys in a real browser, against the app as a newcomer starts it."""

from __future__ import annotations

import io
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from contrastive import datasets, jobs
from contrastive.config import TrainConfig
from contrastive.runs import Run

APP = Path(__file__).parents[2] / "app.py"
SMALL = TrainConfig(dataset="digits", limit=200, epochs=3, batch_size=64, views="simclr-no-flip")


@pytest.fixture(scope="module")
def started(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, float]:
    """The app on a cold server with nothing prepared: its address, its runs folder, and when it was started."""
    home, began = tmp_path_factory.mktemp("home"), time.monotonic()
    env = {"CONTRASTIVE_DATA": str(home / "data"), "CONTRASTIVE_RUNS": str(home / "runs")}
    return serve(APP, env=env), home / "runs", began


@pytest.fixture
def app(started: tuple[str, Path, float], tolerated: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Its address; runs made in the test land where the server looks for them."""
    # On a deep link Streamlit's own client first asks for its files beneath the page's address.
    tolerated.append("_stcore")
    monkeypatch.setenv("CONTRASTIVE_RUNS", str(started[1]))
    return started[0]


def painting() -> dict[str, Any]:
    buffer = io.BytesIO()
    datasets.load("atelier").open(7).save(buffer, "JPEG", quality=90)
    return {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


# The first test of the module on purpose: it needs a server that nobody has visited.
def test_a_cold_deep_link_runs_main_first(app: str, page: Any) -> None:
    page.goto(f"{app}/neighbours?data=digits")
    expect(page.get_by_role("heading", name="Neighbours", level=1)).to_be_visible()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("1,797 pictures")).to_be_visible()
    expect(sidebar.get_by_role("link", name="Report")).to_be_visible()
    expect(page.locator(".wall img")).to_have_count(18)
    marked, before = (sidebar.get_by_role("link", name=name) for name in ("Neighbours", "Map"))
    icon = before.get_by_test_id("stIconMaterial").bounding_box()
    assert icon["y"] + icon["height"] <= marked.bounding_box()["y"], "the marked page covers the icon above it"


def test_upload_to_neighbours_within_a_minute(started: tuple[str, Path, float], app: str, page: Any) -> None:
    page.goto(f"{app}/neighbours")
    expect(page.get_by_text(re.compile(r"neighbours are"))).to_be_visible(timeout=60_000)
    page.locator("input[type=file]").set_input_files(painting())
    expect(page.get_by_text("Yours. Remove it above")).to_be_visible(timeout=60_000)
    frames = page.locator(".wall .frame")
    expect(frames).to_have_count(12)
    assert time.monotonic() - started[2] < 60, "from start to the first neighbours of an upload"
    title = datasets.load("atelier").table["title"].iloc[7]
    expect(frames.first).to_have_attribute("title", title)
    page.locator(".wall").last.scroll_into_view_if_needed()
    page.wait_for_function(
        """() => {
            const found = [];
            const look = (root) => root.querySelectorAll("*").forEach((e) => {
                if (e.matches(".wall img")) found.push(e.naturalWidth);
                if (e.shadowRoot) look(e.shadowRoot);
            });
            look(document);
            return found.slice(0, 4).length === 4 && found.slice(0, 4).every((width) => width === 96);
        }"""
    )


def test_junk_is_one_sentence_and_loses_nothing(app: str, page: Any) -> None:
    page.goto(f"{app}/neighbours")
    expect(page.locator(".wall .frame")).to_have_count(18)
    junk = {"name": "page.png", "mimeType": "image/png", "buffer": b"<html>"}
    page.locator("input[type=file]").set_input_files(junk)
    expect(page.get_by_text("page.png is not a picture that can be read.")).to_be_visible()
    expect(page.locator(".wall .frame")).to_have_count(18)


def test_box_on_the_map_opens_a_gallery(app: str, page: Any) -> None:
    page.goto(f"{app}/map")
    world = page.locator(".picture-map")
    expect(world).to_have_attribute("data-count", "1000", timeout=60_000)
    box = page.locator(".picture-map canvas").first.bounding_box()
    x, y, w, h = (box[name] for name in ("x", "y", "width", "height"))
    page.keyboard.down("Shift")
    page.mouse.move(x + 0.3 * w, y + 0.3 * h)
    page.mouse.down()
    page.mouse.move(x + 0.6 * w, y + 0.6 * h, steps=6)
    page.mouse.up()
    page.keyboard.up("Shift")
    heading = page.get_by_role("heading", name=re.compile(r"\d+ selected"))
    expect(heading).to_be_visible()
    count = int(heading.inner_text().split()[0].replace(",", ""))
    assert int(world.get_attribute("data-selected")) == count > 10
    expect(page.locator(".wall .frame")).to_have_count(min(60, count))


def test_launch_watch_finish_and_its_map_over_a_slow_wire(app: str, page: Any) -> None:
    """While an answer is late, live parts go on telling the server of the pickers as they were."""
    held: list[Any] | None = None

    def connect(wire: Any) -> None:
        server = wire.connect_to_server()
        wire.on_message(server.send)
        server.on_message(lambda message: wire.send(message) if held is None else held.append((wire, message)))

    page.route_web_socket(re.compile("_stcore/stream"), connect)
    page.goto(f"{app}/train?data=digits")
    page.get_by_text("Set everything yourself").click()
    page.get_by_role("spinbutton", name="Limit", exact=True).fill("200")
    page.get_by_role("tab", name="Training").click()
    page.get_by_role("spinbutton", name="Epochs", exact=True).fill("3")
    page.get_by_label("Name of the run").fill("journey")
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_text(re.compile(r"Running: epoch|Finished after"))).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Finished after 3 epochs.").first).to_be_visible(timeout=90_000)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    held = []
    page.get_by_role("button", name="Open its map").click()
    page.wait_for_timeout(4000)
    late, held = held, None
    for wire, message in late:
        wire.send(message)
    expect(page.get_by_role("heading", name="Map", level=1)).to_be_visible()
    expect(page.locator(".picture-map")).to_have_attribute("data-count", "1797", timeout=90_000)
    expect(page).to_have_url(re.compile(r"/map\?.*encoder=journey"))
    expect(page.get_by_role("combobox", name="Encoder", exact=True)).to_have_value("journey")
    expect(page.get_by_role("radio", name="t-SNE", exact=True)).to_be_checked()


def test_links_and_the_way_back_keep_the_pickers(app: str, page: Any) -> None:
    page.goto(f"{app}/dataset?data=digits&encoder=pixels")
    encoder = page.get_by_role("combobox", name="Encoder", exact=True)
    expect(encoder).to_have_value("pixels")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Report").click()
    expect(page).to_have_url(f"{app}/report?data=digits&encoder=pixels")
    encoder.click()
    page.get_by_role("option", name="untrained").click()
    expect(page).to_have_url(f"{app}/report?data=digits&encoder=untrained")
    page.get_by_role("heading", name="Report", level=1).click()
    page.go_back()
    expect(encoder).to_have_value("pixels")
    page.go_back()
    expect(page).to_have_url(f"{app}/dataset?data=digits&encoder=pixels")
    expect(encoder).to_have_value("pixels")


def test_a_run_outlives_the_browser_and_kill_9(
    app: str, page: Any, browser: Any, request: pytest.FixtureRequest
) -> None:
    run = Run.create(SMALL.changed(epochs=400), "long")
    request.addfinalizer(lambda: jobs.alive(run) and os.kill(run.status["pid"], signal.SIGKILL))
    jobs.launch(run)
    window = browser.new_context().new_page()
    window.goto(f"{app}/train?run=long")
    expect(window.get_by_text(re.compile("Running: epoch")).first).to_be_visible(timeout=30_000)
    window.context.close()
    time.sleep(1)
    before = run.status.get("step", 0)
    page.goto(f"{app}/train?run=long")
    expect(page.get_by_text(re.compile("Running: epoch")).first).to_be_visible(timeout=30_000)
    assert run.status["state"] == "running"
    assert run.status.get("step", 0) >= before
    deadline = time.monotonic() + 60
    while not run.metrics() and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(run.status["pid"], signal.SIGKILL)
    done = len(run.metrics())
    page.get_by_role("button", name="Resume").click(timeout=30_000)
    expect(page.get_by_text(re.compile("Running: epoch")).first).to_be_visible(timeout=30_000)
    while len(run.metrics()) <= done and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [line["epoch"] for line in run.metrics()] == list(range(1, len(run.metrics()) + 1))
    page.get_by_role("button", name="Stop the run").click()
    expect(page.get_by_text(re.compile("Stopped after")).first).to_be_visible(timeout=30_000)
    assert not jobs.alive(run)


@pytest.mark.parametrize("path", ["/thumbnails/nothing/0.webp", f"/thumbnails/{'0' * 32}/0.webp"])
def test_the_thumbnail_route_serves_nothing_else(app: str, page: Any, path: str) -> None:
    assert page.request.get(app + path).status == 404


def test_thumbnails_may_be_kept_for_a_year(app: str, page: Any) -> None:
    address = f"{app}/thumbnails/{datasets.load('atelier').fingerprint}"
    answer = page.request.get(f"{address}/3.webp")
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/webp"
    assert "max-age=31536000" in answer.headers["cache-control"]
    for row in ("1000", "-1", "x", "1e3", "99999999999"):
        assert page.request.get(f"{address}/{row}.webp").status == 404


def test_on_a_phone_the_sidebar_closes_when_a_page_is_turned_to(app: str, browser: Any) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, user_agent="Mozilla/5.0 (Linux) Mobile")
    page = phone.new_page()
    page.goto(f"{app}/losses?data=digits&encoder=pixels")
    page.get_by_test_id("stExpandSidebarButton").click(timeout=30_000)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Runs").click()
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    expect(page).to_have_url(f"{app}/runs?data=digits&encoder=pixels")
    phone.close()
