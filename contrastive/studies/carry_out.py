"""Carry out a study: train and measure its cells one after another, keeping every finished one."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from contrastive.errors import UserError
from contrastive.execute import Watch, execute
from contrastive.runs import Run
from contrastive.storage import read_json, write_json
from contrastive.studies.study import Cell, Choice, Study, cells


@dataclass(frozen=True)
class Stage:
    """Where a study stands: cell `number` of `total` (counted from 1) is about to be worked on, or was found done."""

    number: int
    total: int
    cell: Cell
    done: bool


def carry_out(
    study: Study, choice: Choice, *, should_stop: Callable[[], bool] = lambda: False, watch: Watch = iter
) -> Iterator[Stage]:
    """Yields before and after every cell. A cell that was finished before is not trained again.

    An interrupted cell goes on from its last checkpoint. Raises UserError for a protocol that does not exist; a cell
    that cannot be trained or measured is left "failed" with its reason, and the next one begins. Ctrl-C raises
    KeyboardInterrupt once the run is stopped.
    """
    check_protocol(study)
    todo = cells(study, choice)
    for number, cell in enumerate(todo, 1):
        if outcome(cell, study.protocol) is None:
            yield Stage(number, len(todo), cell, done=False)
            work_on(cell, study.protocol, should_stop=should_stop, watch=watch)
            if should_stop():
                return
        yield Stage(number, len(todo), cell, done=True)


def check_protocol(study: Study) -> None:
    """Raises UserError for a protocol that does not exist."""
    from contrastive.studies.protocols import PROTOCOLS

    if study.protocol not in PROTOCOLS:
        raise UserError(f"{study.name}: there is no protocol {study.protocol!r}.", f"Known: {', '.join(PROTOCOLS)}.")


def work_on(cell: Cell, protocol: str, *, should_stop: Callable[[], bool], watch: Watch = iter) -> None:
    """Train one cell to its end and write down what its protocol measures; a user's mistake leaves it "failed"."""
    from contrastive.studies.protocols import PROTOCOLS

    run = Run.open(cell.id) if Run.exists(cell.id) else Run.create(cell.config, cell.id)
    try:
        if run.status["state"] != "finished":
            execute(run, should_stop=should_stop, watch=watch)
        if should_stop():
            return
        if run.status["state"] != "finished":
            raise KeyboardInterrupt
        began = time.perf_counter()
        found = PROTOCOLS[protocol](run)
        seconds = {"training_seconds": trained_for(run), "measuring_seconds": time.perf_counter() - began}
        about = {"study": cell.study, "protocol": protocol, "levels": cell.levels, "seed": cell.seed}
        write_json(run.path / "outcome.json", {**about, **found, **seconds})
    except UserError as error:
        run.write_status("failed", message=str(error))
        print(f"{cell.study}: {cell.id}: {error}", file=sys.stderr)


def outcome(cell: Cell, protocol: str) -> dict[str, Any] | None:
    """What was measured of a finished cell by this protocol; None before that."""
    if not Run.exists(cell.id):
        return None
    place = Run.open(cell.id).path / "outcome.json"
    found = read_json(place) if place.is_file() else None
    return found if found and found["protocol"] == protocol else None


def failures(study: Study, choice: Choice) -> dict[str, list[Cell]]:
    """Why cells could not be trained or measured when they were last tried: reason -> the cells it holds for."""
    found: dict[str, list[Cell]] = {}
    for cell in cells(study, choice):
        if outcome(cell, study.protocol) is None and Run.exists(cell.id):
            status = Run.open(cell.id).status
            if status["state"] == "failed":
                found.setdefault(status["message"], []).append(cell)
    return found


def trained_for(run: Run) -> float:
    """Seconds spent in the epochs of a run, without its preparation."""
    return sum(line["seconds"] for line in run.metrics())


def busy_for(run: Run) -> float:
    """Seconds in which a run kept its machine busy so far: its epochs and the look at its encoder after each."""
    return sum(line["seconds"] + line.get("probe_seconds", 0.0) for line in run.metrics())
