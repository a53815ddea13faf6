"""A million vectors on disk, searched exactly where they lie: time a query, and the memory it takes.

    python -m benchmarks.from_disk --real DATA --check
    torchrun --standalone --nproc-per-node 2 -m benchmarks.from_disk --real DATA --only-embed

DATA holds cifar10-jpg.zip. The vectors are those of its 60,000 pictures by the shipped `digits-tiny`, a `tiny` for
one channel at 28 px: 256 numbers a picture, 1.02 GB in all. The recipe `simclr` draws some 17 views of every
picture, and each view is embedded. They are written block by block into one file, as the verb `embed` does with a
large set: by one process or several, and from where it was when it was killed. The queries are 256 more views, which
are not in the file. The search runs in a process of its own, whose peak memory the operating system tells; with
--check the answers are held against `Index`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from contrastive import distributed, shards
from contrastive.neighbours import Index, OnDisk
from contrastive.storage import data_dir

if TYPE_CHECKING:
    from torch import Tensor

    from contrastive.augment import Recipe

MILLION, QUERIES, K = 1_000_000, 256, 10
PLACE, ASKED = "cache/benchmarks/views-1m.npy", "cache/benchmarks/views-asked.npy"


class Views:
    """`count` views of pictures (n, c, h, w), drawn when a block of them is asked for, always the same."""

    def __init__(self, pictures: "Tensor", recipe: "Recipe", count: int) -> None:
        self.pictures, self.recipe, self.count = pictures, recipe, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, rows: slice) -> "Tensor":
        import torch

        generator = torch.Generator().manual_seed(rows.start)
        return self.recipe(self.pictures[torch.arange(rows.start, rows.stop) % len(self.pictures)], generator)


def embedded(real: Path) -> None:
    """Write the vectors (MILLION, 256) and the queries (QUERIES, 256), if they are not there yet."""
    place, asked = (data_dir() / name for name in (PLACE, ASKED))
    if place.is_file() and asked.is_file():
        return
    from contrastive import augment, catalogue, datasets
    from contrastive.embed import encode

    encoder = catalogue.find("digits-tiny").load(datasets.load("digits"))
    pictures = datasets.load(f"folder:{real / 'cifar10-jpg.zip'}", size=32).images
    views = Views(pictures, augment.recipe("simclr", size=encoder.size), MILLION)
    began = time.perf_counter()

    def progress(done: int, total: int) -> None:
        seconds = time.perf_counter() - began
        print(f"\r{done:,} of {total:,} embedded, {seconds:,.0f} s", end="", file=sys.stderr, flush=True)

    with distributed.together():
        shards.into_file(encoder, views, place, progress=progress)
        if distributed.rank() == 0:
            np.save(asked, encode(encoder, views[MILLION : MILLION + QUERIES]))


def measure(queries: int) -> None:
    """Search in this process, and print one JSON document."""
    index = OnDisk(data_dir() / PLACE)
    asked = np.load(data_dir() / ASKED)[:queries]
    began = time.perf_counter()
    scores, rows = index.search(asked, K)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    said = {"vectors": len(index), "queries": queries, "seconds": seconds, "peak_bytes": peak}
    print(json.dumps({**said, "rows": rows.tolist(), "scores": scores.tolist()}))


def main() -> None:
    """Embed what is not embedded yet; then measure one query and 256, each in a fresh process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, default=os.environ.get("CONTRASTIVE_REAL_DATA", "../shared/data"))
    parser.add_argument("--only-embed", action="store_true", help="make the vectors, measure nothing")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help="hold the answers against an index in memory")
    args = parser.parse_args()
    if args.measure:
        measure(args.measure)
        return
    embedded(Path(args.real))
    if args.only_embed:
        return
    for queries in (1, QUERIES):
        command = [sys.executable, "-m", "benchmarks.from_disk", "--measure", str(queries)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"{said['vectors']:,} vectors, {queries} queries at once: {said['seconds']:.2f} s, "
            f"peak memory {said['peak_bytes'] / 2**20:,.0f} MiB"
        )
    if args.check:
        vectors, asked = (np.load(data_dir() / name) for name in (PLACE, ASKED))
        truth = Index(vectors, approximate=False).search(asked, K)
        same = (np.array(said["rows"]) == truth[1]).mean()
        apart = np.abs(said["scores"] - truth[0]).max()
        print(f"the same rows as in memory: {same:.4%}; scores differ by {apart:.1e} at most")


if __name__ == "__main__":
    main()
