"""What the benchmarks share: contestants take turns, a row says what came of it, rows become Markdown and JSON."""

import argparse
import json
import multiprocessing
import os
import platform
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

OURS = "ours"
Work = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """One line of a table.

    figures: ours first, then the peers', in `unit`; none where nothing could be measured. ratio: how many times as
    fast ours is as `against`, the median of the rounds' ratios. aim: the ratio to reach; or `most`, the largest
    figure allowed, or `least`, the smallest. note: what else one has to know. missed: why the aim was not reached,
    which is said only where it was not.
    """

    work: str
    unit: str
    figures: dict[str, float]
    against: str = ""
    ratio: float | None = None
    aim: float | None = None
    most: float | None = None
    least: float | None = None
    note: str = ""
    missed: str = ""
    reached: bool | None = field(init=False)

    def __post_init__(self) -> None:
        reached = None
        if self.aim is not None and self.ratio is not None:
            reached = self.ratio >= self.aim
        elif self.most is not None:
            reached = self.figures[OURS] <= self.most
        elif self.least is not None:
            reached = self.figures[OURS] >= self.least
        object.__setattr__(self, "reached", reached)


def clock() -> Callable[[], float]:
    """Processor time where this program has one thread, which other work disturbs less; else the time on the wall."""
    return time.process_time if os.environ.get("OMP_NUM_THREADS") == "1" else time.perf_counter


def alternate(contestants: Mapping[str, Work], rounds: int) -> dict[str, list[float]]:
    """Seconds of every contestant in every round; they take turns, after one round that warms up."""
    now = clock()
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, work in contestants.items():
            started = now()
            work()
            if number:
                seconds[name].append(now() - started)
    return seconds


class Apart:
    """A contestant in a process of its own, for those that want memory or threads another way than their peers.

    `make` is the name of a function, "module:function", that gives the work when called with `arguments`. Called, it
    does the work once and returns the seconds that this took by `clock`.
    """

    def __init__(self, make: str, *arguments: Any) -> None:
        ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self.pipe, self.process = ours, context.Process(target=_serve, args=(theirs, make, arguments), daemon=True)
        self.process.start()

    def __call__(self) -> float:
        self.pipe.send("work")
        return self.pipe.recv()


def _serve(pipe: Any, make: str, arguments: tuple[Any, ...]) -> None:
    module, _, name = make.partition(":")
    work, now = getattr(import_module(module), name)(*arguments), clock()
    while pipe.recv():
        started = now()
        work()
        pipe.send(now() - started)


def alternate_apart(contestants: Mapping[str, Apart], rounds: int) -> dict[str, list[float]]:
    """As `alternate`, for contestants in processes of their own, which end afterwards."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, work in contestants.items():
            spent = work()
            if number:
                seconds[name].append(spent)
    for work in contestants.values():
        work.process.terminate()
    return seconds


def rows(
    work: str,
    seconds: Mapping[str, list[float]],
    *,
    against: str,
    aim: float | None = None,
    count: int = 0,
    note: str = "",
    missed: str = "",
) -> list[Row]:
    """One row of what `alternate` measured: milliseconds, or of `count` images how many a second."""
    unit = "images/s" if count else "ms"
    figures = {name: count / median(times) if count else 1000 * median(times) for name, times in seconds.items()}
    ratio = median(theirs / ours for theirs, ours in zip(seconds[against], seconds[OURS], strict=True))
    return [Row(work, unit, figures, against, ratio, aim, note=note, missed=missed)]


def shown(figure: float) -> str:
    """Three digits, and no more."""
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"


def table(lines: Iterable[Row]) -> str:
    """Rows as a Markdown table."""
    out = ["| what | unit | ours | peers | times as fast | aim | reached |", "| --- " * 7 + "|"]
    for row in lines:
        peers = ", ".join(f"{name} {shown(figure)}" for name, figure in row.figures.items() if name != OURS)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} (against {row.against})"
        aim = "" if row.aim is None else f"{row.aim:g}"
        for bound, figure in (("at most", row.most), ("at least", row.least)):
            aim = aim if figure is None else f"{bound} {figure:g}"
        said = {None: "", True: "yes", False: "**no**"}[row.reached]
        told = "; ".join(part for part in (row.missed if row.reached is False else "", row.note) if part)
        said = ": ".join(part for part in (said, told) if part)
        ours = shown(row.figures[OURS]) if row.figures else ""
        out.append(f"| {row.work} | {row.unit} | {ours} | {peers} | {ratio} | {aim} | {said} |")
    return "\n".join(out)


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    import torch

    from contrastive.device import has_bfloat16

    told = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    found: dict[str, Any] = {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "clock": clock().__name__,
        "bfloat16": has_bfloat16(),
        "load": round(os.getloadavg()[0], 1),
        "GPU": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "python": platform.python_version(),
    }
    for package in (
        "torch",
        "torchvision",
        "lightly",
        "kornia",
        "scikit-learn",
        "openTSNE",
        "faiss-cpu",
        "streamlit",
    ):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "absent"
    return found


def flags(about: str | None, rounds: int) -> argparse.ArgumentParser:
    """The flags every benchmark has."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=rounds, help="how often everybody's turn comes")
    parser.add_argument("--real", type=Path, help="folder with cifar10-jpg.zip, paintings.zip and MNIST/raw")
    parser.add_argument("--out", type=Path, help="write the rows here as JSON, too")
    return parser


def report(found: list[Row], out: Path | None) -> None:
    """Print rows as Markdown; write them as JSON where asked."""
    print(table(found), flush=True)
    if out:
        content = {"machine": machine(), "rows": [asdict(row) for row in found]}
        out.write_text(json.dumps(content, indent=1), encoding="utf-8")
