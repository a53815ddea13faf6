"""t-SNE of our own against openTSNE and scikit-learn, on real embeddings, at equal faithfulness.

    python -m benchmarks.tsne --real DATA --rounds 2

The embeddings are those of `benchmarks.search` (MNIST and CIFAR-10 by `digits-tiny`, mixed), or without --real of the
bundled paintings, then at 1,000 points only. Perplexity 30, 250 early steps and 500 more; scikit-learn counts its
early 250 among its 750, and stands aside at 10,000, where it takes a minute or more. Recall: the share of every
point's 15 nearest by cosine that are among its 15 nearest on the map. Trustworthiness: scikit-learn's, of 15, of the
first 3,000 points. Our functions are compiled in the round that warms up.
"""

import warnings
from collections.abc import Callable
from statistics import median

import numpy as np

from benchmarks.frame import OURS, Row, alternate, flags, report, rows
from contrastive import catalogue, datasets, maps
from contrastive.embed import embed
from contrastive.neighbours import Index, unit_rows

AIMS = {1_000: ("scikit-learn", 2.0), 10_000: ("openTSNE", 4.0)}
NEAREST, SAMPLE = 15, 3_000


def opentsne(vectors: np.ndarray) -> np.ndarray:
    """openTSNE with exact neighbours and its own choice of everything else."""
    from openTSNE import TSNE

    return np.array(TSNE(perplexity=30, n_iter=500, neighbors="exact", random_state=0).fit(unit_rows(vectors)))


def sklearn(vectors: np.ndarray) -> np.ndarray:
    """scikit-learn's."""
    from sklearn.manifold import TSNE

    return TSNE(perplexity=30, max_iter=750, random_state=0).fit_transform(unit_rows(vectors))


def faithful(vectors: np.ndarray, points: np.ndarray) -> tuple[float, float]:
    """Recall of the nearest, and trustworthiness."""
    from sklearn.manifold import trustworthiness
    from sklearn.neighbors import NearestNeighbors

    true = Index(vectors).search(vectors, NEAREST, exclude=np.arange(len(vectors)))[1]
    near = NearestNeighbors(n_neighbors=NEAREST).fit(points).kneighbors(return_distance=False)
    recall = np.mean([len(set(a) & set(b)) / NEAREST for a, b in zip(true, near, strict=True)])
    some = slice(0, SAMPLE)
    return float(recall), float(trustworthiness(unit_rows(vectors[some]), points[some], n_neighbors=NEAREST))


def compared(vectors: np.ndarray, rounds: int) -> list[Row]:
    """The rows of one number of points."""
    makers: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        OURS: lambda some: maps.fit(some, "tsne").points,
        "openTSNE": opentsne,
    }
    if len(vectors) < 5_000:
        makers["scikit-learn"] = sklearn
    drawn: dict[str, np.ndarray] = {}

    def drawing(name: str) -> Callable[[], None]:
        def work() -> None:
            drawn[name] = makers[name](vectors)

        return work

    seconds = alternate({name: drawing(name) for name in makers}, rounds)
    against, aim = AIMS.get(len(vectors), ("openTSNE", None))
    work = f"t-SNE, {len(vectors):,} points of {vectors.shape[1]} numbers"
    found = {name: faithful(vectors, points) for name, points in drawn.items()}
    lines = rows(work, seconds, against=against, aim=aim)
    if against != "openTSNE":
        ratio = median(t / o for t, o in zip(seconds["openTSNE"], seconds[OURS], strict=True))
        lines[0] = Row(**{**_fields(lines[0]), "note": f"{ratio:.1f} times as fast as openTSNE"})
    for number, name in enumerate(("recall of the 15 nearest", "trustworthiness")):
        figures = {who: values[number] for who, values in found.items()}
        lines.append(Row(f"{work}: {name}", "share", figures))
    return lines


def _fields(row: Row) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "reached"}


def main() -> None:
    """Measure and print."""
    parser = flags(__doc__, rounds=2)
    parser.add_argument("--points", type=int, nargs="+", default=[1_000, 10_000])
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    if args.real:
        from benchmarks.search import embedded

        vectors = embedded(args.real)
    else:
        vectors = embed(catalogue.find("atelier-tiny"), datasets.load("atelier"))
    sizes = [size for size in args.points if size <= len(vectors)]
    report([row for size in sizes for row in compared(np.asarray(vectors[:size]), args.rounds)], args.out)


if __name__ == "__main__":
    main()
