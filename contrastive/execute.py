"""Carry out a run in this process, from its last checkpoint to its last epoch, keeping its status true.

The command line, the detached jobs of the pages and the studies all train through here.
"""

import errno
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import Timeout

from contrastive import distributed, jobs
from contrastive.errors import UserError
from contrastive.runs import Run, record, rewind, this_process

if TYPE_CHECKING:
    from contrastive.train import Step

Watch = Callable[["Iterator[Step]"], "Iterator[Step]"]
FULL = (errno.ENOSPC, errno.EDQUOT)


def execute(run: Run, *, should_stop: Callable[[], bool], watch: Watch = iter) -> None:
    """Train `run` until it is finished or should stop; `watch` may look at its steps as they pass.

    Raises UserError for a run that is being trained already or a config that cannot be trained; the status then says
    "failed" and why, and the log of the run has the traceback. Of several processes that train together, the first
    writes and the others follow it.
    """
    if distributed.follower():
        _follow(run, lambda: should_stop() or run.stop_file.exists())
        return
    try:
        with run.working:
            status = run.status
            if jobs.alive(run) and status.get("pid") not in (None, os.getpid(), os.getppid()):
                raise UserError(f"{run.id} is already running.")
            if status["state"] != "starting":
                # Left by a process that died before it could answer; a launch takes it away itself.
                run.stop_file.unlink(missing_ok=True)
            _carry_out(run, should_stop=lambda: should_stop() or run.stop_file.exists(), watch=watch)
    except Timeout as error:
        raise UserError(f"{run.id} is already running.") from error
    finally:
        # Somebody else looks after the queue where this cannot.
        with suppress(OSError, UserError):
            jobs.advance()


def _carry_out(run: Run, *, should_stop: Callable[[], bool], watch: Watch) -> None:
    run.write_status("running", **this_process())
    note(run, f"begins at epoch {len(run.metrics()) + 1}, process {os.getpid()}")
    with _heard(run), _failures(run):

        def decoding(done: int, total: int) -> None:
            if should_stop():
                raise KeyboardInterrupt
            if done % 100 == 0:
                run.write_status("running", message=f"Preparing pictures: {done:,} of {total:,}.")

        state = run.checkpoint()
        rewind(run, state)
        with distributed.together():
            done = record(run, watch(run.training(resume=state, should_stop=should_stop, progress=decoding)))
        if done:
            run.write_status("finished", seconds_left=0)
        else:
            run.write_status("stopped", message="Stopped when asked; the last checkpoint is kept.")
    run.stop_file.unlink(missing_ok=True)
    note(run, run.status["state"])


def _follow(run: Run, should_stop: Callable[[], bool]) -> None:
    state = run.checkpoint()
    with distributed.together():
        for _ in run.training(resume=state, should_stop=should_stop):
            pass


def note(run: Run, text: str) -> None:
    """Add a line, or a traceback, to the log of a run; a disk that is full loses the line and nothing else."""
    with suppress(OSError), open(run.log_file, "a", encoding="utf-8") as file:
        file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text.rstrip()}\n")


@contextmanager
def _heard(run: Run) -> Iterator[None]:
    """Touch the heartbeat of a run every five seconds: to another machine it is the only sign of life."""
    done = threading.Event()

    def beat() -> None:
        while True:
            with suppress(OSError):
                (run.path / "heartbeat").touch()
            if done.wait(5):
                return

    thread = threading.Thread(target=beat, name=f"heartbeat of {run.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def _failures(run: Run) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        run.write_status("stopped", message="Stopped from the terminal; the last checkpoint is kept.")
    except UserError as error:
        _failed(run, str(error))
        if not _is_the_log(run):
            note(run, str(error))
        raise
    except BaseException as error:
        if isinstance(error, OSError) and error.errno in FULL:
            said = UserError("The disk is full; the last checkpoint is kept.", "Make room and resume the run.")
            _failed(run, str(said))
            note(run, str(said))
            raise said from error
        _failed(run, f"{type(error).__name__}: {error}")
        note(run, traceback.format_exc())
        if not _is_the_log(run):
            traceback.print_exc()
        raise


def _failed(run: Run, message: str) -> None:
    with suppress(OSError):
        run.write_status("failed", message=message)


def _is_the_log(run: Run) -> bool:
    """Whether what is said on stderr lands in the run's log anyway."""
    with suppress(OSError, ValueError):
        return os.path.samestat(os.fstat(sys.stderr.fileno()), os.stat(run.log_file))
    return False
