"""Verbs about runs: train, runs and stop."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrastive import distributed, jobs
from contrastive.commands.progress import Answer
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.exclusions import ticked
from contrastive.execute import execute
from contrastive.runs import Run

if TYPE_CHECKING:
    from contrastive.train import Step


def train_verb(args: argparse.Namespace) -> Answer:
    """Train in this process, writing a run directory; the pages start this same verb."""
    given = given_settings(args)
    if args.config:
        given = {**_from_file(Path(args.config)).model_dump(), **given}
    if given.get("excluded") == "ticked":
        # The run keeps the ids themselves: what is ticked later does not change it.
        given["excluded"] = ticked(given.get("dataset", TrainConfig.model_fields["dataset"].default))
    if args.resume and args.run and Run.exists(args.run):
        run = Run.open(args.run)
        if clash := [k for k, v in given.items() if getattr(run.config, k) != v]:
            raise UserError(f"{run.id} was made with another {clash[0]}.", "Start a new run to change it.")
    else:
        run = Run.create(TrainConfig.read(given), args.run)
    if distributed.started():
        # The first process writes everything; how it ended is told by the one that started them all.
        with asked_to_stop() as asked:
            execute(run, should_stop=asked, watch=iter if distributed.follower() else shown)
        sys.exit(0)
    if run.config.devices == 1:
        print(f"run {run.id}", file=sys.stderr)
        return carry_out(run)
    return _carried_out_together(run)


def _carried_out_together(run: Run) -> Answer:
    """Train a run in as many processes as its config says, and tell how it ended."""
    distributed.start(["train", "--run", run.id, "--resume"], run.config.devices)
    status = run.status
    if status["state"] in ("failed", "interrupted", "queued"):
        raise UserError(f"{run.id} {status['state']}.", status["message"] or f"See {run.log_file}.")
    return told(run)


def given_settings(args: argparse.Namespace) -> dict[str, Any]:
    """The settings of a config that were given as flags."""
    return {
        name.removeprefix("config_"): value
        for name, value in vars(args).items()
        if name.startswith("config_") and value is not None
    }


def carry_out(run: Run) -> Answer:
    """Train a run with a bar on stderr until it is finished or asked to stop; how it ended."""
    with asked_to_stop() as asked:
        execute(run, should_stop=asked, watch=shown)
    return told(run)


def told(run: Run) -> Answer:
    """How a run stands after its last epoch."""
    metrics = run.metrics()
    document: dict[str, Any] = {"run": run.id, "status": run.status, "metrics": metrics[-1] if metrics else {}}
    last = ", ".join(f"{k} {v:.3g}" for k, v in document["metrics"].items())
    return document, f"{run.id} {run.status['state']}: {last}"


def _from_file(path: Path) -> TrainConfig:
    try:
        return TrainConfig.from_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} cannot be read.", "Check the path of --config.") from error


@contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether somebody asked this process to end; it then ends after its current step."""
    asked: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGTERM, before)


def shown(steps: "Iterator[Step]") -> "Iterator[Step]":
    """The steps, with a bar on stderr; a log file gets a line now and then."""
    from tqdm import tqdm

    # Not drawn before the first step: what the training has to say first gets a line of its own.
    often = 0.5 if sys.stderr.isatty() else 30
    with tqdm(desc="steps", file=sys.stderr, mininterval=often, delay=1e-3) as bar:
        for step in steps:
            bar.total, bar.n = step.total, step.step
            if step.state is None:
                bar.set_postfix(epoch=step.epoch, loss=f"{step.metrics['loss']:.3f}", refresh=False)
                bar.update(0)
            yield step


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
