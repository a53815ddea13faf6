"""Style invariance: does an encoder know a picture again when it is painted in the manner of another one?"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from contrastive import style
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.neighbours import unit_rows
from contrastive.storage import data_dir, digest, read_json, write_json

Progress = Callable[[int, int], object]
NETWORK, PICTURES = "light-adain", 200
AT_ONCE = 24
SAME = 1e-5
"""Cosines nearer than this are a tie; vectors that differ by less, measured by their length, are one vector."""
CONTENT, STYLE = ("content", "subject", "class"), ("style", "group")
"""Names of label columns, the first that a data set has: what is shown, and in which manner."""
FORMAT = "1"


@dataclass(frozen=True)
class StyleInvariance:
    """How little a style moves the vectors of an encoder, beside what can be read from them.

    cosine: mean likeness of the restyled picture and its original, 1 unmoved, 0 as unlike as pictures are on average.
    retrieval: share of restyled pictures whose nearest original is their own. Both with 95 % bootstrap intervals.
    content, style: test accuracy of a linear probe on the two label columns; None where the data set has none.
    pictures: how many were restyled.
    """

    encoder: str
    cosine: float
    cosine_interval: tuple[float, float]
    retrieval: float
    retrieval_interval: tuple[float, float]
    content: float | None
    style: float | None
    content_column: str | None
    style_column: str | None
    pictures: int


def measured(
    known: Known,
    dataset: ImageDataset,
    *,
    network: str = NETWORK,
    pictures: int = PICTURES,
    seed: int = 0,
    progress: Progress | None = None,
) -> StyleInvariance:
    """Restyle `pictures` held-out pictures, each in the style (alpha 1) of another one, and see where they land.

    Held out is the test split, or the whole set, evenly spread, where it has none. Wherever the set has style labels
    the other picture has another one. The mean vector of the originals is taken away before any cosine: features that
    are never negative all point roughly the same way, and plain cosines would be high for everything. Kept on disk;
    `progress(done, total)` counts pictures, and what it raises ends the work. Raises UserError for vectors made
    elsewhere, an unknown network, fewer than 2 pictures, and vectors that are not numbers.
    """
    import torch

    from contrastive.embed import embed, encode
    from contrastive.evaluate import linear_probe
    from contrastive.evaluate.bootstrap import interval_of_mean
    from contrastive.style.restyling import codes_of, restyled

    if (found := kept(known, dataset, network=network, pictures=pictures, seed=seed)) is not None:
        return found
    painter, encoder = style.load(network), known.load(dataset)
    rows = held_out(dataset, pictures, seed)
    content, manner = column_of(dataset, CONTENT), column_of(dataset, STYLE)
    images = dataset.subset(rows).images
    labels = dataset.codes(manner)[rows] if manner else np.full(len(rows), -1)
    partners = torch.from_numpy(others(labels, seed))
    probed = [name for name in (content, manner) if name and can_probe(dataset, name)]
    parts = [dataset.split("train"), dataset.split("test")] if probed else []
    total, done = len(rows) + sum(map(len, parts)), 0

    def tell(more: int) -> None:
        if progress:
            progress(done + more, total)

    codes = codes_of(painter, images, fast=False)
    painted = []
    for start in range(0, len(rows), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        x = images[some].float() / 255
        painted.append(restyled(painter, x, codes[partners[some]], torch.ones(len(x)), fast=False))
        tell(min(start + AT_ONCE, len(rows)))
    done = len(rows)
    cosines, hits = likeness(encode(encoder, images), encode(encoder, torch.cat(painted)))
    vectors = []
    for part in parts:
        vectors.append(np.asarray(embed(known, part, progress=lambda more, _: tell(more))))
        done += len(part)
        tell(0)
    read = {}
    for name in probed:
        taught, asked = (part.codes(name) for part in parts)
        read[name] = linear_probe(vectors[0], taught, vectors[1], asked, dataset.classes_of[name]).accuracy
    found = StyleInvariance(
        encoder=known.name,
        cosine=float(cosines.mean()),
        cosine_interval=interval_of_mean(cosines, seed=seed),
        retrieval=float(hits.mean()),
        retrieval_interval=interval_of_mean(hits, seed=seed),
        content=read.get(content or ""),
        style=read.get(manner or ""),
        content_column=content,
        style_column=manner,
        pictures=len(rows),
    )
    write_json(place(known, dataset, network, pictures, seed), asdict(found))
    return found


def kept(
    known: Known, dataset: ImageDataset, *, network: str = NETWORK, pictures: int = PICTURES, seed: int = 0
) -> StyleInvariance | None:
    """What `measured` found before for the same weights, pictures and seed; None if it has not looked yet."""
    path = place(known, dataset, network, pictures, seed)
    if not path.is_file():
        return None
    said = read_json(path)
    intervals = {name: tuple(said[name]) for name in ("cosine_interval", "retrieval_interval")}
    return StyleInvariance(**{**said, **intervals, "encoder": known.name})


def place(known: Known, dataset: ImageDataset, network: str, pictures: int, seed: int) -> Path:
    """Where the measurement is kept: the name follows from everything that decides it."""
    spec = digest(FORMAT, known.hash(dataset), dataset.fingerprint, style.fingerprint(network), f"{pictures} {seed}")
    return data_dir() / "cache" / "style-invariance" / f"{spec}.json"


def held_out(dataset: ImageDataset, pictures: int, seed: int) -> np.ndarray:
    """Rows of the test split, drawn by `seed`; rows evenly spread over the set where it has no test split."""
    test = dataset.rows("test")
    if len(test) > 1:
        rows = np.sort(np.random.default_rng(seed).permutation(test)[: max(0, pictures)])
    else:
        count = min(max(0, pictures), len(dataset))
        rows = np.arange(count) * len(dataset) // max(1, count)
    if len(rows) < 2:
        raise UserError("Style invariance needs at least two pictures.", "Choose a larger data set.")
    return rows


def others(labels: np.ndarray, seed: int) -> np.ndarray:
    """For each of n pictures another one, of another label where there is one (-1: unlabelled, unlike all)."""
    rng, n = np.random.default_rng(seed), len(labels)
    chosen = np.empty(n, dtype=np.int64)
    for i in range(n):
        free = np.flatnonzero((labels != labels[i]) | (labels == -1))
        free = free[free != i]
        chosen[i] = rng.choice(free) if len(free) else (i + 1 + rng.integers(n - 1)) % n
    return chosen


def likeness(originals: np.ndarray, views: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors (n, d) of pictures and of one view of each -> cosine (n,), and whether the own is the nearest (n,).

    The mean of the originals is taken away first. Where k originals are equally near and the own is one of them, it
    counts 1 / k: an encoder that gives one vector to all has a cosine of 0 and retrieves by chance.
    """
    if not (np.isfinite(originals).all() and np.isfinite(views).all()):
        raise UserError("This encoder gives values that are not numbers.", "Its training went wrong; train it again.")
    mean = originals.mean(0, dtype=np.float64)
    least = SAME * float(np.linalg.norm(mean))
    sides = []
    for vectors in (originals, views):
        moved = vectors - mean
        # What is left after the mean may be nothing but rounding, which has a direction, too.
        moved[np.linalg.norm(moved, axis=1) <= least] = 0
        sides.append(unit_rows(moved.astype(np.float32)))
    table = sides[1] @ sides[0].T
    own = table.diagonal()
    nearest = table >= table.max(1, keepdims=True) - SAME
    return own.astype(np.float64), nearest.diagonal() / nearest.sum(1)


def column_of(dataset: ImageDataset, names: Sequence[str]) -> str | None:
    """The first of the names that is a label column of the data set."""
    return next((name for name in names if name in dataset.label_columns), None)


def can_probe(dataset: ImageDataset, column: str) -> bool:
    """Whether there are at least two labels to learn, and one to ask for."""
    train, test = (dataset.codes(column)[dataset.rows(split)] for split in ("train", "test"))
    return len(np.unique(train[train >= 0])) > 1 and bool((test >= 0).any())
