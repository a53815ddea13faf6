"""Paint with the atelier and say how fast.

    python -m benchmarks.atelier --images 4000 --size 96

The pictures are painted into a temporary data folder by as many processes as there are cores, as the program does it.
"""

import argparse
import os
import tempfile
import time


def main() -> None:
    """Paint once and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--images", type=int, default=4000)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    from contrastive import datasets

    with tempfile.TemporaryDirectory() as scratch:
        os.environ["CONTRASTIVE_DATA"] = scratch
        start = time.perf_counter()
        dataset = datasets.load("atelier", images=args.images, size=args.size, seed=args.seed)
        seconds = time.perf_counter() - start
        print("| pictures | size | cores | seconds | images/s | fingerprint |\n|---|---|---|---|---|---|")
        print(
            f"| {len(dataset):,} | {args.size} px | {os.cpu_count()} | {seconds:.0f} | {len(dataset) / seconds:.0f} "
            f"| {dataset.fingerprint[:12]} |"
        )


if __name__ == "__main__":
    main()
