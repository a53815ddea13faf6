"""The runs that are learning right now: how far each is, and what is left."""

from dataclasses import dataclass

from contrastive.counted import duration
from contrastive.runs import ACTIVE, Run

MOST = 20
"""So many of the newest runs are looked at."""


@dataclass(frozen=True)
class Standing:
    """Where a run stands: the share of its steps that is done, and the same in words."""

    run: Run
    share: float
    words: str


def standings() -> list[Standing]:
    """The runs in progress, the newest first."""
    found = []
    for run in Run.all()[:MOST]:
        status = run.status
        if status["state"] in ACTIVE:
            share = min(1.0, status.get("step", 0) / max(1, status.get("total", 1)))
            left = status.get("seconds_left")
            ahead = f", about {duration(left)} left" if left else ""
            words = f"epoch {max(1, status.get('epoch', 1))} of {run.config.epochs}{ahead}"
            found.append(Standing(run, share, words))
    return found
