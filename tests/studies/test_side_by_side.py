"""Cells side by side: as many at a time as places, each failing alone, stopped together, none done twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import torch

from contrastive import studies
from contrastive.__main__ import main
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.studies import Cell, Choice, Study, outcome
from contrastive.studies import side_by_side as module
from contrastive.studies.side_by_side import Environment, Process, environments, side_by_side
from contrastive.train import Step

ROOT = Path(__file__).parents[2]
PLACES = [{"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "PLACE": name} for name in "ab"]
LONELY = {"method": "triplet", "positives": "same class", "per_class": 1}


def tiny(epochs: int, **levels: dict) -> Study:
    base = {"dataset": "digits", "size": 16, "views": "none", "limit": 64, "batch_size": 32, "epochs": epochs}
    return Study(
        name="tiny",
        title="Tiny",
        question="?",
        base={**base, "head_dim": 8},
        factors={"loss": levels or {"contrast": {}, "labels": {"method": "supervised"}}},
        seeds=[0],
        measures={"linear": "linear"},
    )


def children() -> list[int]:
    """Processes of cells that have not ended."""
    found = []
    for process in psutil.Process().children():
        with suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and "contrastive.studies.side_by_side" in process.cmdline():
                found.append(process.pid)
    return found


@pytest.mark.slow
def test_every_place_has_one_cell_at_a_time_and_a_failing_one_fails_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    study = tiny(1, lonely=LONELY, contrast={}, labels={"method": "supervised"})
    taken: dict[str, str] = {}
    used: list[str] = []
    started = module._started

    def watched(study: Study, cell: Cell, place: Environment) -> Process:
        assert place["PLACE"] not in taken.values(), "one cell at a time in a place"
        taken[cell.id] = place["PLACE"]
        used.append(place["PLACE"])
        return started(study, cell, place)

    monkeypatch.setattr(module, "_started", watched)
    ended, most = [], 0
    for stage in side_by_side(study, Choice(), PLACES):
        most = max(most, len(taken))
        if stage.done:
            ended.append(stage.cell.id)
            taken.pop(stage.cell.id)
    assert most == len(PLACES)
    assert set(used) == {"a", "b"}
    cells = studies.cells(study)
    assert sorted(ended) == sorted(cell.id for cell in cells)
    assert [outcome(cell, study.protocol) is not None for cell in cells] == [False, True, True]
    assert Run.open(cells[0].id).status["state"] == "failed"
    assert "a single picture" in capfd.readouterr().err

    alone = tiny(1, contrast={})
    wanted = outcome(studies.cells(alone)[0], "standard")["measures"]
    Run.open(studies.cells(alone)[0].id).delete()
    list(studies.carry_out(alone, Choice()))
    assert outcome(studies.cells(alone)[0], "standard")["measures"] == pytest.approx(wanted, abs=1e-6)


@pytest.mark.slow
def test_stopped_together_and_nothing_is_done_twice() -> None:
    study = tiny(400, brief={"epochs": 1}, contrast={}, labels={"method": "supervised"})
    brief, *long = studies.cells(study)

    def both_are_training() -> bool:
        return outcome(brief, "standard") is not None and all(
            Run.exists(cell.id) and Run.open(cell.id).metrics() for cell in long
        )

    stages = list(side_by_side(study, Choice(), PLACES, should_stop=both_are_training))
    assert [stage.cell.id for stage in stages if stage.done] == [brief.id]
    assert not children()
    written = (Run.open(brief.id).path / "outcome.json").stat().st_mtime_ns
    for cell in long:
        run = Run.open(cell.id)
        assert run.status["state"] == "stopped"
        assert run.checkpoint()["epoch"] == len(run.metrics()) < 400

    again = side_by_side(study, Choice(), PLACES, should_stop=lambda: len(children()) == 2)
    assert [stage.cell.id for stage in again if stage.done] == [brief.id]
    assert (Run.open(brief.id).path / "outcome.json").stat().st_mtime_ns == written


@pytest.mark.slow
def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    script = tmp_path / "study.py"
    script.write_text(
        "import json, sys\n"
        "from contrastive.studies import Choice, Study\n"
        "from contrastive.studies.side_by_side import side_by_side\n"
        f"study = Study(**json.loads({tiny(400).model_dump_json()!r}))\n"
        f"for stage in side_by_side(study, Choice(), {PLACES!r}): pass\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, str(script)], env=env, cwd=ROOT, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while len([run for run in Run.all() if run.metrics()]) < 2:
        assert parent.poll() is None
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)
    started = psutil.Process(parent.pid).children()
    assert len(started) == 2
    parent.send_signal(signal.SIGINT)
    _, said = parent.communicate(timeout=60)
    assert b"KeyboardInterrupt" in said
    assert not [child for child in started if child.is_running()]
    assert {run.status["state"] for run in Run.all()} == {"stopped"}


def test_a_process_whose_parent_died_ends_by_itself() -> None:
    cell = studies.cells(tiny(400))[0]
    said = {"protocol": "standard", "study": "tiny", "levels": cell.levels, "seed": 0, "parent": 1}
    done = subprocess.run(
        [sys.executable, "-m", "contrastive.studies.side_by_side"],
        input=json.dumps({**said, "config": cell.config.model_dump()}).encode(),
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0
    assert Run.open(cell.id).status["state"] == "stopped"
    assert len(Run.open(cell.id).metrics()) < 2


def test_ctrl_c_in_a_single_process_is_not_an_end() -> None:
    study = tiny(400)

    def interrupted(steps: Iterator[Step]) -> Iterator[Step]:
        for step in steps:
            yield step
            if step.state is not None:
                signal.raise_signal(signal.SIGINT)

    # A shell that runs the tests in its background has them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(studies.carry_out(study, Choice(), watch=interrupted))
    finally:
        signal.signal(signal.SIGINT, before)
    [run] = Run.all()
    assert (run.status["state"], len(run.metrics())) == ("stopped", 1)


@pytest.mark.parametrize(
    ("gpus", "asked", "words"),
    [(0, 2, "has no GPU; its processor counts as one device"), (1, 2, "has 1 GPU\\."), (2, 3, "has 2 GPUs\\.")],
)
def test_more_devices_than_there_are(gpus: int, asked: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    with pytest.raises(UserError, match=words):
        environments(asked)
    with pytest.raises(UserError, match="0 devices"):
        environments(0)


def test_devices_are_named_as_they_are_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert [place["CUDA_VISIBLE_DEVICES"] for place in environments(3)] == ["0", "1", "2"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5,7")
    assert [place["CUDA_VISIBLE_DEVICES"] for place in environments(2)] == ["5", "7"]


@pytest.mark.skipif(torch.cuda.device_count() > 1, reason="this machine has several GPUs")
def test_the_command_line_refuses_devices_that_are_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "head", "--devices", "2"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "2 devices were asked for" in told.err
    assert told.err.count("\n") == 1
