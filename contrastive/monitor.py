"""What a run measures after every epoch: health, and how well labels it was never shown can be read."""

import time
from typing import TYPE_CHECKING

import numpy as np

from contrastive.datasets import ImageDataset
from contrastive.embed import encode
from contrastive.encoders import Encoder
from contrastive.evaluate import ridge_answers
from contrastive.health import alignment, answer_signs, health
from contrastive.neighbours import Index

if TYPE_CHECKING:
    from contrastive.augment import Recipe

TRAIN, TEST, K, ALIGNED = 1000, 500, 20, 256


class Monitor:
    """Health of held-out images; where there are labels, a ridge probe and a kNN vote on a fixed sample."""

    def __init__(
        self, whole: ImageDataset, *, seed: int, recipe: "Recipe | None" = None, trained: int | None = None
    ) -> None:
        """The sample: up to 1,000 labelled training images, and 500 of validation, or of test without one.

        With a `recipe`, two views of 256 of the latter are drawn, the same ones every time, and their alignment
        is told too. `trained`: how many images an epoch trains on; few of them get a smaller sample, so that watching
        does not take longer than learning.
        """
        small = TRAIN if trained is None else trained
        most = {count: min(count, max(count // 5, small)) for count in (TRAIN, TEST, ALIGNED)}
        self.aligned = most[ALIGNED]
        labelled = np.flatnonzero(whole.codes() >= 0)
        held_out = "val" if len(whole.rows("val")) else "test"
        self.train = whole.subset(np.intersect1d(whole.rows("train"), labelled)).limit(most[TRAIN], seed=seed)
        rows = whole.rows(held_out)
        known = np.intersect1d(rows, labelled)
        self.test = whole.subset(known if len(known) else rows).limit(most[TEST], seed=seed)
        self.readable = len(known) > 0 and len(np.unique(self.train.codes())) > 1
        self.seed, self.recipe = seed, recipe

    @property
    def ids(self) -> list[str]:
        """Of the sample: the held-out images, then, where labels can be read, the training images."""
        parts = [self.test, self.train] if self.readable else [self.test]
        return [str(id) for part in parts for id in part.table["id"]]

    def __call__(self, encoder: Encoder) -> tuple[dict[str, float], np.ndarray]:
        """What it found, and the representations (m, d) of the sample it was found in, in the order of `ids`.

        Found are the signs of `health`, `alignment` and `answer_signs`, both probes' accuracies, and the seconds it
        took.
        """
        if len(self.test) < 2:
            return {}, np.zeros((0, encoder.dim), np.float32)
        started = time.perf_counter()
        vectors = self.vectors(encoder)
        test, train = vectors[: len(self.test)], vectors[len(self.test) :]
        found = health(test) if np.isfinite(test).all() else {}
        if self.recipe and found:
            found["alignment"] = alignment(*self.views(encoder, self.recipe))
        if self.readable and found:
            found |= self.probes(train, test)
        return {**found, "probe_seconds": time.perf_counter() - started}, vectors

    def vectors(self, encoder: Encoder) -> np.ndarray:
        """Representations (m, d) of the sample, in the order of `ids`."""
        parts = [self.test, self.train] if self.readable else [self.test]
        return np.concatenate([encode(encoder, part.images) for part in parts])

    def views(self, encoder: Encoder, recipe: "Recipe") -> tuple[np.ndarray, np.ndarray]:
        """Representations (m, d) of two views each of up to 256 held-out images."""
        import torch

        # Drawn anew each time, a batch at a time: to keep them would cost more memory than to repeat them.
        generator = torch.Generator().manual_seed(self.seed)
        batches = self.test.images[: self.aligned].split(64)
        first, second = zip(
            *([encode(encoder, recipe(batch, generator)) for _ in range(2)] for batch in batches), strict=True
        )
        return np.concatenate(first), np.concatenate(second)

    def probes(self, train: np.ndarray, test: np.ndarray) -> dict[str, float]:
        """Accuracies of ridge and kNN, and what the answers of the better one say."""
        labels, truth, classes = self.train.codes(), self.test.codes(), len(self.train.classes)
        _, nearest = Index(train).search(test, min(K, len(train)))
        votes = np.apply_along_axis(np.bincount, 1, labels[nearest], minlength=classes)
        answers = {"ridge": ridge_answers(train.astype(np.float64), labels, test.astype(np.float64))}
        answers["knn"] = votes.argmax(1)
        reached = {name: float((answer == truth).mean()) for name, answer in answers.items()}
        signs = [answer_signs(answer, truth, classes) for answer in answers.values()]
        return {**reached, **max(signs, key=lambda found: found["beyond_chance"])}
