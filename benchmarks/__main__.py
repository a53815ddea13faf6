"""Run every benchmark, one process after another, and rewrite docs/benchmarks.md.

    python -m benchmarks --real DATA

DATA is a folder with cifar10-jpg.zip, paintings.zip and MNIST/raw; without it, what needs real pictures is measured
on the bundled ones or left out. Some twenty minutes on two cores; the first run embeds a million vectors before.
A benchmark that fails is named in the report, and the others go on. `--only tsne loss` runs those alone and keeps the
rest of what stands in docs/benchmarks.json.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.frame import Row, table

DOCS = Path(__file__).parents[1] / "docs"
AREAS = {
    "views": "Views",
    "step": "A training step",
    "loss": "NT-Xent",
    "embedding": "Embedding",
    "tsne": "t-SNE",
    "search": "Search",
    "style": "Style views",
    "app": "The program",
    "upload": "An upload",
    "page_views": "A slider of the page Augmentations",
    "scaling": "Scaling",
    "gpu": "A training step on a GPU",
}
REAL = {"step", "embedding", "tsne", "search", "upload", "scaling"}
"""Those that take real pictures; the search and the upload have nothing to search without them."""
ONE_THREAD = {"step", "loss", "tsne", "search", "style", "scaling"}
"""Those whose contestants get one thread each, so that processor time is counted. With two, libraries that bring an
OpenMP of their own wait for each other's threads: faiss took 3.3 ms a query among 10,000 vectors in place of .17."""


def measured(area: str, real: Path | None) -> dict[str, Any]:
    """The rows of one benchmark, from a process of its own, and how long it took; or what went wrong."""
    environment = os.environ | ({"OMP_NUM_THREADS": "1"} if area in ONE_THREAD else {})
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.json"
        command = [sys.executable, "-m", f"benchmarks.{area}", "--out", str(out)]
        command += ["--real", str(real)] if real and area in REAL else []
        began = time.perf_counter()
        done = subprocess.run(command, stdout=sys.stderr, env=environment)
        found = json.loads(out.read_text(encoding="utf-8")) if out.is_file() else {}
        threads = ["OMP_NUM_THREADS=1"] if area in ONE_THREAD else []
        shown = " ".join([*threads, "python", *command[1:3]] + (["--real", "DATA"] if real and area in REAL else []))
        about = {"command": shown, "seconds": time.perf_counter() - began}
    return found | about | ({"failed": done.returncode} if done.returncode else {})


def page(found: dict[str, dict[str, Any]]) -> str:
    """docs/benchmarks.md."""
    lines = ["# Benchmarks", "", "`python -m benchmarks --real DATA` writes this page. Contestants take turns in one"]
    lines += [
        "run; figures are medians, a ratio is the median of the rounds' ratios. In bold: an aim not reached.",
        "`load` is how many processes wanted a core: above the number of cores, other work ran beside.",
        "",
    ]
    for area, title in AREAS.items():
        if area not in found:
            continue
        one = found[area]
        lines += [f"## {title}", "", f"`{one['command']}`, {one['seconds']:.0f} s.", ""]
        if "failed" in one:
            lines += [f"It ended with code {one['failed']}.", ""]
        if "machine" in one:
            lines += [", ".join(f"{name} {value}" for name, value in one["machine"].items()) + ".", ""]
            rows = [Row(**{key: value for key, value in row.items() if key != "reached"}) for row in one["rows"]]
            lines += [table(rows), ""]
    if "rows" in found.get("scaling", {}):
        lines += ["![Time against the number of pictures, both axes logarithmic](pictures/scaling.svg)", ""]
    return "\n".join(lines)


def main() -> None:
    """Measure everything, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--only", nargs="+", choices=AREAS)
    args = parser.parse_args()
    kept = DOCS / "benchmarks.json"
    found = json.loads(kept.read_text(encoding="utf-8")) if args.only and kept.is_file() else {}
    for area in args.only or AREAS:
        if area in ("search", "upload") and not args.real:
            continue
        print(f"--- {area}", file=sys.stderr, flush=True)
        found[area] = measured(area, args.real and args.real.resolve())
        kept.write_text(json.dumps(found, indent=1), encoding="utf-8")
        (DOCS / "benchmarks.md").write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
