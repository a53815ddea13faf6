"""Health of a representation: whether vectors still tell images apart, in numbers and in words.

`health` and `alignment` need no labels; `answer_signs` looks at what a probe answered. Their signs may be put into
one dict, of which `verdict` makes a sentence and `in_figures` a line of numbers.
"""

from collections.abc import Sequence

import numpy as np

DEAD = 1e-5
COLLAPSED_SPREAD, COLLAPSED_RANK, NARROW_RANK = 0.02, 1.5, 5.0
NEARLY_ALL, SURPRISING = 0.95, 0.05
BEYOND_CHANCE = 3.0
FIGURES = {
    "spread": "spread {:.2f}",
    "effective_rank": "effective rank {:.1f}",
    "alignment": "alignment {:.2f}",
    "uniformity": "uniformity {:.2f}",
    "dead": "dead dimensions {:.0%}",
    "prediction_entropy": "variety of answers {:.2f}",
}
"""The signs as they are told, in order."""


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
    unit = _unit(h)
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


def alignment(a: np.ndarray, b: np.ndarray) -> float:
    """How far apart two views of one image lie: mean squared distance of normalised vectors, 0 (best) to 4.

    a, b: (n, d), row i of both a view of image i. It says something beside uniformity only: vectors that all
    coincide are perfectly aligned. Source: Wang and Isola 2020, arXiv:2005.10242, section 4, with alpha = 2.
    """
    return float(((_unit(np.asarray(a, np.float64)) - _unit(np.asarray(b, np.float64))) ** 2).sum(1).mean())


def answer_signs(answers: np.ndarray, truth: np.ndarray, classes: int) -> dict[str, float]:
    """What the answers of a probe say about it: whether it tells classes apart at all.

    answers, truth: (n,) class numbers, truth -1 where there is no label (not counted), classes: how many there are.
    prediction_entropy: entropy of the answered classes over log(classes): 1 when all are answered equally often, 0
    when one always is. top_answer: the class answered most; top_answer_share: its share of the answers;
    top_answer_truth: its share of the labels. beyond_chance: agreement beyond chance (Cohen's kappa, 1960,
    doi:10.1177/001316446002000104) in standard errors of a probe that knows nothing (Fleiss, Cohen and Everitt
    1969, doi:10.1037/h0028106): within about 3, the answers could have been given without looking.
    """
    answers, truth = np.asarray(answers)[np.asarray(truth) >= 0], np.asarray(truth)[np.asarray(truth) >= 0]
    said = np.bincount(answers, minlength=classes) / len(answers)
    true = np.bincount(truth, minlength=classes) / len(truth)
    used = said[said > 0]
    chance = float(said @ true)
    # Zero when one answer, or one label, is the only one: then agreement is chance and nothing else.
    variance = max(0.0, chance + chance**2 - float((said * true * (said + true)).sum())) / len(truth)
    agreed = float((answers == truth).mean()) - chance
    top = int(said.argmax())
    return {
        "prediction_entropy": max(0.0, float(-(used * np.log(used)).sum() / np.log(max(2, classes)))),
        "top_answer": float(top),
        "top_answer_share": float(said[top]),
        "top_answer_truth": float(true[top]),
        "beyond_chance": agreed / float(np.sqrt(variance)) if variance > 1e-12 else 0.0,
    }


def verdict(signs: dict[str, float], classes: Sequence[str] = ()) -> str:
    """What the signs mean, in one sentence; `classes` are the names of the class numbers, where they are known."""
    rank = signs["effective_rank"]
    if collapsed(signs):
        # A probe that standardises its input can read differences that a distance no longer shows.
        readable = signs.get("beyond_chance", 0.0) >= BEYOND_CHANCE
        means = (
            "; only a magnified difference still tells them apart" if readable else ", so nothing can be told apart"
        )
        return (
            f"Collapsed: every image lands on nearly the same point or line{means}. "
            "Try stronger augmentations, a lower learning rate or a larger batch."
        )
    if one_answer(signs):
        top = int(signs["top_answer"])
        name = repr(classes[top]) if top < len(classes) else "the same class"
        return (
            f"One answer: the classifier calls {signs['top_answer_share']:.0%} of the images {name}, though only "
            f"{signs['top_answer_truth']:.0%} of them are. Read macro-F1, not accuracy, and try a weighted sampler."
        )
    if signs.get("beyond_chance", np.inf) < BEYOND_CHANCE:
        return (
            "Unreadable: the labels cannot be read from the vectors, no better than chance. Are they the labels of "
            "these images, and has the encoder learned for long enough?"
        )
    if rank < NARROW_RANK:
        return f"Narrow: the vectors use only about {rank:.1f} directions; they may still be spreading out."
    return f"Healthy: the vectors use about {rank:.0f} directions, and images stay apart."


def in_figures(signs: dict[str, float]) -> str:
    """The signs that there are, in one line of figures; "" without any."""
    told = ", ".join(text.format(signs[name]) for name, text in FIGURES.items() if name in signs)
    return told[:1].upper() + told[1:] + "." if told else ""


def collapsed(signs: dict[str, float]) -> bool:
    """Whether nearly all vectors lie on one point or one line."""
    return signs["spread"] < COLLAPSED_SPREAD or signs["effective_rank"] < COLLAPSED_RANK


def one_answer(signs: dict[str, float]) -> bool:
    """Whether a probe gives nearly every image the same answer, and the labels do not."""
    share = signs.get("top_answer_share", 0.0)
    return share >= NEARLY_ALL and share - signs["top_answer_truth"] > SURPRISING


def _unit(h: np.ndarray) -> np.ndarray:
    """(n, d) rows at unit length; a row of zeros stays zero."""
    return h / np.maximum(np.linalg.norm(h, axis=1, keepdims=True), 1e-12)
