"""How near neighbours usually are in a data set, to tell when a picture is unlike anything in it."""

from __future__ import annotations

import numpy as np

from contrastive.neighbours.index import Index

PERCENTILE = 1.0
SAMPLE = 2000
FEWEST = 50


def unlike_below(index: Index, *, percentile: float = PERCENTILE, sample: int = SAMPLE, seed: int = 0) -> float:
    """The similarity below which even the best match is unusually far: a percentile of the set's own best matches.

    Of at most `sample` vectors, drawn by `seed`, each is asked for its nearest other one; the answer is that
    percentile of those similarities, so one picture in a hundred of the set itself lies below it. -1 (nothing is
    unusual) for an index of fewer than `FEWEST` vectors, of which a hundredth says nothing.
    """
    if len(index) < FEWEST:
        return -1.0
    rows = np.sort(np.random.default_rng(seed).permutation(len(index))[:sample])
    scores, _ = index.search(index.directions[rows], 1, exclude=rows)
    return float(np.percentile(scores[:, 0], percentile))
