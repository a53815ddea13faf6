"""Files of one drop against the clock: what is done is kept, and what is left is counted."""

import time
from typing import Any

import pytest
from _ui import uploads

from contrastive.errors import UserError


def test_what_is_left_when_the_clock_runs_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[UserError] = []
    now = [0.0]
    monkeypatch.setattr(uploads, "show", told.append)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def read(files: list[Any]) -> list[Any]:
        done = []
        for file in uploads.within(files, seconds=10):
            done.append(file)
            now[0] += 4
        return done

    assert read(list(range(9))) == [0, 1, 2]
    assert [error.message for error in told] == ["6 of 9 files were left out: reading the others took 10 seconds."]
    assert read([1, 2]) == [1, 2]
    assert len(told) == 1
