"""Time against the number of pictures, from 1,000 to 100,000: embedding, t-SNE, search and the map that is sent.

    python -m benchmarks.scaling --real DATA

The vectors are those of `benchmarks.search` (without --real, random ones in ten groups); what is embedded are digits,
over and over. Search: the ten nearest of every one of 256 queries. Every figure is of one round, after a small one
that warms up. Writes docs/pictures/scaling.svg.
"""

import json
import sys
from collections.abc import Callable
from math import log10
from pathlib import Path

import numpy as np

from benchmarks.frame import OURS, Row, clock, flags, report
from contrastive import catalogue, datasets, maps
from contrastive.embed import encode
from contrastive.neighbours import Index

ROOT = Path(__file__).parents[1]
COLOURS = {"embedding": "#0072B2", "t-SNE": "#E69F00", "search": "#009E73", "map payload": "#CC79A7"}
WIDTH, HEIGHT, EDGE = 640, 420, 60


def spent(work: Callable[[], object]) -> float:
    """Seconds of one go."""
    began = clock()()
    work()
    return clock()() - began


def works(vectors: np.ndarray) -> dict[str, Callable[[int], object]]:
    """What is done with n pictures."""
    sys.path.insert(0, str(ROOT / "pages"))
    from _ui.picture_map.payload import pack

    digits = datasets.load("digits")
    encoder, pictures = catalogue.find("digits-tiny").load(digits), digits.images
    queries = np.asarray(vectors[-256:])
    draws = np.random.default_rng(0)

    def payload(n: int) -> str:
        points, codes = draws.normal(size=(n, 2)).astype(np.float32), draws.integers(0, 10, n)
        columns = {"thumbnails": None, "codes": codes, "classes": [str(i) for i in range(10)]}
        return json.dumps(pack(points, ids=[str(row) for row in range(n)], **columns))

    return {
        "embedding": lambda n: encode(encoder, pictures[np.arange(n) % len(pictures)]),
        "t-SNE": lambda n: maps.fit(np.asarray(vectors[:n]), "tsne"),
        "search": lambda n: Index(np.asarray(vectors[:n]), approximate=False).search(queries, 10),
        "map payload": payload,
    }


def drawn(found: dict[str, dict[int, float]]) -> str:
    """The figures {what: {n: seconds}} as an SVG, both axes logarithmic."""
    every = [(n, seconds) for line in found.values() for n, seconds in line.items()]
    left, right = log10(min(n for n, _ in every)), log10(max(n for n, _ in every))
    low, high = np.floor(log10(min(s for _, s in every))), np.ceil(log10(max(s for _, s in every)))

    def place(n: float, seconds: float) -> tuple[float, float]:
        x = EDGE + (log10(n) - left) / (right - left) * (WIDTH - 3 * EDGE)
        return x, HEIGHT - EDGE - (log10(seconds) - low) / (high - low) * (HEIGHT - 1.5 * EDGE)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif">']
    parts += [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FBFAF7"/>']
    for power in range(int(low), int(high) + 1):
        (x, y), (end, _) = place(10**left, 10.0**power), place(10**right, 10.0**power)
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{end:.1f}" stroke="#DDD6C8"/>')
        parts.append(
            f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" font-size="11" text-anchor="end">{10.0**power:g} s</text>'
        )
    for n in sorted({n for n, _ in every}):
        x, y = place(n, 10.0**low)
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" font-size="11" text-anchor="middle">{n:,}</text>')
    for name, line in found.items():
        at = [place(n, seconds) for n, seconds in line.items()]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
        parts.append(f'<path d="M{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        parts.append(f'<text x="{at[-1][0] + 6:.1f}" y="{at[-1][1] + 4:.1f}" font-size="12">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Measure, draw and print."""
    parser = flags(__doc__, rounds=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 3_000, 10_000, 30_000, 100_000])
    args = parser.parse_args()
    if args.real:
        from benchmarks.search import embedded

        vectors = embedded(args.real)
    else:
        rng = np.random.default_rng(0)
        groups = 3 * rng.normal(size=(10, 128))
        vectors = (groups[rng.integers(0, 10, max(args.sizes))] + rng.normal(size=(max(args.sizes), 128))).astype(
            "f4"
        )
    found: dict[str, dict[int, float]] = {}
    for name, work in works(vectors).items():
        for warm in (500, 2_500):
            work(warm)
        found[name] = {n: spent(lambda n=n, work=work: work(n)) for n in args.sizes}
        print(name, found[name], file=sys.stderr, flush=True)
    (ROOT / "docs" / "pictures" / "scaling.svg").write_text(drawn(found), encoding="utf-8")
    report([Row(f"{name}, {n:,} pictures", "s", {OURS: s}) for name, line in found.items() for n, s in line.items()],
           args.out)  # fmt: skip


if __name__ == "__main__":
    main()
