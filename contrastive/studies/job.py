"""Where a study stands: one process at a time works on it, says how far it is, and can be asked to end."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from contrastive import jobs
from contrastive.errors import UserError
from contrastive.processes import identified, process_alive, this_process
from contrastive.storage import read_json, runs_dir, write_json
from contrastive.studies.carry_out import Stage
from contrastive.studies.study import load


def folder(name: str) -> Path:
    """Where the status and the log of a study lie, beside the runs."""
    return runs_dir().parent / "studies" / load(name).name


def status(name: str) -> dict[str, Any]:
    """state (idle, running, finished, stopped, failed or interrupted), number, total, cell, seconds_left, message."""
    jobs.reap()
    place = folder(name) / "status.json"
    if not place.is_file():
        return {"state": "idle"}
    found: dict[str, Any] = read_json(place)
    if found["state"] == "running" and not process_alive(found):
        found |= {"state": "interrupted", "message": "Its process ended without a word; finished cells are kept."}
    return found


@contextmanager
def working(name: str) -> Iterator[Callable[[Stage, float | None], None]]:
    """Hold a study while working on it; what is yielded is told every stage, and the seconds that are left if known.

    Raises UserError where another process works on it.
    """
    place = folder(name)
    place.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place / "working.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise UserError(f"The study {name} is being worked on already.", "Wait for it, or stop it.") from error

    def write(state: str, **fields: Any) -> None:
        _write(name, this_process(), state, **fields)

    finished = 0

    def tell(stage: Stage, left: float | None) -> None:
        nonlocal finished
        finished += stage.done
        cell = ", ".join([*stage.cell.levels.values(), f"seed {stage.cell.seed}"])
        number = finished + (not stage.done)
        about = {"number": number, "total": stage.total, "cell": cell, "run": stage.cell.id, "done": stage.done}
        write("running", **about, seconds_left=left)

    write("running", number=0, total=0, cell="")
    try:
        yield tell
    except BaseException as error:
        write("stopped" if isinstance(error, KeyboardInterrupt) else "failed", message=str(error))
        raise
    else:
        write("finished")
    finally:
        lock.release()


def launch(name: str, arguments: Sequence[str] = ()) -> None:
    """Work on a study in a process of its own, which outlives the page; `arguments` are those of the command line."""
    place = folder(name)
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place / "launch.lock", timeout=60):
        if status(name)["state"] == "running":
            raise UserError(f"The study {name} is being worked on already.", "Wait for it, or stop it.")
        child = jobs.detached(["study", name, *arguments], place / "log.txt")
        with suppress(psutil.Error):
            # It takes seconds until it can speak for itself; until then its number says that it lives.
            _write(name, identified(child.pid), "running", number=0, total=0, cell="")


def stop(name: str) -> None:
    """Ask whoever works on a study to end after the current step; the cell goes on from its last checkpoint."""
    found = status(name)
    if found["state"] != "running":
        raise UserError(f"Nobody works on the study {name}.", "Start it to go on.")
    os.kill(found["pid"], signal.SIGTERM)


def _write(name: str, process: dict[str, Any], state: str, **fields: Any) -> None:
    write_json(folder(name) / "status.json", {**process, "state": state, "updated": time.time(), **fields})
