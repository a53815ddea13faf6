"""Carry out a run in this process, from its last checkpoint to its last epoch, keeping its status true.

The command line, the detached jobs of the pages and the studies all train through here.
"""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contrastive import jobs
from contrastive.errors import UserError
from contrastive.runs import Run, record, rewind, this_process

if TYPE_CHECKING:
    from contrastive.train import Step

Watch = Callable[["Iterator[Step]"], "Iterator[Step]"]


def execute(run: Run, *, should_stop: Callable[[], bool], watch: Watch = iter) -> None:
    """Train `run` until it is finished or should stop; `watch` may look at its steps as they pass.

    Raises UserError for a run that is being trained already or a config that cannot be trained; the status then says
    "failed" and why.
    """
    if jobs.alive(run) and run.status.get("pid"):
        raise UserError(f"{run.id} is already running.")
    run.write_status("running", **this_process())
    with _failures(run):

        def decoding(done: int, total: int) -> None:
            if should_stop():
                raise KeyboardInterrupt
            if done % 100 == 0:
                run.write_status("running", message=f"Preparing pictures: {done:,} of {total:,}.")

        state = run.checkpoint()
        rewind(run, state)
        record(run, watch(run.training(resume=state, should_stop=should_stop, progress=decoding)))
        if should_stop():
            run.write_status("stopped", message="Stopped when asked; the last checkpoint is kept.")
        else:
            run.write_status("finished", seconds_left=0)


@contextmanager
def _failures(run: Run) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        run.write_status("stopped", message="Stopped from the terminal; the last checkpoint is kept.")
    except UserError as error:
        run.write_status("failed", message=str(error))
        raise
    except BaseException as error:
        run.write_status("failed", message=f"{type(error).__name__}: {error}")
        traceback.print_exc()
        raise
