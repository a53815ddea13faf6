"""Time style views against painting one picture at a time, for both shipped networks, and one picture of 256 px.

    OMP_NUM_THREADS=1 python -m benchmarks.style --rounds 7 --out style.json

One at a time is batch 1 in float32 under inference_mode by the same network, the style picture encoded for each. In
batches: float32 with the style pictures of the batch encoded as well, and as the recipe `style` does it: bfloat16
where the processor has it, and style codes at hand. Every round times every contestant once, in turn; a ratio is the
median of the rounds' ratios. With one thread the processor time of this program is counted, which what else runs on
the machine disturbs less than the time on the clock; with several, the time on the clock.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch

from benchmarks.views import processor, table
from contrastive import datasets, style
from contrastive.device import has_bfloat16
from contrastive.style.restyling import codes_of, restyled

BATCH = 48
ONE = "one at a time"
ALONE = 8
"""Pictures that are painted one at a time in a round; more would only take longer."""
Work = tuple[Callable[[], Any], int]


def contestants(name: str, size: int) -> dict[str, Work]:
    """What is timed, and for how many pictures: one at a time, the batch, and the batch with a bank in bfloat16."""
    network = style.load(name)
    pictures = datasets.load("atelier", size=size).images[:BATCH].float().div(255)
    alpha, codes = torch.ones(BATCH), codes_of(network, pictures)
    order = torch.arange(BATCH).roll(1)

    def one_at_a_time() -> None:
        with torch.inference_mode():
            for i in range(ALONE):
                network(pictures[i : i + 1], pictures[i + 1 : i + 2])

    def batch() -> None:
        own = codes_of(network, pictures, fast=False)
        restyled(network, pictures, own[order], alpha, fast=False)

    def banked() -> None:
        restyled(network, pictures, codes[order], alpha)

    return {ONE: (one_at_a_time, ALONE), "batch": (batch, BATCH), "batch, bank, bfloat16": (banked, BATCH)}


def alternate(works: dict[str, Work], rounds: int) -> dict[str, list[float]]:
    """Seconds a picture of every contestant in every round, after one round to warm up."""
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, (work, count) in works.items():
            started = clock()
            work()
            if number:
                seconds[name].append((clock() - started) / count)
    return seconds


def views_rows(name: str, size: int, rounds: int) -> list[dict[str, Any]]:
    """Milliseconds a picture of every contestant, and how many times as fast as one at a time it is."""
    seconds = alternate(contestants(name, size), rounds)
    return [
        {
            "network": name,
            "size": size,
            "way": way,
            "ms": round(1000 * median(times), 2),
            "times_as_fast": round(median(one / t for one, t in zip(seconds[ONE], times, strict=True)), 2),
        }
        for way, times in seconds.items()
    ]


def large_row(name: str, rounds: int) -> dict[str, Any]:
    """Milliseconds for one picture of 256 px in the style of another one, in float32."""
    network = style.load(name)
    content, manner = datasets.load("atelier", size=256).images[:2].float().div(255).split(1)

    def paint() -> None:
        with torch.inference_mode():
            network(content, manner)

    seconds = alternate({"256": (paint, 1)}, rounds)["256"]
    return {"network": name, "size": 256, "way": ONE, "ms": round(1000 * median(seconds), 1)}


def main() -> None:
    """Read the flags, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of every row")
    parser.add_argument("--sizes", type=int, nargs="*", default=[64, 96, 128], help="in pixels")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON, too")
    args = parser.parse_args()
    machine = {
        "processor": processor(),
        "cores": torch.multiprocessing.cpu_count(),
        "threads": torch.get_num_threads(),
        "bfloat16": has_bfloat16(),
        "torch": torch.__version__,
        "rounds": args.rounds,
    }
    print(", ".join(f"{name} {value}" for name, value in machine.items()), flush=True)
    views, large = [], []
    for name in style.shipped():
        for size in args.sizes:
            views += (rows := views_rows(name, size, args.rounds))
            print(table(rows), flush=True)
        large.append(large_row(name, args.rounds))
    print(table(large))
    if args.out:
        args.out.write_text(json.dumps({"machine": machine, "views": views, "large": large}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
