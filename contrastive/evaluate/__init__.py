"""Evaluate: what a simple classifier can read from frozen embeddings, told as a `Report`.

`linear_probe` and `knn` learn from training embeddings and answer for test embeddings; `kmeans_accuracy`
sees no label until its clusters are named; `ridge_accuracy` is the quick number shown while a run trains.
Labels are (n,) integers, -1 = unlabelled: such rows neither teach nor count, but get a prediction.

To add a probe: write a function in `probes.py` that ends in `grade(...)`, and name it in `PROBES`.
"""

from collections.abc import Callable

from contrastive.evaluate.probes import kmeans_accuracy, knn, linear_probe
from contrastive.evaluate.report import Report
from contrastive.evaluate.ridge import ridge_accuracy

# Pickers and the command line's --probe read this; `kmeans` takes (vectors, labels, classes), the others
# (train_vectors, train_labels, test_vectors, test_labels, classes).
PROBES: dict[str, Callable[..., Report]] = {"linear": linear_probe, "knn": knn, "kmeans": kmeans_accuracy}

__all__ = ["PROBES", "Report", "kmeans_accuracy", "knn", "linear_probe", "ridge_accuracy"]
