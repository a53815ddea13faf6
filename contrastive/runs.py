"""Run: one training, its config, its metrics and its weights; a directory that is readable at any moment.

config.json  status.json  metrics.jsonl (a line an epoch)  steps.jsonl  encoder.safetensors  checkpoint.pt
snapshots/  embeddings/  log.txt. Deleting the directory deletes the run.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import socket
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psutil
from pydantic import ValidationError

from contrastive import snapshots
from contrastive.config import TrainConfig, sentence
from contrastive.errors import UserError
from contrastive.storage import read_json, runs_dir, safe_name, write_bytes, write_json

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

ACTIVE = ("starting", "running")
STATES = (*ACTIVE, "queued", "stopped", "finished", "failed", "interrupted")


class Run:
    """A run directory. `Run.create` makes one, `Run.open` finds one, `Run.all` lists them, newest first.

    The training of an encoder; `contrastive.style.run` is one of a style network, and says what is different there.
    """

    verb = "train"
    """What the command line calls this kind of training."""
    weights = "encoder.safetensors"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name

    def __repr__(self) -> str:
        return f"Run({self.id!r})"

    @staticmethod
    def folder() -> Path:
        """Where the runs of this kind have their directories."""
        return runs_dir()

    @staticmethod
    def name_of(config: Any) -> str:
        """What a run is called after the moment it was made: data set, method and encoder."""
        dataset = "".join(c if c.isalnum() else "-" for c in config.dataset.partition(":")[0])
        encoder = config.encoder.replace(":", "-")[:40].rstrip(".")
        return f"{dataset}-{config.method}-{encoder}"

    def training(self, **options: Any) -> Iterator[Any]:
        """Its steps, from the checkpoint given as `resume`; the options are those of `contrastive.train.train`."""
        from contrastive.train import train

        return train(self.config, **options)

    def begin(self, step: Any) -> None:
        """Write what its first step knows of the time before it: a snapshot of the encoder as it starts."""
        if step.sample and len(step.sample[1]):
            snapshots.keep(self.path / "snapshots", 0, *step.sample)

    def keep(self, step: Any) -> None:
        """Write what the end of an epoch leaves beside the checkpoint: weights, and now and then a snapshot."""
        from contrastive.encoders import save_encoder

        if (
            step.sample
            and len(step.sample[1])
            and step.epoch in snapshots.moments(self.config.snapshot_epochs, self.config.epochs)
        ):
            snapshots.keep(self.path / "snapshots", step.epoch, *step.sample)
        save_encoder(step.encoder, self.path / self.weights)

    @classmethod
    def create(cls, config: Any, id: str | None = None) -> Self:
        """A new run directory; without an id it is named after the moment and what is trained."""
        stem = safe_name(id, what="run") if id else f"{datetime.now():%m%d-%H%M%S}-{cls.name_of(config)}"
        cls.folder().mkdir(parents=True, exist_ok=True)
        for number in range(1, 100):
            path = cls.folder() / (stem if number == 1 else f"{stem}-{number}")
            try:
                path.mkdir()
            except FileExistsError as error:
                if id:
                    raise UserError(
                        f"There is already a run called {id!r}.", "Choose another name, or add --resume."
                    ) from error
                continue
            write_json(path / "config.json", config.model_dump())
            run = cls(path)
            run.write_status("queued")
            return run
        raise UserError("A hundred runs were started in the same second.", "Wait a moment.")

    @classmethod
    def exists(cls, id: str) -> bool:
        """Whether there is a run of that id."""
        try:
            return (cls.folder() / safe_name(id, what="run") / "config.json").is_file()
        except UserError:
            return False

    @classmethod
    def open(cls, id: str) -> Self:
        """The run of that id; UserError if there is none."""
        if not cls.exists(id):
            raise UserError(f"There is no run called {id!r}.", "See: python -m contrastive runs.")
        return cls(cls.folder() / id)

    @classmethod
    def all(cls) -> list[Self]:
        """Every run that can be read, newest first."""
        found = sorted(cls.folder().glob("*/config.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        return [run for run in (cls(path.parent) for path in found) if not run.fault()]

    @classmethod
    def unreadable(cls) -> dict[str, str]:
        """Directories among the runs that are none, or were tampered with, each with the reason."""
        found = (cls(path) for path in sorted(cls.folder().glob("*/")))
        return {run.id: fault for run in found if (fault := run.fault())}

    def fault(self) -> str:
        """Why this directory is not a readable run; empty if it is one."""
        try:
            _ = self.config, self.status
        except (UserError, OSError, ValueError, KeyError, TypeError) as error:
            return str(error)
        return ""

    @property
    def config(self) -> TrainConfig:
        """The config it was made with; UserError if somebody changed it into something else."""
        try:
            return TrainConfig.model_validate(read_json(self.path / "config.json"))
        except ValidationError as error:
            raise UserError(f"The config of {self.id} cannot be used.", sentence(error)[0]) from error

    @property
    def status(self) -> dict[str, Any]:
        """state, epoch, step, total, message ...; "interrupted" when its process died without a word."""
        status = read_json(self.path / "status.json")
        if status["state"] in ACTIVE and not process_alive(status):
            status |= {"state": "interrupted", "message": "Its process ended without a word."}
        return status

    def write_status(self, state: str, **fields: Any) -> None:
        """Replace status.json; the fields of the last one are kept unless given."""
        path = self.path / "status.json"
        before = read_json(path) if path.exists() else {"created": time.time()}
        write_json(path, {**before, "state": state, "message": "", **fields, "updated": time.time()})

    def metrics(self) -> list[dict[str, Any]]:
        """One dict an epoch, in order."""
        return read_lines(self.path / "metrics.jsonl")

    def steps(self) -> list[dict[str, Any]]:
        """One dict a step, in order."""
        return read_lines(self.path / "steps.jsonl")

    def encoder(self) -> Encoder:
        """The encoder after its last finished epoch."""
        from contrastive.encoders import load_encoder

        return load_encoder(self.path / "encoder.safetensors")

    def checkpoint(self) -> dict[str, Any] | None:
        """All that resuming needs, or None before the first epoch has ended."""
        import torch

        path = self.path / "checkpoint.pt"
        if not path.is_file():
            return None
        try:
            state = torch.load(path, weights_only=True, map_location="cpu")
        except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
            raise UserError(f"The checkpoint of {self.id} cannot be read.", "Start a new run.") from error
        if type(self.config).model_validate_json(state["config"]) != self.config:
            raise UserError(f"The checkpoint of {self.id} belongs to another config.", "Start a new run.")
        return state

    def delete(self) -> None:
        """Remove the directory; a run that is being trained is refused."""
        if self.status["state"] in ACTIVE:
            raise UserError(f"{self.id} is still running.", "Stop it first.")
        shutil.rmtree(self.path)


def record(run: Run, steps: Iterator[Any]) -> None:
    """Write a training into its run directory: weights and snapshot, checkpoint, and last the epoch's line.

    Weights come before the checkpoint: a run that dies between them makes that epoch again and writes them anew.
    """
    began, first, shown = time.perf_counter(), None, 0.0
    pending: list[str] = []
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
            run.write_status("running", epoch=step.epoch, step=step.step, total=step.total, seconds_left=left)


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


def append(path: Path, lines: list[str]) -> None:
    """Add whole lines in one write, safe on disk on return."""
    if not lines:
        return
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, "".join(line + "\n" for line in lines).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The documents of a .jsonl file; a last line that is still being written is left out."""
    if not path.is_file():
        return []
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    return [json.loads(line) for line in whole.splitlines() if line]


def this_process() -> dict[str, Any]:
    """What identifies this process for `process_alive`, also after its number was given to another."""
    return {"pid": os.getpid(), "pid_created": psutil.Process().create_time(), "host": socket.gethostname()}


def process_alive(status: dict[str, Any]) -> bool:
    """Whether the process a status speaks of still runs; one that was only just started counts as alive."""
    if status.get("host", socket.gethostname()) != socket.gethostname():
        return time.time() - status["updated"] < 60
    if not status.get("pid"):
        return time.time() - status["updated"] < 30
    try:
        process = psutil.Process(status["pid"])
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - status["pid_created"]) < 1
    except psutil.Error:
        return False
