"""t-SNE, by openTSNE: neighbours stay neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from contrastive.maps.knobs import Knob
from contrastive.maps.pca import start
from contrastive.neighbours import unit_rows

if TYPE_CHECKING:
    from openTSNE import TSNEEmbedding

EARLY_ITERATIONS = 250
REPORT_EVERY = 25  # iterations

# Enough to settle after one epoch of training: measured in nine frames of 1,359 digits and twelve of 800 paintings,
# the last frame keeps as many neighbours as a map drawn afresh (.631 against .630, .701 against .703).
FOLLOW_ITERATIONS = (100, 150)  # the first of them with neighbours attracting twice as strongly

# Measured at 256 numbers a vector: exact search takes 1.6 s for 10,000 points, the approximate one 2.6 s, and
# the first grows with the square of the points. The grid ("fft") overtakes the tree ("bh") near 5,000.
EXACT_UP_TO = 20_000
TREE_UP_TO = 5_000


class TSNE:
    """Keeps every image's nearest neighbours near.

    Groups come out clearly, and small ones survive; but how far apart two groups lie and how large they look
    means little. Angles between embeddings count, not lengths. A new image is pulled to its own neighbours
    while the map stands still, whatever else is placed with it. Source: van der Maaten and Hinton 2008,
    JMLR 9; openTSNE, doi:10.18637/jss.v109.i03.
    """

    KNOBS: ClassVar[dict[str, Knob]] = {
        "perplexity": Knob(30.0, 2.0, 200.0, 1.0, "About how many neighbours each image tries to keep near."),
        "early_exaggeration": Knob(
            12.0, 1.0, 50.0, 1.0, "How much stronger neighbours attract at first, while groups form."
        ),
        "iterations": Knob(500, 250, 2000, 50, "Steps after the first 250; more let the map settle further."),
    }

    def __init__(self, vectors: np.ndarray, dims: int, seed: int, knobs: Mapping[str, float]) -> None:
        from openTSNE.affinity import PerplexityBasedNN

        self.directions, self.dims, self.seed, self.knobs = unit_rows(vectors), dims, seed, knobs
        n = len(vectors)
        # One thread: with more, the approximate search finds other neighbours, and the layout gains little on
        # an idle machine and loses a lot beside a training run.
        self.affinities = PerplexityBasedNN(
            self.directions,
            perplexity=knobs["perplexity"],
            metric="euclidean",
            method="exact" if n <= EXACT_UP_TO else "annoy",
            random_state=seed,
            n_jobs=1,
        )
        # The grid exists only in the plane.
        self.gradient = "bh" if dims == 3 or n <= TREE_UP_TO else "fft"

    @staticmethod
    def limits(n: int) -> dict[str, float]:
        """A perplexity needs three times as many other points; openTSNE's own advice."""
        return {"perplexity": max(1.0, (n - 1) / 3)}

    def draw(self, progress: Callable[[float], object] | None = None) -> np.ndarray:
        """The vectors' own positions, (n, dims); `progress` hears of every 25th iteration."""
        iterations = int(self.knobs["iterations"])
        total = EARLY_ITERATIONS + iterations

        def hears(before: int) -> dict[str, Any]:
            if progress is None:
                return {}

            def tell(iteration: int, error: float, embedding: object) -> None:
                progress((before + iteration) / total)

            return {"callbacks": [tell], "callbacks_every_iters": REPORT_EVERY}

        layout = self._embedding(1e-4 * start(self.directions, self.dims, self.seed))
        layout = layout.optimize(
            EARLY_ITERATIONS, exaggeration=self.knobs["early_exaggeration"], momentum=0.8, **hears(0)
        )
        return np.array(layout.optimize(iterations, momentum=0.8, **hears(EARLY_ITERATIONS)))

    def follow(self, points: np.ndarray) -> np.ndarray:
        """The vectors' own positions (n, dims), reached from `points`, where the same images lay before."""
        apart, together = FOLLOW_ITERATIONS
        layout = self._embedding(points.astype(np.float64))
        layout = layout.optimize(apart, exaggeration=2, momentum=0.8)
        return np.array(layout.optimize(together, momentum=0.8))

    def place(self, points: np.ndarray, queries: np.ndarray) -> np.ndarray:
        """New positions (m, dims) by openTSNE's transform into a copy of the points."""
        # transform() moves its own base to the middle of the frame; what it returns must be moved back.
        centre = (points.max(axis=0).astype(np.float64) + points.min(axis=0)) / 2
        placed = self._embedding(points).transform(
            unit_rows(queries), perplexity=min(5.0, len(points) / 3), k=min(25, len(points))
        )
        return np.array(placed) + centre

    def _embedding(self, points: np.ndarray) -> TSNEEmbedding:
        from openTSNE import TSNEEmbedding

        return TSNEEmbedding(
            points,
            self.affinities,
            negative_gradient_method=self.gradient,
            random_state=self.seed,
            n_jobs=1,
        )
