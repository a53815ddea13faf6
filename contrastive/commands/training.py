"""Verbs about runs: train, runs and stop."""

import argparse
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrastive import jobs
from contrastive.commands.progress import Answer
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.runs import Run, record, rewind, this_process

if TYPE_CHECKING:
    from contrastive.train import Step


def train_verb(args: argparse.Namespace) -> Answer:
    """Train in this process, writing a run directory; the pages start this same verb."""
    given = {
        name.removeprefix("config_"): value
        for name, value in vars(args).items()
        if name.startswith("config_") and value is not None
    }
    if args.config:
        given = {**_from_file(Path(args.config)).model_dump(), **given}
    if args.resume and args.run and Run.exists(args.run):
        run = Run.open(args.run)
        if clash := [k for k, v in given.items() if getattr(run.config, k) != v]:
            raise UserError(f"{run.id} was made with another {clash[0]}.", "Start a new run to change it.")
        if jobs.alive(run) and run.status.get("pid"):
            raise UserError(f"{run.id} is already running.")
    else:
        run = Run.create(TrainConfig.read(given), args.run)
    run.write_status("running", **this_process())
    print(f"run {run.id}", file=sys.stderr)

    asked: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    try:
        _train(run, asked)
    except KeyboardInterrupt:
        run.write_status("stopped", message="Stopped from the terminal; the last checkpoint is kept.")
    except UserError as error:
        run.write_status("failed", message=str(error))
        raise
    except BaseException as error:
        run.write_status("failed", message=f"{type(error).__name__}: {error}")
        traceback.print_exc()
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
    metrics = run.metrics()
    document: dict[str, Any] = {"run": run.id, "status": run.status, "metrics": metrics[-1] if metrics else {}}
    last = ", ".join(f"{k} {v:.3g}" for k, v in document["metrics"].items())
    return document, f"{run.id} {run.status['state']}: {last}"


def _from_file(path: Path) -> TrainConfig:
    try:
        return TrainConfig.from_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} cannot be read.", "Check the path of --config.") from error


def _train(run: Run, asked: list[int]) -> None:
    from tqdm import tqdm

    from contrastive.train import train

    def decoding(done: int, total: int) -> None:
        if asked:
            raise KeyboardInterrupt
        if done % 100 == 0:
            run.write_status("running", message=f"Preparing pictures: {done:,} of {total:,}.")

    state = run.checkpoint()
    rewind(run, state)
    steps = train(run.config, resume=state, should_stop=lambda: bool(asked), progress=decoding)
    # A log file wants a line now and then, a terminal a moving bar.
    with tqdm(desc="steps", file=sys.stderr, mininterval=0.5 if sys.stderr.isatty() else 30) as bar:

        def shown() -> "Iterator[Step]":
            for step in steps:
                bar.total, bar.n = step.total, step.step
                if step.state is None:
                    bar.set_postfix(epoch=step.epoch, loss=f"{step.metrics['loss']:.3f}", refresh=False)
                    bar.update(0)
                yield step

        record(run, shown())
    if asked:
        run.write_status("stopped", message="Stopped when asked; the last checkpoint is kept.")
    else:
        run.write_status("finished", seconds_left=0)


def runs_verb(args: argparse.Namespace) -> Answer:
    """List the runs."""
    rows = []
    for run in Run.all():
        metrics = run.metrics()
        last = metrics[-1] if metrics else {}
        rows.append({"run": run.id, **run.status, "metrics": last})
    text = "\n".join(
        f"{r['run']:<44} {r['state']:<12} epoch {r.get('epoch', 0):>4}  "
        + "  ".join(f"{k} {r['metrics'][k]:.3f}" for k in ("loss", "ridge", "knn") if k in r["metrics"])
        for r in rows
    )
    faults = Run.unreadable()
    text += "".join(f"\n{name}: {fault}" for name, fault in faults.items())
    return {
        "runs": rows,
        "unreadable": faults,
    }, text or "No runs yet. Start one: python -m contrastive train --dataset digits"


def stop_verb(args: argparse.Namespace) -> Answer:
    """Stop a run and wait until it has ended."""
    run = Run.open(args.run)
    jobs.stop(run, wait=True)
    return {"run": run.id, **run.status}, f"{run.id} {run.status['state']}"
