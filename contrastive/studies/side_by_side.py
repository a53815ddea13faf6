"""Cells of a study side by side: as many at a time as there are devices, each in a process of its own.

`python -m contrastive.studies.side_by_side` is that process: it reads one cell as JSON on stdin, trains and measures
it. A process that is asked to end, or whose parent has died, ends after its current step; its run goes on from there.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.jobs import FORCE_AFTER
from contrastive.storage import ROOT
from contrastive.studies.carry_out import Stage, check_protocol, outcome, work_on
from contrastive.studies.study import Cell, Choice, Study, cells

Environment = Mapping[str, str]
"""Variables of one process, such as the device it may use."""
Process = subprocess.Popen[bytes]

LOOK_EVERY = 0.1


def environments(devices: int) -> list[Environment]:
    """One environment for each of `devices` GPUs, two or more. Raises UserError where this machine has fewer."""
    import torch

    names = os.environ.get("CUDA_VISIBLE_DEVICES") or ",".join(map(str, range(torch.cuda.device_count())))
    there = names.split(",") if torch.cuda.is_available() else []
    if devices < 1:
        raise UserError(f"A study cannot be carried out on {devices} devices.", "Use at least one.")
    if devices > len(there):
        have = f"{len(there)} GPU{'s' * (len(there) > 1)}" if there else "no GPU; its processor counts as one device"
        raise UserError(f"{devices} devices were asked for, but this machine has {have}.", "Leave out --devices.")
    threads = str(max(1, (os.cpu_count() or 1) // devices))
    return [{"CUDA_VISIBLE_DEVICES": name, "OMP_NUM_THREADS": threads} for name in there[:devices]]


def side_by_side(
    study: Study, choice: Choice, places: Sequence[Environment], *, should_stop: Callable[[], bool] = lambda: False
) -> Iterator[Stage]:
    """As `carry_out`, with one cell at a time in every one of `places`; cells end in any order.

    When it should stop, or is interrupted, all processes are asked to end after their current step, by force after
    20 seconds; finished cells are kept. A cell whose process fails is left as it is, and the next one begins.
    """
    check_protocol(study)
    todo = cells(study, choice)
    waiting = list(enumerate(todo, 1))
    free, busy = list(places), dict[Process, tuple[int, Cell, Environment]]()
    try:
        while (waiting or busy) and not should_stop():
            while waiting and free:
                number, cell = waiting.pop(0)
                if outcome(cell, study.protocol) is None:
                    yield Stage(number, len(todo), cell, done=False)
                    place = free.pop(0)
                    busy[_started(study, cell, place)] = (number, cell, place)
                else:
                    yield Stage(number, len(todo), cell, done=True)
            time.sleep(LOOK_EVERY)
            for process in [process for process in busy if process.poll() is not None]:
                number, cell, place = busy.pop(process)
                free.append(place)
                if process.returncode:
                    print(f"{study.name}: {cell.id} ended with exit code {process.returncode}", file=sys.stderr)
                yield Stage(number, len(todo), cell, done=True)
    finally:
        _end(list(busy))


def _started(study: Study, cell: Cell, place: Environment) -> Process:
    """A process that works on `cell`; of its own session, so that Ctrl-C reaches it through its parent only."""
    process = subprocess.Popen(
        [sys.executable, "-m", "contrastive.studies.side_by_side"],
        cwd=ROOT,
        env={**os.environ, **place},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    said = {"protocol": study.protocol, "study": cell.study, "levels": cell.levels, "seed": cell.seed}
    assert process.stdin
    with process.stdin as pipe:
        pipe.write(json.dumps({**said, "config": cell.config.model_dump(), "parent": os.getpid()}).encode())
    return process


def _end(processes: Sequence[Process]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + FORCE_AFTER
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> None:
    """Work on the cell that is described on stdin."""
    from contrastive.commands.training import asked_to_stop

    said = json.load(sys.stdin)
    cell = Cell(said["study"], said["levels"], said["seed"], TrainConfig.read(said["config"]))
    with asked_to_stop() as asked:
        work_on(cell, said["protocol"], should_stop=lambda: asked() or os.getppid() != said["parent"])


if __name__ == "__main__":
    main()
