"""kill -9 at twenty random moments, of the process that trains, of the server, or of both: nothing is lost.

A quarter of the moments fall while the run starts. The others are counted in its steps, not by the clock, so that a
busy machine, on which starting takes long, is not spared the harder ones.

The cheap one of these, a single kill, is in test_jobs.py.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from contrastive import jobs
from contrastive.config import TrainConfig
from contrastive.runs import ACTIVE, Run, record
from contrastive.train import train

ROOT = Path(__file__).parent.parent
KILLS = 20
FURTHER = 25
"""Steps, five epochs, that a run gets at most between two kills."""
CONFIG = TrainConfig(
    dataset="digits",
    size=16,
    limit=200,
    epochs=60,
    batch_size=40,
    views="simclr-no-flip",
    method="byol",
    head_width=32,
    head_dim=16,
)


def server(log: Path) -> subprocess.Popen[bytes]:
    """The app, as `streamlit run` starts it; it looks after the queue before anybody opens a page."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", "0", "--server.fileWatcherType", "none"]
    with open(log, "ab") as out:
        return subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)


def wait_for_steps(run: Run, count: int) -> None:
    """Until the run has taken so many steps more, or has come to its end."""
    began, goal = time.monotonic(), len(run.steps()) + count
    while run.status["state"] in (*ACTIVE, "queued") and len(run.steps()) < goal:
        assert time.monotonic() - began < 600, run.log_file.read_text()[-2000:]
        time.sleep(0.01)


def whole_lines(path: Path) -> None:
    """Every line but the last is a document; the last is one, or the beginning of one that is not read."""
    if path.is_file():
        lines = path.read_text().split("\n")
        for line in lines[:-1]:
            json.loads(line)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_kills_at_random_moments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(0)
    run = Run.create(CONFIG, "killed")
    up = server(tmp_path / "server.log")
    counts = {"worker": 0, "server": 0, "both": 0}
    moments: Counter[str] = Counter()
    try:
        for number in range(KILLS):
            if up.poll() is not None:
                up = server(tmp_path / "server.log")
            if run.status["state"] not in ACTIVE and not run.waiting:
                # Somebody presses Resume: the run stands in the queue, whoever starts it.
                run.write_status("queued", asked=time.time(), host=os.uname().nodename, pid=None)
            target = list(counts)[number % 3]
            early = number % 4 == 3
            # A server may also die before it has taken the queue up.
            if not (early and target == "server"):
                began = time.monotonic()
                while run.status["state"] not in (*ACTIVE, "finished"):
                    assert time.monotonic() - began < 90, "the server did not take the queue up"
                    time.sleep(0.02)
            if early:
                time.sleep(draw.uniform(0.0, 3.0))
            else:
                wait_for_steps(run, draw.randrange(1, FURTHER))
                # Steps are written down twice a second: the moment after that is drawn too.
                time.sleep(draw.uniform(0.0, 0.6))
            moments[run.status["state"]] += 1
            if target != "worker":
                up.kill()
                up.wait()
            if target != "server" and (pid := run.status.get("pid")) and psutil.pid_exists(pid):
                os.kill(pid, signal.SIGKILL)
                # On a busy machine it takes its time to be gone.
                began = time.monotonic()
                while run.status["state"] in ACTIVE:
                    assert time.monotonic() - began < 60, "it outlived kill -9"
                    time.sleep(0.02)
            counts[target] += 1
            time.sleep(0.3)
            assert Run.unreadable() == {}, f"after kill {number + 1}"
            for name in ("metrics", "steps"):
                whole_lines(run.path / f"{name}.jsonl")
            epochs = [line["epoch"] for line in run.metrics()]
            assert epochs == list(range(1, len(epochs) + 1))
            assert run.status["state"] in (*ACTIVE, "interrupted", "queued", "finished")
            state = run.checkpoint()
            assert (state["epoch"] if state else 0) >= len(epochs)
        done = len(run.metrics())
        assert moments["running"] >= KILLS // 2, moments
        if run.status["state"] != "finished" and not run.waiting and not jobs.alive(run):
            jobs.launch(run)
        began = time.monotonic()
        while run.status["state"] != "finished":
            assert time.monotonic() - began < 400, run.log_file.read_text()[-2000:]
            if not run.waiting and not jobs.alive(run) and run.status["state"] != "finished":
                jobs.launch(run)
            time.sleep(0.2)
        psutil.wait_procs([child for child in psutil.Process().children() if child.pid != up.pid], timeout=20)
        jobs.reap()
    finally:
        up.kill()
        up.wait()
    straight = Run.create(CONFIG, "straight")
    record(straight, train(CONFIG))
    ours, theirs = run.checkpoint(), straight.checkpoint()
    assert all(ours["method"][name].equal(value) for name, value in theirs["method"].items())
    for name, state in theirs["optimizer"]["state"].items():
        assert all(ours["optimizer"]["state"][name][key].equal(value) for key, value in state.items())
    assert run.encoder().hash() == straight.encoder().hash()
    assert [line["loss"] for line in run.metrics()] == [line["loss"] for line in straight.metrics()]
    assert [line["loss"] for line in run.steps()] == [line["loss"] for line in straight.steps()]
    with capsys.disabled():
        print(f"\n{KILLS} kills, {counts}, while the run was {dict(moments)}; {done} of {CONFIG.epochs} epochs were")
        print("done at the last; nothing was lost")
