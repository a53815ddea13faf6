"""t-SNE of our own: neighbours stay neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from contrastive.maps.knobs import Knob
from contrastive.maps.pca import start
from contrastive.neighbours import Index, unit_rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

EARLY_ITERATIONS = 250
REPORT_EVERY = 25  # iterations

# Enough to settle after one epoch of training: measured in nine frames of 1,359 digits and twelve of 800 paintings,
# the last frame keeps as many neighbours as a map drawn afresh (.631 against .630, .701 against .703).
FOLLOW_ITERATIONS = (100, 150)  # the first of them with neighbours attracting twice as strongly

EXACT_UP_TO = 20_000
"""Points whose neighbours are all looked for; exact search grows with the square of the points."""
PLACING_NEIGHBOURS, PLACING_PERPLEXITY = 25, 5.0


class TSNE:
    """Keeps every image's nearest neighbours near.

    Groups come out clearly, and small ones survive; but how far apart two groups lie and how large they look
    means little. Angles between embeddings count, not lengths. A new image is pulled to its own neighbours
    while the map stands still, whatever else is placed with it. Source: van der Maaten and Hinton 2008,
    JMLR 9; made fast after arXiv:1712.09005.
    """

    KNOBS: ClassVar[dict[str, Knob]] = {
        "perplexity": Knob(30.0, 2.0, 200.0, 1.0, "About how many neighbours each image tries to keep near."),
        "early_exaggeration": Knob(
            12.0, 1.0, 50.0, 1.0, "How much stronger neighbours attract at first, while groups form."
        ),
        "iterations": Knob(500, 250, 2000, 50, "Steps after the first 250; more let the map settle further."),
    }

    def __init__(self, vectors: np.ndarray, dims: int, seed: int, knobs: Mapping[str, float]) -> None:
        self.directions, self.dims, self.seed, self.knobs = unit_rows(vectors), dims, seed, knobs
        self.index = Index(self.directions, approximate=len(vectors) > EXACT_UP_TO)

    @staticmethod
    def limits(n: int) -> dict[str, float]:
        """A perplexity needs three times as many other points, as openTSNE advises."""
        return {"perplexity": max(1.0, (n - 1) / 3)}

    def draw(self, progress: Callable[[float], object] | None = None) -> np.ndarray:
        """The vectors' own positions, (n, dims); `progress` hears of every 25th iteration."""
        from contrastive.maps.descent import descend

        iterations = int(self.knobs["iterations"])

        def telling(before: int) -> Callable[[int], None]:
            def tell(number: int) -> None:
                if progress and number % REPORT_EVERY == 0:
                    progress((before + number) / (EARLY_ITERATIONS + iterations))

            return tell

        mutual, points = self._mutual(), 1e-4 * start(self.directions, self.dims, self.seed)
        early = self.knobs["early_exaggeration"]
        points = descend(points, mutual, EARLY_ITERATIONS, exaggeration=early, tell=telling(0))
        return descend(points, mutual, iterations, tell=telling(EARLY_ITERATIONS))

    def follow(self, points: np.ndarray) -> np.ndarray:
        """The vectors' own positions (n, dims), reached from `points`, where the same images lay before."""
        from contrastive.maps.descent import descend

        apart, together = FOLLOW_ITERATIONS
        mutual = self._mutual()
        return descend(descend(points, mutual, apart, exaggeration=2), mutual, together)

    def place(self, points: np.ndarray, queries: np.ndarray) -> np.ndarray:
        """New positions (m, dims), each found as if it came alone, among points that stand still."""
        from contrastive.maps.descent import join

        scores, indices = self.index.search(unit_rows(queries), PLACING_NEIGHBOURS)
        perplexity = min(PLACING_PERPLEXITY, len(points) / 3)
        return join(points, squares(scores), indices, perplexity)

    def _mutual(self) -> csr_matrix:
        """(n, n): how likely every picture takes every other for its neighbour, made mutual."""
        from contrastive.maps.descent import likelihoods

        n, perplexity = len(self.directions), self.knobs["perplexity"]
        nearest = min(n - 1, int(3 * perplexity))
        scores, indices = self.index.search(self.directions, nearest, exclude=np.arange(n))
        return likelihoods(squares(scores), indices, perplexity)


def squares(scores: np.ndarray) -> np.ndarray:
    """Cosines -> squared distances of the ends of unit vectors, float64."""
    return np.maximum(0.0, 2 - 2 * scores.astype(np.float64))
