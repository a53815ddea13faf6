"""What the microscope shows, said in sentences that follow from the numbers alone; and the matrix as a table."""

import numpy as np
import pandas as pd

from contrastive.datasets import ImageDataset
from contrastive.microscope import SOFTMAX, Knobs, Seen, nearest_share, share

from .batch import Batch

NAMES = {
    "nt_xent": "NT-Xent",
    "sup_con": "SupCon",
    "debiased": "Debiased",
    "pairwise_cosine": "Pairwise cosine",
    "pairwise_margin": "Pairwise margin",
    "triplet": "Triplet",
}


def bias(kind: str, seen: Seen, batch: Batch, knobs: Knobs) -> str:
    """How many negatives show their anchor's own class, and what the loss does about it."""
    false, negatives = int(seen.false_negatives.sum()), int(seen.negatives.sum())
    if (batch.labels < 0).all():
        said = "This data set has no labels, so nobody can say which negatives show the same thing as their anchor."
        return said + (" SupCon then has one positive an anchor, as NT-Xent." if kind == "sup_con" else "")
    if not false:
        asked = kind == "sup_con" or (kind not in SOFTMAX and knobs.pairing != "own view, any other")
        why = "labels said which pairs to leave alone" if asked else "this batch happens to hold no class twice"
        return f"**None of {negatives:,} negatives shows the same class as its anchor**: {why}."
    carried = share(seen, seen.false_negatives)
    said = f"**{false:,} of {negatives:,} negatives show the same class as their anchor** ({false / negatives:.0%})"
    if np.isfinite(carried):
        said += f", and {carried:.0%} of the push falls on them"
    said += ". The loss does not know: it drives apart what belongs together."
    if kind == "debiased":
        said += f" It only allows for {knobs.class_prior:.0%} such negatives on average."
    return said


def weight(kind: str, seen: Seen, x: np.ndarray, shares: np.ndarray) -> str:
    """Which negatives weigh most, and how that would change; `shares` (k,) of the nearest tenth at knobs `x` (k,)."""
    carried, even = nearest_share(seen)
    asleep = int((seen.negatives & (seen.push <= 0)).sum())
    if not np.isfinite(carried):
        return "**Nothing is pushed apart**: every negative is further away than the loss asks for."
    said = (
        f"**The nearest tenth of each anchor's negatives carries {carried:.0%} of the push**; "
        f"spread evenly it would carry {even:.0%}"
    )
    if kind in SOFTMAX:
        said += f". At temperature {x[0]:g} it would be {shares[0]:.0%}, at {x[-1]:g} {shares[-1]:.0%}"
    elif asleep:
        said += f". {asleep:,} of {int(seen.negatives.sum()):,} negatives are far enough and weigh nothing"
    return said + "."


def found(seen: Seen) -> str:
    """For how many anchors a positive is the nearest of all."""
    far = seen.measure if seen.distances else -seen.measure
    others = np.where(seen.negatives, far, np.inf).min(1)
    own = np.where(seen.positives, far, np.inf).min(1)
    asked = seen.positives.any(1)
    return f"For {int((own < others)[asked].sum())} of {int(asked.sum())} anchors a positive is the nearest of all."


def table(seen: Seen, batch: Batch, images: ImageDataset) -> pd.DataFrame:
    """The matrix as one row a pair: who, which view, measure, role, push."""
    count, size = len(batch.rows), len(seen.measure)
    ids = images.table["id"].astype(str).to_numpy()[batch.rows]
    names = np.array([*images.classes, ""])[batch.labels]
    anchor, other = np.divmod(np.arange(size * size), size)
    frame: dict[str, np.ndarray] = {}
    for word, row in (("anchor", anchor), ("other", other)):
        frame |= {word: ids[row % count], f"{word}_view": row // count + 1, f"{word}_class": names[row % count]}
    return pd.DataFrame(
        frame
        | {
            "distance" if seen.distances else "similarity": seen.measure.ravel().round(6),
            "role": role_names(seen).ravel(),
            "push": seen.push.ravel(),
        }
    )


def role_names(seen: Seen) -> np.ndarray:
    """(m, m) words: positive, negative, false negative, itself, unused."""
    said = np.full(seen.measure.shape, "unused", dtype=object)
    said[seen.positives], said[seen.negatives] = "positive", "negative"
    said[seen.false_negatives] = "false negative"
    np.fill_diagonal(said, "itself")
    return said
