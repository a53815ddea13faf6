"""Jobs: detached, queued, stopped when asked, resumed after kill -9 with the weights of an uninterrupted run."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from contrastive import jobs
from contrastive.config import TrainConfig
from contrastive.encoders import load_encoder
from contrastive.errors import UserError
from contrastive.execute import execute
from contrastive.runs import Run, record, this_process
from contrastive.train import train

SMALL = TrainConfig(dataset="digits", size=16, limit=320, epochs=5, batch_size=32, views="simclr-no-flip")


def until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def as_if_it_ran(run: Run, monkeypatch: pytest.MonkeyPatch) -> subprocess.Popen[bytes]:
    """A process that pays no heed to anything, in the place of one that trains the run."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    monkeypatch.setattr(jobs, "_children", [process])
    born = psutil.Process(process.pid).create_time()
    run.write_status("running", pid=process.pid, pid_created=born, host=socket.gethostname())
    return process


def test_killed_and_resumed() -> None:
    run = Run.create(SMALL)
    jobs.launch(run)
    with pytest.raises(UserError, match="already"):
        jobs.launch(run)
    until(lambda: len(run.metrics()) >= 2)
    os.kill(run.status["pid"], signal.SIGKILL)
    until(lambda: run.status["state"] == "interrupted")
    done = len(run.metrics())
    assert done < SMALL.epochs

    jobs.launch(run)
    until(lambda: run.status["state"] not in ("starting", "running"), 120)
    assert run.status["state"] == "finished", run.log_file.read_text()
    assert [line["epoch"] for line in run.metrics()] == list(range(1, SMALL.epochs + 1))
    straight = Run.create(SMALL)
    record(straight, train(SMALL))
    assert load_encoder(run.path / "encoder.safetensors").hash() == straight.encoder().hash()
    log = run.log_file.read_text()
    assert "begins at epoch 1" in log
    assert f"begins at epoch {done + 1}" in log


def test_a_device_trains_one_run_at_a_time_and_the_next_begins_by_itself() -> None:
    long, short, never = (Run.create(SMALL.changed(epochs=e, limit=64), f"r{e}") for e in (500, 1, 2))
    for run in (long, short, never):
        jobs.launch(run)
    assert [run.id for run in jobs.waiting()] == ["r1", "r2"]
    assert short.status["state"] == never.status["state"] == "queued"
    with pytest.raises(UserError, match="waiting for its turn"):
        jobs.launch(short)
    with pytest.raises(UserError, match="waiting to be trained"):
        short.delete()
    jobs.stop(never)
    assert never.status["state"] == "stopped"
    until(lambda: len(long.metrics()) >= 1)

    began = time.monotonic()
    jobs.stop(long)
    assert time.monotonic() - began < 1
    assert long.status["state"] != "running" or long.status["message"].startswith("Stopping")
    until(lambda: long.status["state"] == "stopped")
    assert long.checkpoint()["epoch"] == len(long.metrics())
    assert not long.stop_file.exists()
    with pytest.raises(UserError, match="not running"):
        jobs.stop(long)
    # Nobody here looks after the queue: the process that ended has started the next one.
    until(lambda: short.status["state"] == "finished", 90)
    assert never.status["state"] == "stopped"


def test_the_queue_outlives_whoever_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(jobs, "_start", lambda run, on: started.append(run.id) or run.write_status("finished"))
    busy = Run.create(SMALL, "busy")
    busy.write_status("running", **this_process())
    for name in ("second", "first"):
        jobs.launch(Run.create(SMALL, name))
    elsewhere = Run.create(SMALL, "elsewhere")
    elsewhere.write_status("queued", asked=1.0, host="another machine")
    assert started == []
    assert [run.id for run in jobs.waiting()] == ["second", "first"], "as they were asked for, from this machine"
    # Only the run directories are left of what was known; the busy one has died without a word.
    busy.write_status("running", pid=2**22 + 1, pid_created=1.0)
    jobs.advance()
    assert started == ["second"], "one at a time"
    jobs.advance()
    assert started == ["second", "first"]
    assert elsewhere.waiting


def test_a_server_that_starts_takes_the_queue_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(jobs, "_start", lambda run, on: started.append(run.id) or run.write_status("finished"))
    run = Run.create(SMALL)
    run.write_status("queued", asked=time.time(), host=socket.gethostname())
    jobs.tend(3600)
    until(lambda: started == [run.id], 10)


def test_gpus_are_dealt_out(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, list[str]] = {}

    def start(run: Run, on: list[str]) -> None:
        given[run.id] = on
        run.write_status("running", **this_process(), devices=on)

    monkeypatch.setattr(jobs, "_start", start)
    monkeypatch.setenv("CONTRASTIVE_DEVICES", "0,1,2")
    for name, count in (("a", 1), ("b", 2), ("c", 2), ("d", 1)):
        jobs.launch(Run.create(SMALL.changed(devices=count), name))
    assert given == {"a": ["0"], "b": ["1", "2"]}, "the one that is next is not overtaken"
    Run.open("b").write_status("finished")
    jobs.advance()
    assert given["c"] == ["1", "2"]


def test_a_double_click_starts_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_start", lambda run, on: run.write_status("running", **this_process()))
    got: list[str] = []
    clicks = [threading.Thread(target=lambda: got.append(jobs.begin(SMALL).id)) for _ in range(6)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert len(got) == 6
    assert len(set(got)) == len(Run.all()) == 1
    assert jobs.begin(SMALL.changed(seed=1)).id != got[0]
    monkeypatch.setattr(jobs, "AT_ONCE", 0.0)
    assert jobs.begin(SMALL).id != got[0], "later it is a new wish"


def test_two_processes_cannot_train_one_run() -> None:
    run = Run.create(SMALL)
    with run.working:
        with pytest.raises(UserError, match="already running"):
            execute(run, should_stop=lambda: False)
        with pytest.raises(UserError, match="being trained by another process"):
            run.delete()
    assert run.status["state"] == "queued"


def test_who_does_not_answer_is_ended_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    assert jobs.FORCE_AFTER == 20
    monkeypatch.setattr(jobs, "FORCE_AFTER", 0.2)
    run = Run.create(SMALL)
    process = as_if_it_ran(run, monkeypatch)
    jobs.stop(run, wait=True)
    assert process.poll() is not None
    assert run.status["state"] == "stopped"
    assert "did not answer" in run.status["message"]


def test_a_server_that_starts_ends_what_its_predecessor_wanted_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run.create(SMALL)
    process = as_if_it_ran(run, monkeypatch)
    run.stop_file.touch()
    os.utime(run.stop_file, (1.0, 1.0))
    jobs.tend(3600)
    until(lambda: process.poll() is not None, 10)


def test_a_user_mistake_ends_in_a_sentence() -> None:
    run = Run.create(SMALL.changed(dataset="folder:/nowhere/at/all"))
    jobs.launch(run)
    until(lambda: run.status["state"] not in ("starting", "running"))
    assert run.status["state"] == "failed"
    assert "does not exist" in run.status["message"]
    # The process says it last of all.
    until(lambda: "does not exist" in run.log_file.read_text())
    assert "Traceback" not in run.log_file.read_text()


def test_our_mistake_leaves_its_traceback_in_the_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr("contrastive.train.train", broken)
    run = Run.create(SMALL)
    with pytest.raises(ZeroDivisionError):
        execute(run, should_stop=lambda: False)
    assert run.status["message"] == "ZeroDivisionError: by us"
    log = run.log_file.read_text()
    assert "Traceback" in log
    assert "in broken" in log
