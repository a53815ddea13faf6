"""The Runs page: what takes room, by size, and deleting it; two people at the same time."""

import pytest
from streamlit.testing.v1 import AppTest

from contrastive.config import TrainConfig
from contrastive.runs import Run, this_process
from tests.app.opening import clean, open_page

SMALL = TrainConfig(dataset="digits")


@pytest.fixture
def runs() -> list[Run]:
    made = [Run.create(SMALL, name) for name in ("one", "two", "busy")]
    for run in made[:2]:
        run.write_status("finished")
        (run.path / "encoder.safetensors").write_bytes(bytes(3 * 2**20))
    made[2].write_status("running", **this_process())
    made[0].log_file.write_text("Traceback: it was us")
    return made


def tick(app: AppTest, *names: str) -> AppTest:
    table = next(frame.value for frame in app.dataframe if "in use" in frame.value)
    rows = [index for index, name in enumerate(table["name"]) if name in names]
    app.session_state["disk-table"] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return app.run()


def test_it_is_listed_and_deleted_but_not_what_is_trained(runs: list[Run]) -> None:
    app = open_page("runs.py")
    clean(app)
    table = next(frame.value for frame in app.dataframe if "in use" in frame.value)
    assert table["MiB"].is_monotonic_decreasing
    assert dict(zip(table["name"], table["in use"], strict=True))["busy"] == "it is being trained"
    tick(app, "one", "busy")
    app.button(key="disk-delete").click().run()
    assert not app.exception
    assert [run.id for run in Run.all()] == ["busy", "two"]
    assert len(app.error) == 1


def test_two_people_delete_the_same_run(runs: list[Run]) -> None:
    # The picker of the second falls back to this one, which nobody wanted to delete.
    Run.create(SMALL, "newest").write_status("finished")
    first, second = open_page("runs.py"), open_page("runs.py")
    for app in (first, second):
        app.selectbox(key="one").set_value("two").run()
    for app in (first, second):
        app.button(key="runs-delete").click().run()
        assert not app.exception
    assert [run.id for run in Run.all()] == ["newest", "busy", "one"]
    assert not first.error
    assert [error.value for error in second.error] == ["Somebody may have deleted it just now."]
