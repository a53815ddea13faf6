"""Health of a representation: whether vectors still tell images apart, in numbers and in words. No labels needed."""

import numpy as np

DEAD = 1e-5
COLLAPSED_SPREAD, COLLAPSED_RANK, NARROW_RANK = 0.02, 1.5, 5.0


def health(vectors: np.ndarray) -> dict[str, float]:
    """Four signs of life of representations (n, d), n at least 2.

    spread: standard deviation of the normalised vectors, times sqrt(d): 1 when they point everywhere, 0 when all
    point the same way (Chen and He 2020, arXiv:2011.10566, section 4.1). effective_rank: exp of the entropy of the
    singular values of the centred vectors, the number of directions in use (Roy and Vetterli 2007, "The effective
    rank"). uniformity: log of the mean of exp(-2 squared distance) of normalised pairs, 0 when all coincide, lower
    when they are spread out (Wang and Isola 2020, arXiv:2005.10242, the uniformity loss with t = 2). dead: share of
    dimensions that give every image the same value.
    """
    h = np.asarray(vectors, dtype=np.float64)
    unit = h / np.maximum(np.linalg.norm(h, axis=1, keepdims=True), 1e-12)
    squared = np.clip(2 - 2 * unit @ unit.T, 0, None)  # (n, n)
    pairs = squared[np.triu_indices(len(h), 1)]
    singular = np.linalg.svd(h - h.mean(0), compute_uv=False)
    # What is left of constant vectors after centring is rounding, not directions.
    singular = singular[singular > 1e-9 * max(float(np.abs(h).max(initial=0.0)), 1e-300) * np.sqrt(h.size)]
    shares = singular / singular.sum() if singular.size else singular
    return {
        "spread": float(unit.std(0).mean() * np.sqrt(h.shape[1])),
        "effective_rank": float(np.exp(-(shares * np.log(shares)).sum())) if shares.size else 0.0,
        "uniformity": float(np.log(np.exp(-2 * pairs).mean())),
        "dead": float((h.std(0) < DEAD).mean()),
    }


def verdict(signs: dict[str, float]) -> str:
    """What the signs mean, in one sentence; `collapsed` says whether it is the bad news."""
    rank = signs["effective_rank"]
    if collapsed(signs):
        return (
            "Collapsed: every image lands on nearly the same point or line, so nothing can be told apart. "
            "Try stronger augmentations, a lower learning rate or a larger batch."
        )
    if rank < NARROW_RANK:
        return f"Narrow: the vectors use only about {rank:.1f} directions; they may still be spreading out."
    return f"Healthy: the vectors use about {rank:.0f} directions, and images stay apart."


def collapsed(signs: dict[str, float]) -> bool:
    """Whether nearly all vectors lie on one point or one line."""
    return signs["spread"] < COLLAPSED_SPREAD or signs["effective_rank"] < COLLAPSED_RANK
