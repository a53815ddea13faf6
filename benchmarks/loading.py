"""Load a zip of class folders cold and warm, against torchvision's ImageFolder and a DataLoader with two workers.

    python -m benchmarks.loading cifar10-jpg.zip --rounds 3

Every measurement is a fresh process; the three take turns in every round, so that what else the machine does meets
all of them. Cold decodes everything into a new data folder; warm opens what is there. The DataLoader reads the same
zip unpacked, which is not timed. Peak memory is the growth of the resident set from when the libraries are loaded
until the pictures are, the workers apart. Imports are stated apart from everything.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

BATCH = 256
MIB = 2**20


def peak(who: int = resource.RUSAGE_SELF) -> float:
    """The largest resident set so far, in bytes (Linux counts it in KiB, macOS in bytes)."""
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def cold(pictures: Path) -> dict[str, float]:
    """Decode a zip into an empty data folder."""
    began = time.perf_counter()
    from contrastive import datasets

    imported, bare = time.perf_counter(), peak()
    # pandas loads it when the table is written; it is a library, not a picture.
    import pyarrow.parquet  # noqa: F401

    before, start = peak(), time.perf_counter()
    dataset = datasets.load(f"folder:{pictures}")
    seconds = time.perf_counter() - start
    return {
        "import": imported - began,
        "images": len(dataset),
        "rate": len(dataset) / seconds,
        "tensor": dataset.pixels.nbytes,
        "peak": (peak() - before) / dataset.pixels.nbytes,
        "peak_with_libraries": (peak() - bare) / dataset.pixels.nbytes,
        "worker": peak(resource.RUSAGE_CHILDREN),
    }


def warm(pictures: Path) -> dict[str, float]:
    """Open what was decoded, take a first batch, then an epoch of shuffled batches."""
    began = time.perf_counter()
    import torch

    from contrastive import datasets

    imported = time.perf_counter()
    dataset = datasets.load(f"folder:{pictures}")
    order = torch.randperm(len(dataset))
    dataset.images[order[:BATCH]]
    first, epoch = time.perf_counter(), time.perf_counter()
    for start in range(0, len(dataset), BATCH):
        dataset.images[order[start : start + BATCH]]
    return {
        "import": imported - began,
        "first": first - imported,
        "rate": len(dataset) / (time.perf_counter() - epoch),
    }


def peer(unpacked: Path) -> dict[str, float]:
    """The same pictures through ImageFolder and a DataLoader with two workers."""
    began = time.perf_counter()
    from torch.utils.data import ConcatDataset, DataLoader
    from torchvision.datasets import ImageFolder
    from torchvision.transforms import PILToTensor

    imported = time.perf_counter()
    images = ConcatDataset([ImageFolder(str(place), PILToTensor()) for place in class_folders(unpacked)])
    count, first = 0, 0.0
    for batch, _ in DataLoader(images, BATCH, shuffle=True, num_workers=2):
        first = first or time.perf_counter() - imported
        count += len(batch)
    return {
        "import": imported - began,
        "images": count,
        "first": first,
        "rate": count / (time.perf_counter() - imported),
    }


def class_folders(place: Path) -> list[Path]:
    """Folders of class folders under `place`: itself, its only folder, or that one's splits."""
    inside = sorted(path for path in place.iterdir() if path.is_dir())
    if len(inside) == 1:
        return class_folders(inside[0])
    if {path.name for path in inside} <= {"train", "val", "test"}:
        return inside
    return [place]


PARTS: dict[str, Callable[[Path], dict[str, float]]] = {"cold": cold, "warm": warm, "peer": peer}


def measured(part: str, pictures: Path, data: Path) -> dict[str, float]:
    """One measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.loading", str(pictures), "--part", part],
        env={**os.environ, "CONTRASTIVE_DATA": str(data)},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def main() -> None:
    """Measure in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("zip", type=Path, help="a zip of class folders; its pictures are all of one size")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.part:
        print(json.dumps(PARTS[args.part](args.zip)))
        return
    found: dict[str, list[dict[str, float]]] = {part: [] for part in PARTS}
    with tempfile.TemporaryDirectory() as scratch:
        unpacked = Path(scratch) / "unpacked"
        with zipfile.ZipFile(args.zip) as archive:
            archive.extractall(unpacked)
        for turn in range(args.rounds):
            data = Path(scratch) / f"data-{turn}"
            found["cold"].append(measured("cold", args.zip.resolve(), data))
            found["peer"].append(measured("peer", unpacked, data))
            found["warm"].append(measured("warm", args.zip.resolve(), data))
    assert {one["images"] for one in found["cold"] + found["peer"]} == {found["cold"][0]["images"]}
    mid = {part: {key: median(one[key] for one in all_) for key in all_[0]} for part, all_ in found.items()}
    ours, opened, theirs = mid["cold"], mid["warm"], mid["peer"]
    print(f"{args.zip.name}: {ours['images']:,.0f} pictures, medians of {args.rounds} rounds\n")
    print("| | contrastive | ImageFolder + DataLoader, 2 workers | ratio |\n|---|---|---|---|")
    print(f"| cold, images/s | {ours['rate']:,.0f} | {theirs['rate']:,.0f} | {ours['rate'] / theirs['rate']:.2f} |")
    print(
        f"| warm, images/s in shuffled batches of {BATCH} | {opened['rate']:,.0f} | {theirs['rate']:,.0f} "
        f"| {opened['rate'] / theirs['rate']:.1f} |"
    )
    print(
        f"| warm, open and first batch, s | {opened['first']:.2f} | {theirs['first']:.2f} "
        f"| {theirs['first'] / opened['first']:.1f} |"
    )
    print(
        f"| imports, s (cold; with torch) | {ours['import']:.2f}; {opened['import']:.2f} | {theirs['import']:.2f} | |"
    )
    print(
        f"| peak memory of the cold load / uint8 tensor of {ours['tensor'] / MIB:.0f} MiB | {ours['peak']:.2f} | | |"
    )
    print(f"| the same, with pyarrow's own memory | {ours['peak_with_libraries']:.2f} | | |")
    print(f"| largest worker, MiB, its libraries included | {ours['worker'] / MIB:.0f} | | |")


if __name__ == "__main__":
    main()
