"""Protocols: how a trained cell of a study is measured. Each takes a finished run and gives measures and reports.

To add one: write a function Run -> {"measures": {name: number}, "reports": {name: report}}, and a line in PROTOCOLS.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from contrastive import catalogue, datasets, style_invariance
from contrastive.datasets import ImageDataset
from contrastive.embed import encode, project
from contrastive.evaluate import Report, kmeans_accuracy, knn, linear_probe, low_label, protocols
from contrastive.health import health
from contrastive.runs import Run

Found = dict[str, Any]
MOST = 10_000
"""Pictures a probe learns from or is read on: more make a study slow, not its figures other."""
PER_CLASS = (1, 5, 10, 50, 100)


def standard(run: Run) -> Found:
    """Linear probe, kNN and k-means on frozen embeddings: training pictures teach, test pictures are read."""
    train, test = _part(run, "train"), held_out(run)
    a, b = embedded(run, train), embedded(run, test)
    reports = {
        "linear": linear_probe(a, train.codes(), b, test.codes(), test.classes),
        "knn": knn(a, train.codes(), b, test.codes(), test.classes),
        "kmeans": kmeans_accuracy(b, test.codes(), test.classes),
    }
    return _found(reports, b)


def study_a(run: Run) -> Found:
    """As study A did: test pictures only, split 80 / 20, in training mode; and once more in evaluation mode.

    The pictures go through the network in a random order, because some sets are kept class by class: in training mode
    the mean of a batch is taken away, and with it what the pictures of one class have in common.
    """
    test, encoder = held_out(run), run.encoder()
    order = np.random.default_rng(run.config.seed).permutation(len(test))
    shuffled, back = test.subset(order).images, np.argsort(order)
    reports: dict[str, Report] = {}
    for ending, batch_statistics in (("", True), ("_eval", False)):
        vectors = encode(encoder, shuffled, batch_size=run.config.batch_size, batch_statistics=batch_statistics)[back]
        found = protocols.study_a(vectors, test.codes(), test.classes, seed=run.config.seed)
        reports |= {f"{name}{ending}": report for name, report in found.items()}
    document = _found(reports, vectors)
    document["measures"]["top3"] = reports["linear"].top_k[3]
    return document


def study_b(run: Run) -> Found:
    """As study B did: a linear classifier by AdamW, with and without the weighted sampler, best validation epoch.

    Beside it, what the study could not see: how far a restyled picture lies from its original.
    """
    parts = {name: _part(run, name) for name in ("train", "val", "test")}
    if not len(parts["val"]):
        parts["val"] = parts["test"]
    vectors = {name: embedded(run, part) for name, part in parts.items()}
    held = {name: (vectors[name], part.codes()) for name, part in parts.items()}
    classes = parts["train"].classes
    reports: dict[str, Report] = {}
    for ending, sampler in (("", "none"), ("_weighted", "weighted")):
        found = protocols.study_b(held, classes, sampler=sampler, seed=run.config.seed)
        reports |= {f"{name}{ending}": report for name, report in found.items()}
    document = _found(reports, vectors["test"])
    restyled = style_invariance.measured(catalogue.find(run.id), _whole(run))
    document["measures"] |= {"style_cosine": restyled.cosine, "style_own": restyled.retrieval}
    return document


def study_c(run: Run) -> Found:
    """As study C did: how well k-means finds the classes among the test embeddings."""
    test = held_out(run)
    vectors = embedded(run, test)
    report = kmeans_accuracy(vectors, test.codes(), test.classes)
    document = _found({"kmeans": report}, vectors)
    document["measures"] |= {"nmi": report.nmi, "ari": report.ari}
    return document


def head(run: Run) -> Found:
    """Linear probe and kNN before the projection head, on h, and behind it, on z."""
    train, test = _part(run, "train"), held_out(run)
    h = embedded(run, train), embedded(run, test)
    z = h if run.config.head == "none" else (project(run, h[0]), project(run, h[1]))
    reports: dict[str, Report] = {}
    for ending, (a, b) in (("", h), ("_after", z)):
        reports[f"linear{ending}"] = linear_probe(a, train.codes(), b, test.codes(), test.classes)
        reports[f"knn{ending}"] = knn(a, train.codes(), b, test.codes(), test.classes)
    return _found(reports, h[1])


def few_labels(run: Run) -> Found:
    """Linear probe from a few labelled pictures a class, and from all of them."""
    train, test = _part(run, "train"), held_out(run)
    a, b = embedded(run, train), embedded(run, test)
    whole = linear_probe(a, train.codes(), b, test.codes(), test.classes)
    document = _found({"linear": whole}, b)
    rows = low_label(
        a, train.codes(), b, test.codes(), test.classes, per_class=PER_CLASS, draws=5, seed=run.config.seed
    )
    document["measures"] |= {f"labels_{row['per_class']:.0f}": row["accuracy"] for row in rows}
    return document


def _part(run: Run, split: str) -> ImageDataset:
    whole = _whole(run)
    return whole.subset(whole.rows(split)).limit(MOST)


def _whole(run: Run) -> ImageDataset:
    return datasets.load(run.config.dataset, size=run.config.size)


def held_out(run: Run) -> ImageDataset:
    """The test pictures of the run's data set, at most 10,000; where it has none, the validation pictures."""
    test = _part(run, "test")
    return test if len(test) else _part(run, "val")


def embedded(run: Run, part: ImageDataset) -> np.ndarray:
    """Embeddings (n, d) of a part by the run's encoder."""
    return encode(run.encoder(), part.images) if len(part) else np.zeros((0, 1), np.float32)


def _found(reports: Mapping[str, Report], vectors: np.ndarray) -> Found:
    """Accuracy under the report's own name, its macro-F1 and the health of the test embeddings beside it."""
    measures: dict[str, float] = {}
    for name, report in reports.items():
        measures |= {name: report.accuracy, f"{name}_f1": report.macro_f1}
    measures |= {"majority": next(iter(reports.values())).majority_baseline, **health(vectors[:1000])}
    return {"measures": measures, "reports": {name: report.as_dict() for name, report in reports.items()}}


PROTOCOLS: dict[str, Callable[[Run], Found]] = {
    "standard": standard,
    "study-a": study_a,
    "study-b": study_b,
    "study-c": study_c,
    "head": head,
    "few-labels": few_labels,
}
