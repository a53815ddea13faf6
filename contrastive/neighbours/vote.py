"""What the labels of the neighbours vote for."""

from __future__ import annotations

import numpy as np

from contrastive.errors import UserError


def votes(
    labels: np.ndarray, indices: np.ndarray, scores: np.ndarray, *, temperature: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """What the neighbours say each query is: winning class (m,) int64 and its share of the vote (m,) float32.

    labels: (n,) classes of the indexed rows, -1 = unlabelled, which do not vote. indices, scores: (m, k) from
    `Index.search`. Shares are 0..1; with no labelled neighbour the winner is -1 and its share 0. Equal votes
    go to the lower class number. The weights are those of `tally`.
    """
    shares = tally(labels, indices, scores, int(np.max(labels, initial=0)) + 1, temperature=temperature)
    winners = shares.argmax(axis=1)
    best = shares[np.arange(len(shares)), winners]
    return np.where(best > 0, winners, -1).astype(np.int64), best.astype(np.float32)


def tally(
    labels: np.ndarray, indices: np.ndarray, scores: np.ndarray, n_classes: int, *, temperature: float = 0.1
) -> np.ndarray:
    """Every class's share of the neighbours' vote, (m, n_classes) float64; rows sum to 1 (no voters: 0).

    A neighbour's vote weighs exp(score / temperature), so near ones count for more; labels of -1 do not vote.
    Shape: labels (n,), indices and scores (m, k). Source: InstDisc, arXiv:1805.01978, section 3.4.
    Errors: UserError for a temperature that is not positive.
    """
    if not temperature > 0:
        raise UserError(f"A temperature of {temperature} cannot weigh votes.", "Use one above 0: 0.1, say.")
    classes = np.asarray(labels)[indices]  # (m, k)
    voting = classes >= 0
    exponents = np.where(voting, np.asarray(scores, np.float64) / temperature, -np.inf)
    # Shares do not change when every exponent drops by the same amount, and exp cannot overflow then.
    highest = exponents.max(axis=1, keepdims=True, initial=-np.inf)
    weights = np.exp(exponents - np.where(np.isfinite(highest), highest, 0.0))
    shares = np.zeros((len(classes), n_classes))
    rows, columns = np.nonzero(voting)
    np.add.at(shares, (rows, classes[rows, columns]), weights[rows, columns])
    total = shares.sum(axis=1, keepdims=True)
    return np.divide(shares, total, out=shares, where=total > 0)
