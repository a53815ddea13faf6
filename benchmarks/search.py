"""Our index against faiss flat and scikit-learn brute force, on real embeddings, in one alternated run.

    python -m benchmarks.search --real DATA --rounds 5

DATA holds cifar10-jpg.zip and MNIST/raw. Both are embedded by the shipped encoder `digits-tiny` (256 numbers a
picture, 28 px, one channel). There are no million pictures here, and this is what the million are: first the 130,000
pictures themselves, in an order drawn by seed 0; then one augmented view of each (recipe `simclr-no-flip` at half
strength); then 740,000 regions of the pictures, each the mean of 3 x 3 neighbouring positions of the encoder's last
map, six places a picture at most. So 10k and 100k are pictures, and the million are mostly regions. The queries are
the last 256 regions, which are in no index.

Each row of the table is the median over rounds in which the searches take turns. `batch` asks 256 queries at once,
`one` a single one (median over 32). The recall is that of ten neighbours, against the exact answer.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.frame import OURS, Row, alternate, flags, report
from benchmarks.frame import rows as made_rows
from contrastive.storage import data_dir

if TYPE_CHECKING:
    from torch import Tensor

    from contrastive.encoders import Encoder

MILLION, QUERIES, K = 1_000_000, 256, 10
CHECKS = (
    "both read all vectors once; ours then checks the query for what is no number, and puts ties in a settled order"
)
PLACE = "cache/benchmarks/search-1m.npy"


def embedded(real: Path) -> np.ndarray:
    """(MILLION + QUERIES, 256) float32, made once and kept under data/; the last QUERIES are the queries."""
    place = data_dir() / PLACE
    if place.is_file():
        return np.load(place, mmap_mode="r")
    import torch

    from contrastive import augment, catalogue, datasets
    from contrastive.embed import encode, suit

    encoder = catalogue.find("digits-tiny").load(datasets.load("digits"))
    sets = [datasets.load(f"mnist:{real / 'MNIST'}"), datasets.load(f"folder:{real / 'cifar10-jpg.zip'}")]
    pictures = torch.cat(
        [
            (suit(images.images[start : start + 4096], encoder) * 255).round().byte()
            for images in sets
            for start in range(0, len(images), 4096)
        ]
    )
    rng, generator = np.random.default_rng(0), torch.Generator().manual_seed(0)
    recipe = augment.recipe("simclr-no-flip", size=encoder.size, strength=0.5).among(pictures)
    place.parent.mkdir(parents=True, exist_ok=True)
    half_done = place.with_suffix(".part.npy")
    out = np.lib.format.open_memmap(half_done, "w+", np.float32, (MILLION + QUERIES, encoder.dim))
    done = 0
    for look in (lambda x: x, lambda x: recipe(x, generator)):
        for rows in torch.from_numpy(rng.permutation(len(pictures))).split(2048):
            out[done : done + len(rows)] = encode(encoder, look(pictures[rows]), batch_size=256)
            done += len(rows)
    for rows in torch.from_numpy(rng.permutation(len(pictures))).split(2048):
        found = regions(encoder, pictures[rows])[: len(out) - done]
        out[done : done + len(found)] = found
        done += len(found)
    out.flush()
    half_done.rename(place)
    return np.load(place, mmap_mode="r")


def regions(encoder: "Encoder", pictures: "Tensor") -> np.ndarray:
    """(6 n, d) means of 3 x 3 positions at two rows and three columns of the last map, picture by picture."""
    import torch
    from torch.nn import functional

    from contrastive.embed import suit

    with torch.inference_mode():
        maps = torch.cat([encoder.feature_map(suit(part, encoder)) for part in pictures.split(256)])
        means = functional.avg_pool2d(maps, 3, stride=1)  # (n, d, h', w')
    rows, columns = (
        torch.linspace(0, side - 1, count).round().long()
        for side, count in zip(means.shape[2:], (2, 3), strict=False)
    )
    return means[:, :, rows][..., columns].flatten(2).transpose(1, 2).flatten(0, 1).numpy()


def one_by_one(search: Callable[[np.ndarray], object], queries: np.ndarray, count: int = 32) -> Callable[[], object]:
    """Ask `count` queries, each on its own."""
    return lambda: [search(queries[i : i + 1]) for i in range(count)]


def measure(vectors: np.ndarray, queries: np.ndarray, rounds: int) -> list[Row]:
    """The rows of one number of vectors: in a batch and alone, exact, and approximate where that takes over."""
    import faiss
    from sklearn.neighbors import NearestNeighbors

    from contrastive.neighbours import APPROXIMATE_FROM, Index

    n, d = vectors.shape
    exact = Index(vectors, approximate=False)
    flat = faiss.IndexFlatIP(d)
    flat.add(exact.directions)
    unit = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    found: dict[str, Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]] = {
        OURS: lambda q: exact.search(q, K),
        "faiss flat": lambda q: flat.search(q, K),
    }
    if n <= 100_000:
        brute = NearestNeighbors(n_neighbors=K, metric="cosine", algorithm="brute").fit(exact.directions)
        found["scikit-learn brute"] = lambda q: brute.kneighbors(q)
    if n >= APPROXIMATE_FROM:
        near = Index(vectors)
        found["approximate"] = lambda q: near.search(q, K)
    batch = alternate({name: lambda s=search: s(unit) for name, search in found.items()}, rounds)
    one = alternate({name: one_by_one(search, unit) for name, search in found.items()}, rounds)
    lines = []
    if n >= APPROXIMATE_FROM:
        truth = exact.search(unit, K)[0]
        recall = float((near.search(unit, K)[0] >= truth[:, -1:] - 2e-6).mean())
        for how, seconds in ((f"a batch of {len(unit)}", batch), ("32 queries, one by one", one)):
            pair = {OURS: seconds.pop("approximate"), "faiss flat": seconds["faiss flat"]}
            work, note = f"{n:,} x {d}, approximate, {how}", f"recall@{K} {recall:.4f}"
            lines += made_rows(work, pair, against="faiss flat", aim=50, note=note)
    aims = {10_000: (1.0, 1.0), 100_000: (1.5, None)}.get(n, (None, None))
    for how, seconds, aim in ((f"a batch of {len(unit)}", batch, aims[0]), ("32 queries, one by one", one, aims[1])):
        lines += made_rows(f"{n:,} x {d}, exact, {how}", seconds, against="faiss flat", aim=aim, missed=CHECKS)
    return lines


def main() -> None:
    """Embed what is not embedded yet, then measure."""
    parser = flags(__doc__, rounds=3)
    parser.set_defaults(real=Path(os.environ.get("CONTRASTIVE_REAL_DATA", "../shared/data")))
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, MILLION])
    parser.add_argument("--only-embed", action="store_true", help="make the vectors, measure nothing")
    args = parser.parse_args()
    vectors, found = embedded(args.real), []
    for size in [] if args.only_embed else args.sizes:
        found += measure(np.asarray(vectors[:size]), np.asarray(vectors[MILLION:]), args.rounds)
    report(found, args.out)


if __name__ == "__main__":
    main()
