"""What a run measures after every epoch: how well labels it was never shown can be read from its vectors."""

import time

import numpy as np

from contrastive.datasets import ImageDataset
from contrastive.embed import encode
from contrastive.encoders import Encoder
from contrastive.evaluate import ridge_accuracy
from contrastive.neighbours import Index

TRAIN, TEST, K = 1000, 500, 20


class Monitor:
    """A ridge probe and a kNN vote on a fixed sample of held-out images; nothing for a set without labels."""

    def __init__(self, whole: ImageDataset, *, seed: int) -> None:
        """The sample: up to 1,000 labelled training images, and 500 of validation, or of test without one."""
        labelled = np.flatnonzero(whole.codes() >= 0)
        held_out = "val" if len(np.intersect1d(whole.rows("val"), labelled)) else "test"
        self.train = whole.subset(np.intersect1d(whole.rows("train"), labelled)).limit(TRAIN, seed=seed)
        self.test = whole.subset(np.intersect1d(whole.rows(held_out), labelled)).limit(TEST, seed=seed)
        self.useful = len(self.test) > 0 and len(np.unique(self.train.codes())) > 1

    def __call__(self, encoder: Encoder) -> dict[str, float]:
        """Accuracies of both probes, and the seconds they took."""
        if not self.useful:
            return {}
        started = time.perf_counter()
        train, test = encode(encoder, self.train.images), encode(encoder, self.test.images)
        answers, truth = self.train.codes(), self.test.codes()
        _, nearest = Index(train).search(test, min(K, len(train)))
        votes = np.apply_along_axis(np.bincount, 1, answers[nearest], minlength=len(self.train.classes))
        return {
            "ridge": ridge_accuracy(train, answers, test, truth),
            "knn": float((votes.argmax(1) == truth).mean()),
            "probe_seconds": time.perf_counter() - started,
        }
