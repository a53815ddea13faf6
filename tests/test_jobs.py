"""Jobs: detached, stopped when asked, resumed after kill -9 with the weights of an uninterrupted run."""

import os
import signal
import time

import pytest

from contrastive import jobs
from contrastive.config import TrainConfig
from contrastive.encoders import load_encoder
from contrastive.errors import UserError
from contrastive.runs import Run, record
from contrastive.train import train

SMALL = TrainConfig(dataset="digits", size=16, limit=600, epochs=6, batch_size=32, views="simclr-no-flip")


def until(true: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


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
    assert run.status["state"] == "finished", (run.path / "log.txt").read_text()
    assert [line["epoch"] for line in run.metrics()] == list(range(1, SMALL.epochs + 1))
    straight = Run.create(SMALL)
    record(straight, train(SMALL))
    assert load_encoder(run.path / "encoder.safetensors").hash() == straight.encoder().hash()


def test_stopped_and_resumed() -> None:
    run = Run.create(SMALL.changed(epochs=500))
    jobs.launch(run)
    until(lambda: len(run.metrics()) >= 1)
    jobs.stop(run, wait=True)
    assert run.status["state"] == "stopped"
    assert run.checkpoint()["epoch"] == len(run.metrics())
    with pytest.raises(UserError, match="not running"):
        jobs.stop(run)


def test_a_user_mistake_ends_in_a_sentence() -> None:
    run = Run.create(SMALL.changed(dataset="folder:/nowhere/at/all"))
    jobs.launch(run)
    until(lambda: run.status["state"] not in ("starting", "running"))
    assert run.status["state"] == "failed"
    assert "does not exist" in run.status["message"]
    assert "Traceback" not in (run.path / "log.txt").read_text()
