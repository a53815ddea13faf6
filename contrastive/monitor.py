"""What a run measures after every epoch: health, and how well labels it was never shown can be read."""

import time

import numpy as np

from contrastive.datasets import ImageDataset
from contrastive.embed import encode
from contrastive.encoders import Encoder
from contrastive.evaluate import ridge_accuracy
from contrastive.health import health
from contrastive.neighbours import Index

TRAIN, TEST, K = 1000, 500, 20


class Monitor:
    """Health of held-out images; where there are labels, a ridge probe and a kNN vote on a fixed sample."""

    def __init__(self, whole: ImageDataset, *, seed: int) -> None:
        """The sample: up to 1,000 labelled training images, and 500 of validation, or of test without one."""
        labelled = np.flatnonzero(whole.codes() >= 0)
        held_out = "val" if len(whole.rows("val")) else "test"
        self.train = whole.subset(np.intersect1d(whole.rows("train"), labelled)).limit(TRAIN, seed=seed)
        rows = whole.rows(held_out)
        known = np.intersect1d(rows, labelled)
        self.test = whole.subset(known if len(known) else rows).limit(TEST, seed=seed)
        self.readable = len(known) > 0 and len(np.unique(self.train.codes())) > 1

    def __call__(self, encoder: Encoder) -> dict[str, float]:
        """The signs of `health`, the accuracies of both probes where there are labels, and the seconds it took."""
        if len(self.test) < 2:
            return {}
        started = time.perf_counter()
        test = encode(encoder, self.test.images)
        found = health(test) if np.isfinite(test).all() else {}
        if self.readable and found:
            train = encode(encoder, self.train.images)
            answers, truth = self.train.codes(), self.test.codes()
            _, nearest = Index(train).search(test, min(K, len(train)))
            votes = np.apply_along_axis(np.bincount, 1, answers[nearest], minlength=len(self.train.classes))
            found["ridge"] = ridge_accuracy(train, answers, test, truth)
            found["knn"] = float((votes.argmax(1) == truth).mean())
        return {**found, "probe_seconds": time.perf_counter() - started}
