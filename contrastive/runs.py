"""Run: one training, its config, its metrics and its weights; a directory that is readable at any moment.

config.json  status.json  metrics.jsonl (a line an epoch)  steps.jsonl  encoder.safetensors  checkpoint.pt
snapshots/  embeddings/  log.txt. Deleting the directory deletes the run. A file `stop` asks it to end, `heartbeat` is
touched while it trains, and whoever trains holds `working.lock`.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from filelock import FileLock, Timeout
from pydantic import ValidationError

from contrastive import snapshots
from contrastive.config import TrainConfig, sentence
from contrastive.errors import UserError
from contrastive.processes import process_alive, this_process
from contrastive.recording import record, rewind
from contrastive.storage import read_json, read_lines, remove_folder, runs_dir, safe_name, write_json

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

__all__ = ["ACTIVE", "STATES", "Run", "process_alive", "read_lines", "record", "rewind", "this_process"]

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
        made: dict[Path, float] = {}
        for path in cls.folder().glob("*/config.json"):
            # Somebody may delete it while we look.
            with suppress(FileNotFoundError):
                made[path.parent] = path.stat().st_mtime
        return [run for run in map(cls, sorted(made, key=lambda path: -made[path])) if not run.fault()]

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
        except FileNotFoundError as error:
            raise UserError(f"{self.id} has no config.", "Somebody may have deleted it just now.") from error
        except ValidationError as error:
            raise UserError(f"The config of {self.id} cannot be used.", sentence(error)[0]) from error

    @property
    def status(self) -> dict[str, Any]:
        """state, epoch, step, total, message ...; "interrupted" when its process died without a word."""
        try:
            status = read_json(self.path / "status.json")
        except FileNotFoundError as error:
            raise UserError(f"{self.id} has no status.", "Somebody may have deleted it just now.") from error
        if status["state"] not in ACTIVE:
            return status
        with suppress(OSError):
            status["updated"] = max(status["updated"], (self.path / "heartbeat").stat().st_mtime)
        if not process_alive(status):
            status |= {"state": "interrupted", "message": "Its process ended without a word."}
        elif self.stop_file.exists():
            status |= {"message": "Stopping after the current step."}
        return status

    @property
    def stop_file(self) -> Path:
        """Whose presence asks whoever trains the run to end after the current step."""
        return self.path / "stop"

    @property
    def log_file(self) -> Path:
        """What its process said, with the traceback of what went wrong."""
        return self.path / "log.txt"

    @property
    def waiting(self) -> bool:
        """Whether it stands in the queue."""
        status = self.status
        return status["state"] == "queued" and bool(status.get("asked"))

    @property
    def working(self) -> FileLock:
        """The lock of whoever trains it; a process that dies lets go of it."""
        return FileLock(self.path / "working.lock", timeout=0)

    def write_status(self, state: str, **fields: Any) -> None:
        """Replace status.json; the fields of the last one are kept unless given."""
        path = self.path / "status.json"
        if not (self.path / "config.json").exists():
            raise UserError(f"{self.id} is gone.", "Somebody deleted it just now.")
        try:
            before = read_json(path) if path.exists() else {"created": time.time()}
            now = {**before, "state": state, "message": "", **fields, "updated": time.time()}
            # What somebody deleted at this moment does not come back as half a run.
            write_json(path, now, make_folder=False)
        except FileNotFoundError as error:
            raise UserError(f"{self.id} is gone.", "Somebody deleted it just now.") from error

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
        if self.waiting:
            raise UserError(f"{self.id} is waiting to be trained.", "Take it out of the queue first.")
        try:
            with self.working:
                # Without its config it is no run any more, whatever happens before the rest is gone.
                with suppress(FileNotFoundError):
                    (self.path / "config.json").unlink()
                # Also where somebody was quicker: the lock has made the folder again.
                remove_folder(self.path)
        except FileNotFoundError as error:
            raise UserError(f"{self.id} is gone already.", "Somebody else deleted it.") from error
        except Timeout as error:
            raise UserError(f"{self.id} is being trained by another process.", "Stop it first.") from error
