"""Jobs: training runs as processes of their own, which outlive the page, the browser and the server.

The run directory is the only contract between a job and whoever watches it.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from contrastive.errors import UserError
from contrastive.runs import ACTIVE, Run, process_alive
from contrastive.storage import ROOT

FORCE_AFTER = 20.0

# Kept so that ended children are reaped instead of lying about as zombies.
_children: list[subprocess.Popen[bytes]] = []


def launch(run: Run) -> None:
    """Start or resume a run in a detached process; a second launch of the same run is refused."""
    reap()
    try:
        with FileLock(run.path / "launch.lock", timeout=0):
            if alive(run):
                raise UserError(f"{run.id} is already running.")
            run.write_status("starting", pid=None)
            child = detached([run.verb, "--run", run.id, "--resume"], run.path / "log.txt")
            # Wait until the child has signed in: from then on its own status is the truth.
            deadline = time.monotonic() + 30
            while child.poll() is None and run.status.get("pid") != child.pid and time.monotonic() < deadline:
                time.sleep(0.05)
    except Timeout as error:
        raise UserError(f"{run.id} is being started already.") from error


def detached(arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """`python -m contrastive ARGUMENTS` as a process that outlives this one; what it says is added to `log`."""
    with open(log, "ab") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", "contrastive", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    _children.append(child)
    return child


def reap() -> None:
    """Let go of the processes of ours that have ended."""
    _children[:] = [child for child in _children if child.poll() is None]


def stop(run: Run, *, wait: bool = False) -> None:
    """Ask a run to end after its current step; by force after 20 seconds. `wait` returns when it has ended."""
    status = run.status
    if status["state"] not in ACTIVE or not status.get("pid"):
        raise UserError(f"{run.id} is not running.", f"It is {status['state']}.")
    os.kill(status["pid"], signal.SIGTERM)
    watcher = threading.Thread(target=_force, args=(run, status), daemon=True)
    watcher.start()
    if wait:
        watcher.join()


def alive(run: Run) -> bool:
    """Whether the run has a living process on this machine."""
    reap()
    return run.status["state"] in ACTIVE


def _force(run: Run, status: dict[str, object]) -> None:
    deadline = time.monotonic() + FORCE_AFTER
    while time.monotonic() < deadline:
        alive(run)
        if not process_alive(status):
            return
        time.sleep(0.1)
    try:
        psutil.Process(int(str(status["pid"]))).kill()
    except psutil.Error:
        return
    run.write_status("stopped", message="It did not answer and was ended; its last checkpoint is kept.")
