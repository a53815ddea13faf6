"""A study at work: one process at a time, seen from the click on, with what is left of it and what went wrong."""

import time

import pytest

from contrastive import datasets, studies
from contrastive.__main__ import main
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.storage import write_json
from contrastive.studies import Choice, job


def test_a_study_of_which_nothing_came_out_is_a_mistake_and_no_empty_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(*args: object, **kwargs: object) -> None:
        raise UserError("MNIST could not be downloaded.", "Put the four files there.")

    monkeypatch.setattr(datasets, "load", unreachable)
    assert main(["study", "head", "--seeds", "1"]) == 2
    assert "Every cell of head failed. MNIST could not be downloaded. Put the" in capsys.readouterr().err
    assert job.status("head")["state"] == "failed"


def test_two_processes_never_work_on_one_study() -> None:
    with job.working("head"):
        assert job.status("head")["state"] == "running"
        with pytest.raises(UserError, match="already"), job.working("head"):
            pass
    assert job.status("head")["state"] == "finished"
    assert job.status("scale") == {"state": "idle"}


def test_what_is_left_takes_as_long_as_what_is_done() -> None:
    study, choice = studies.load("head"), Choice(seeds=2, epochs=3, limit=100, stand_in={"mnist": "digits"})
    assert studies.seconds_left(study, choice) is None
    (none, none_again, linear, _, _, _) = studies.cells(study, choice)
    for cell, seconds in ((none, 40), (linear, 60)):
        about = {"protocol": study.protocol, "training_seconds": seconds, "measuring_seconds": 10, "measures": {}}
        run = Run.create(cell.config, cell.id)
        write_json(run.path / "outcome.json", about)
        (run.path / "metrics.jsonl").write_text(f'{{"epoch": 1, "seconds": {seconds}, "probe_seconds": 10}}\n')
    # 60 and 80 for the other seed of each, the mean of both for two seeds of a level that was never tried.
    assert studies.seconds_left(study, choice) == 60 + 80 + 2 * 70
    (Run.create(none_again.config, none_again.id).path / "metrics.jsonl").write_text('{"epoch": 1, "seconds": 45}\n')
    assert studies.seconds_left(study, choice) == 15 + 80 + 2 * 70, "its first epoch is not counted again"


def test_a_launched_study_is_running_at_once_and_cannot_be_launched_twice() -> None:
    smallest = ["--only", "head=none", "--seeds", "1", "--epochs", "1", "--limit", "64", "--map", "mnist=digits"]
    job.launch("head", smallest)
    assert job.status("head")["state"] == "running", "long before its process has read its first line"
    with pytest.raises(UserError, match="already"):
        job.launch("head", smallest)
    deadline = time.monotonic() + 90
    while job.status("head")["state"] == "running" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert job.status("head")["state"] == "finished", (job.folder("head") / "log.txt").read_text()
