"""A million vectors on disk, searched exactly where they lie: time a query, and the memory it takes.

    python -m benchmarks.from_disk --real DATA

The vectors are those of benchmarks/search.py: embeddings of MNIST and CIFAR-10 pictures, of an augmented view of
each, and of their regions, by the shipped encoder `digits-tiny`; 256 numbers each, 1.02 GB in all. The search runs
in a process of its own, whose peak memory the operating system tells; with --check the answers are held against
`Index`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.search import MILLION, PLACE, embedded
from contrastive.neighbours import Index, OnDisk
from contrastive.storage import data_dir

K = 10


def measure(queries: int) -> None:
    """Search in this process, and print one JSON document."""
    place = data_dir() / PLACE
    index = OnDisk(place)
    asked = np.array(np.load(place, mmap_mode="r")[MILLION : MILLION + queries])
    began = time.perf_counter()
    scores, rows = index.search(asked, K)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    said = {"vectors": len(index), "queries": queries, "seconds": seconds, "peak_bytes": peak}
    print(json.dumps({**said, "rows": rows.tolist(), "scores": scores.tolist()}))


def main() -> None:
    """Measure one query and 256, each in a fresh process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, default=os.environ.get("CONTRASTIVE_REAL_DATA", "../shared/data"))
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help="hold the answers against an index in memory")
    args = parser.parse_args()
    if args.measure:
        measure(args.measure)
        return
    vectors = embedded(Path(args.real))
    for queries in (1, 256):
        command = [sys.executable, "-m", "benchmarks.from_disk", "--measure", str(queries)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"{said['vectors']:,} vectors, {queries} queries at once: {said['seconds']:.2f} s, "
            f"peak memory {said['peak_bytes'] / 2**20:,.0f} MiB"
        )
    if args.check:
        truth = Index(np.asarray(vectors), approximate=False).search(np.asarray(vectors[MILLION:]), K)
        same = (np.array(said["rows"]) == truth[1]).mean()
        apart = np.abs(said["scores"] - truth[0]).max()
        print(f"the same rows as in memory: {same:.4%}; scores differ by {apart:.1e} at most")


if __name__ == "__main__":
    main()
