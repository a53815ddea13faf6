"""How often a part of a picture finds the picture it was cut from, by the size of the part.

    python -m benchmarks.parts paintings.zip --encoders atelier-tiny art-small mobilenet_v2

From each of 100 pictures a square is cut at a place that the seed draws, its side a share of the picture's shorter
one; found is what has the picture among its five nearest of the whole set.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from contrastive import catalogue, datasets
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.datasets.decode import fit
from contrastive.embed import embed, encode
from contrastive.neighbours import Index

SIDES = (0.6, 0.7, 0.8, 0.9)
CUT, AMONG = 100, 5


def found(known: Known, images: ImageDataset, index: Index, side: float, *, seed: int = 0) -> float:
    """The share of 100 squares, `side` of their picture's shorter side, that find it among their five nearest."""
    rows = np.random.default_rng(seed).permutation(len(images))[:CUT]
    rng = np.random.default_rng(seed + 1)
    parts = []
    for row in rows:
        whole = images.open(int(row)).convert("RGB")
        long = round(side * min(whole.size))
        left, top = (int(rng.integers(0, extent - long + 1)) for extent in whole.size)
        part = whole.crop((left, top, left + long, top + long))
        parts.append(fit(part, images.size, channels=images.channels))
    _, nearest = index.search(encode(known.load(images), torch.from_numpy(np.stack(parts))), AMONG)
    return float((nearest == rows[:, None]).any(1).mean())


def main(told: Sequence[str] | None = None) -> None:
    """A table: a line a side, a column an encoder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", type=Path, help="a folder or a zip of pictures")
    parser.add_argument("--encoders", nargs="+", default=["atelier-tiny", "art-small"])
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(told)
    images = datasets.load(f"folder:{args.pictures}")
    print("| side of the part | " + " | ".join(args.encoders) + " |")
    print("|---|" + "---|" * len(args.encoders))
    known = [catalogue.find(name) for name in args.encoders]
    indices = [Index(np.asarray(embed(one, images))) for one in known]
    for side in SIDES:
        shares = [found(one, images, index, side, seed=args.seed) for one, index in zip(known, indices, strict=True)]
        print(f"| {side:.0%} | " + " | ".join(f"{share:.2f}" for share in shares) + " |", flush=True)


if __name__ == "__main__":
    main()
