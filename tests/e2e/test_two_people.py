"""Two people with a browser each, who press the same kind of button in the same moment."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from contrastive import jobs
from contrastive.runs import ACTIVE, Run

APP = Path(__file__).parents[2] / "app.py"
LONG = 90_000  # milliseconds


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONG / 1000
    while not true():
        assert time.monotonic() < deadline, {run.id: run.status for run in Run.all()}
        time.sleep(0.1)


@pytest.fixture
def served(serve: Callable[..., str], own_runs: Path) -> Iterator[str]:
    """The app, with the runs of this test; nothing goes on training when the test is over."""
    address = serve(APP, env={"CONTRASTIVE_RUNS": str(own_runs)})
    yield address
    for run in Run.all():
        if run.waiting or jobs.alive(run):
            jobs.stop(run, wait=True)


@pytest.mark.slow
def test_launching_stopping_resuming_and_deleting_in_the_same_moment(served: str, browser: Any) -> None:
    people = [browser.new_context(viewport={"width": 1280, "height": 900}).new_page() for _ in range(2)]
    ada, ben = people
    for one in people:
        one.set_default_timeout(LONG)
        one.goto(f"{served}/train?data=digits")
        expect(one.get_by_role("button", name="Start", exact=True)).to_have_count(4, timeout=LONG)

    # Two wishes are two runs, of which one waits for the other.
    ada.get_by_role("button", name="Start", exact=True).first.click()
    ben.get_by_role("button", name="Start", exact=True).last.click()
    until(lambda: len(Run.all()) == 2)
    until(lambda: sorted(run.status["state"] for run in Run.all()) == ["queued", "running"])
    for one in people:
        expect(one.get_by_role("button", name=re.compile("Stop the run|Leave the queue"))).to_be_visible(timeout=LONG)
    for one in people:
        one.get_by_role("button", name=re.compile("Stop the run|Leave the queue")).click()
    for one in people:
        expect(one.get_by_text(re.compile(r"Stopped after \d+ of")).first).to_be_visible(timeout=LONG)
    assert {run.status["state"] for run in Run.all()} == {"stopped"}

    # Both delete the same run: it is gone once, and nobody sees a traceback.
    for one in people:
        one.goto(f"{served}/runs")
        one.get_by_role("button", name="Delete", exact=True).click()
        expect(one.get_by_role("button", name="Delete it")).to_be_visible(timeout=LONG)
    for one in people:
        one.get_by_role("button", name="Delete it").click()
    until(lambda: len(Run.all()) == 1)
    for one in people:
        one.wait_for_timeout(1000)
        assert one.get_by_test_id("stException").count() == 0
    (last,) = Run.all()

    # One resumes what the other deletes: whoever was first has it, and there is never half a run.
    ada.goto(f"{served}/train?run={last.id}")
    expect(ada.get_by_role("button", name="Resume")).to_be_visible(timeout=LONG)
    ben.goto(f"{served}/runs")
    ben.get_by_role("button", name="Delete", exact=True).click()
    expect(ben.get_by_role("button", name="Delete it")).to_be_visible(timeout=LONG)
    ada.get_by_role("button", name="Resume").click()
    ben.get_by_role("button", name="Delete it").click()
    until(lambda: not Run.exists(last.id) or last.status["state"] in ACTIVE)
    for one in people:
        # Until each has been told.
        one.wait_for_timeout(3000)
        assert one.get_by_test_id("stException").count() == 0
    assert Run.unreadable() == {}
    for one in people:
        one.context.close()
