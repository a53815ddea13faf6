"""What one of two processes does for test_distributed.py: the same trainings as one process, and what it saw of them.

Started by torch.distributed.run with a folder as its argument; each process writes there what it found.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from contrastive import datasets, distributed, shards
from contrastive.config import TrainConfig
from contrastive.embed import embed
from contrastive.encoders import Encoder
from contrastive.execute import execute
from contrastive.runs import Run
from contrastive.train import train

COMMON: dict[str, Any] = {
    "dataset": "digits",
    "size": 8,
    "limit": 45,
    "epochs": 1,
    "batch_size": 15,
    # Noise, because a network answers two equal pixels alike, and where it then takes the larger, rounding decides.
    "views": [
        {"op": "crop"},
        {"op": "noise", "probability": 1.0, "sigma": [0.05, 0.15]},
        {"op": "blur", "probability": 1.0},
    ],
    "head_width": 16,
    "head_dim": 8,
    "optimizer": "sgd",
    "momentum": 0.0,
    "lr": 0.01,
    "warmup": 0.0,
    "precision": "float32",
    "snapshot_epochs": 0,
}
METHODS: dict[str, dict[str, Any]] = {
    "simclr": {},
    "supcon": {"n_views": 3},
    "debiased": {},
    "pairwise": {"branches": "one by one", "anchor": "augmented"},
    "margin": {"partners": "positive once", "positives": "same class", "anchor": "augmented"},
    "triplet": {"mining": "semi-hard", "anchor": "augmented"},
    "byol": {},
    "distilled": {"teacher": "untrained"},
    "supervised": {"sampler": "balanced"},
}
# Frozen but for the head, so that only the loss could make a difference between parts and the whole.
CRAMPED = TrainConfig(**{**COMMON, "method": "supervised", "freeze": "all", "head": "linear", "lr": 1.0})
RUN = TrainConfig(**{**COMMON, "epochs": 2, "devices": 2})


def seen(method: str) -> dict[str, Any]:
    """Losses, the gradient of the first step, and the weights after the last, of a short training."""
    found: dict[str, Any] = {"losses": [], "gradients": None}

    def look(optimizer: torch.optim.Optimizer, *rest: object) -> None:
        if found["gradients"] is None:
            groups = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
            found["gradients"] = torch.cat([gradient.flatten().clone() for gradient in groups])

    hook = register_optimizer_step_pre_hook(look)
    try:
        config = TrainConfig(**{**COMMON, "method": method, **METHODS[method]})
        for step in train(config):
            if step.state is None:
                found["losses"].append(step.metrics["loss"])
            elif distributed.rank() == 0:
                state = step.state()["method"]
                found["weights"] = {name: value.clone() for name, value in state.items()}
    finally:
        hook.remove()
    return found


def weights(config: TrainConfig) -> torch.Tensor:
    """Those of the head after a training."""
    *_, last = train(config)
    assert last.state
    return torch.cat([v.flatten() for k, v in last.state()["method"].items() if k.startswith("head")])


def shown() -> datasets.ImageDataset:
    """What the two embed together, in five blocks."""
    return datasets.load("digits", size=16).subset(range(70))


@contextmanager
def room_for(views: int) -> Iterator[None]:
    """A device on which no more views fit in training."""
    whole = Encoder.forward

    def forward(self: Encoder, x: torch.Tensor) -> torch.Tensor:
        if torch.is_grad_enabled() and len(x) > views:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return whole(self, x)

    with patch.object(Encoder, "forward", forward):
        yield


def main(place: Path, id: str) -> None:
    """All methods, a device that is too small, embedding, and a run that the second stops and that goes on."""
    with distributed.together():
        # Only the second has too little room, and both must find out before they share a step.
        with room_for(8 if distributed.rank() else 100):
            torch.save(weights(CRAMPED), place / f"cramped-{distributed.rank()}.pt")
        shards.BLOCK = 16
        np.save(place / f"vectors-{distributed.rank()}.npy", embed("untrained", shown()))
        found = {name: seen(name) for name in METHODS}
        rows = torch.arange(15)[distributed.share(15)]
        torch.save({"found": found, "rows": rows}, place / f"{distributed.rank()}.pt")
        run, steps = Run.open(id), 0

        def asked() -> bool:
            nonlocal steps
            steps += 1
            return distributed.rank() == 1 and steps == 5

        execute(run, should_stop=asked)
        if not distributed.follower():
            (place / "stopped").write_text(f"{run.status['state']} {len(run.metrics())}")
        execute(run, should_stop=lambda: False)
    names = [task.read_text().strip() for task in Path("/proc/self/task").glob("*/comm")]
    (place / f"threads-{os.environ['RANK']}").write_text("\n".join(names))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
