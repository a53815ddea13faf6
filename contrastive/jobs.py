"""Jobs: training runs as processes of their own, which outlive the page, the browser and the server.

A run that is launched joins the queue, and the queue is nothing but the status of the runs in it: it survives a
restart. Each device trains one run at a time; whoever comes by (a launch, a run that ends, a server's `tend`) starts
the next. The run directory is the only contract between a job and whoever watches it.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock

from contrastive.errors import UserError
from contrastive.processes import identified
from contrastive.runs import ACTIVE, Run, process_alive
from contrastive.storage import ROOT, runs_dir

FORCE_AFTER = 20.0
AT_ONCE = 3.0
"""Seconds in which the same config asked for again is a second click, not a second run."""

# Kept so that ended children are reaped instead of lying about as zombies.
_children: list[subprocess.Popen[bytes]] = []


def begin(config: Any, id: str | None = None, *, kind: type[Run] = Run) -> Run:
    """Create and launch a run; asked for twice in the same moment, both get the one run."""
    with _queue_lock("begin"):
        for run in kind.all()[:3]:
            fresh = time.time() - run.status["created"] < AT_ONCE
            if fresh and run.config == config and id in (None, run.id):
                return run
        run = kind.create(config, id)
    launch(run)
    return run


def launch(run: Run) -> None:
    """Put a run, new or to be resumed, into the queue; it starts now if a device is free."""
    reap()
    with _queue_lock("queue"):
        if alive(run):
            raise UserError(f"{run.id} is already running.")
        if run.waiting:
            raise UserError(f"{run.id} is already waiting for its turn.")
        run.stop_file.unlink(missing_ok=True)
        run.write_status("queued", asked=time.time(), host=socket.gethostname(), pid=None)
    advance()


def advance() -> None:
    """Start what waits, in the order it was asked for, on devices that are free."""
    with _queue_lock("queue"):
        free = devices()
        for run in _everything():
            if run.status["state"] in ACTIVE and run.status.get("host") == socket.gethostname():
                free = [device for device in free if device not in run.status.get("devices", free[:1])]
        for run in waiting():
            wanted = min(getattr(run.config, "devices", 1), len(devices()))
            if len(free) < wanted:
                return
            _start(run, free[:wanted])
            free = free[wanted:]


def waiting() -> list[Run]:
    """The runs in the queue of this machine, the next one first."""
    here = [run for run in _everything() if run.waiting and run.status.get("host") == socket.gethostname()]
    return sorted(here, key=lambda run: run.status["asked"])


def devices() -> list[str]:
    """What can train a run of its own: the GPUs, or the processor as one; asked without importing torch."""
    said = os.environ.get("CONTRASTIVE_DEVICES") or os.environ.get("CUDA_VISIBLE_DEVICES")
    if said is None:
        said = ",".join(sorted(path.name.removeprefix("nvidia") for path in Path("/dev").glob("nvidia[0-9]*")))
    return [name.strip() for name in said.split(",") if name.strip()] or ["cpu"]


def tend(seconds: float = 5.0) -> threading.Thread:
    """Look after the queue and after late stops from now on, in a thread; a server calls this when it starts."""

    def look() -> None:
        while True:
            # A folder that cannot be read now may be there again at the next look, and a run may be deleted.
            with suppress(OSError, UserError):
                advance()
                for run in _everything():
                    if run.stop_file.exists() and time.time() - run.stop_file.stat().st_mtime > FORCE_AFTER:
                        _end(run, run.status)
            time.sleep(seconds)

    thread = threading.Thread(target=look, name="tend the queue", daemon=True)
    thread.start()
    return thread


def detached(
    arguments: Sequence[str], log: Path, environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """`python -m contrastive ARGUMENTS` as a process that outlives this one; what it says is added to `log`."""
    with open(log, "ab") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", "contrastive", *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
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
    """Ask a run to end after its current step; by force after 20 seconds. `wait` returns when it has ended.

    One that is still waiting for its turn leaves the queue.
    """
    with _queue_lock("queue"):
        if run.waiting:
            run.write_status("stopped", asked=None, message="Taken out of the queue before its turn.")
            return
    status = run.status
    if status["state"] not in ACTIVE:
        raise UserError(f"{run.id} is not running.", f"It is {status['state']}.")
    run.stop_file.touch()
    watcher = threading.Thread(target=_force, args=(run, status), daemon=True)
    watcher.start()
    if wait:
        watcher.join()


def alive(run: Run) -> bool:
    """Whether a living process trains the run, as far as can be told from here."""
    reap()
    return run.status["state"] in ACTIVE


def _start(run: Run, on: list[str]) -> None:
    own = {"CONTRASTIVE_DEVICES": ",".join(devices())}
    if on != ["cpu"]:
        own["CUDA_VISIBLE_DEVICES"] = ",".join(on)
    child = detached([run.verb, "--run", run.id, "--resume"], run.log_file, own)
    with suppress(psutil.Error):
        # Long before the child is ready to speak for itself, its number says whether it lives.
        run.write_status("starting", **identified(child.pid), devices=on, asked=None)


def _everything() -> list[Run]:
    from contrastive.style.run import StyleRun

    return [*Run.all(), *StyleRun.all()]


def _queue_lock(name: str) -> FileLock:
    runs_dir().mkdir(parents=True, exist_ok=True)
    return FileLock(runs_dir() / f".{name}.lock", timeout=60)


def _force(run: Run, status: dict[str, Any]) -> None:
    deadline = time.monotonic() + FORCE_AFTER
    while time.monotonic() < deadline:
        reap()
        if not process_alive(status):
            return
        time.sleep(0.1)
    _end(run, status)


def _end(run: Run, status: dict[str, Any]) -> None:
    """Kill the process of a run, and what it started, if it is on this machine and still there."""
    if status.get("host") != socket.gethostname() or not status.get("pid") or not process_alive(status):
        return
    with suppress(psutil.Error, UserError):
        process = psutil.Process(status["pid"])
        for one in [*process.children(recursive=True), process]:
            one.kill()
        process.wait(5)
        run.write_status("stopped", message="It did not answer and was ended; its last checkpoint is kept.")
