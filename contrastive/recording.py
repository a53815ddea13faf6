"""A training as it is written down: which file after which, so that a crash at any moment loses no finished epoch."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from contrastive import snapshots
from contrastive.processes import this_process
from contrastive.storage import append, write_bytes

if TYPE_CHECKING:
    from contrastive.runs import Run


def record(run: Run, steps: Iterator[Any]) -> bool:
    """Write a training into its run directory: weights and snapshot, checkpoint, and last the epoch's line.

    Answers whether it came to its end, rather than being stopped.

    Weights come before the checkpoint: a run that dies between them makes that epoch again and writes them anew.
    """
    began, first, shown = time.perf_counter(), None, 0.0
    pending: list[str] = []
    step = None
    for step in steps:
        if first is None:
            first = step.step - 1
            run.begin(step)
        if step.state is None:
            pending.append(json.dumps({"epoch": step.epoch, "step": step.step, **step.metrics}))
        else:
            import torch

            buffer = io.BytesIO()
            torch.save(step.state(), buffer)
            run.keep(step)
            write_bytes(run.path / "checkpoint.pt", buffer.getvalue())
            append(run.path / "metrics.jsonl", [json.dumps({"epoch": step.epoch, **step.metrics})])
        if step.state is not None or time.perf_counter() - shown > 0.5:
            append(run.path / "steps.jsonl", pending)
            pending, shown = [], time.perf_counter()
            rate = (time.perf_counter() - began) / max(1, step.step - first)
            left = (step.total - step.step) * rate
            now = {"epoch": step.epoch, "step": step.step, "total": step.total, "seconds_left": left}
            # Who trains it is said anew: a server that died while it started this process has left it in the queue,
            # and the next one put down the number of another, which found the run taken and ended.
            run.write_status("running", **now, **this_process())
    # Asked to stop after its very last step, it has not come to the end of that epoch.
    return step is None or (step.state is not None and step.step >= step.total)


def rewind(run: Run, state: dict[str, Any] | None) -> None:
    """Make the metric files and snapshots agree with the checkpoint a run goes on from."""
    epoch = state["epoch"] if state else 0
    snapshots.drop_after(run.path / "snapshots", epoch)
    lines = [line for line in run.metrics() if line["epoch"] <= epoch]
    if state and (not lines or lines[-1]["epoch"] < epoch):
        # The process died between writing the checkpoint and its line; the checkpoint remembers the line.
        lines.append({"epoch": epoch, **state["metrics"]})
    for name, kept in (("metrics", lines), ("steps", [s for s in run.steps() if s["epoch"] <= epoch])):
        content = "".join(json.dumps(line) + "\n" for line in kept)
        write_bytes(run.path / f"{name}.jsonl", content.encode())
