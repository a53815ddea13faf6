"""The report card of one probe: numbers, their uncertainty, and one sentence that says what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

# One entry per image: what a page needs to show the images behind a number, too long for a document.
PER_IMAGE = ("predictions", "confidence")
# Of a class; low and high are 95 % intervals (Wilson's, see proportions.py).
COLUMNS = (
    *("label", "precision", "recall", "f1", "support"),
    *("precision_low", "precision_high", "recall_low", "recall_high", "f1_low", "f1_high"),
)


@dataclass(frozen=True)
class Report:
    """How well a probe names the classes of test images. Shares and scores are 0..1.

    Averages are over test images that carry a label. `macro_f1` averages the classes that occur among them
    or were predicted, as scikit-learn does by default; a class that is neither has no F1 to average.
    """

    probe: str  # which probe: a key of PROBES, or finetune
    accuracy: float  # share of test images named correctly
    balanced_accuracy: float  # mean recall of the classes that occur in the test images
    macro_f1: float  # mean F1, every class counting alike
    weighted_f1: float  # mean F1, weighted by support
    top_k: dict[int, float]  # {3: x, 5: x}: true class among the k best; only for k below the classes learned
    nmi: float  # normalised mutual information of predictions and labels
    ari: float  # adjusted Rand index of predictions and labels, at most 1, about 0 by chance
    majority_baseline: float  # accuracy of always answering `majority_class`
    majority_class: str  # the most frequent class of the training images
    per_class: list[dict[str, Any]]  # one for each of `classes`, with the keys COLUMNS
    confusion: list[list[int]]  # [true][predicted] counts, in the order of `classes`
    classes: list[str]
    n_train: int  # labelled training images
    n_test: int  # labelled test images
    intervals: dict[str, list[float]]  # 95 % bootstrap [low, high] of accuracy and macro_f1
    note: str = ""  # what the reader should know about how this came about
    # One entry per row of the test vectors given, unlabelled rows included, so that they line up with images.
    predictions: list[int] = field(default_factory=list, repr=False)
    confidence: list[float] = field(default_factory=list, repr=False)  # empty for a probe that has none

    def as_dict(self, *, per_image: bool = False) -> dict[str, Any]:
        """Ready for JSON: the field names, `top_k` with text keys; per-image lists only when asked."""
        names = [f.name for f in fields(self) if per_image or f.name not in PER_IMAGE]
        document = {name: getattr(self, name) for name in names}
        document["top_k"] = {str(k): share for k, share in self.top_k.items()}
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Report:
        """The report of which `as_dict` gave this document."""
        return cls(**{**document, "top_k": {int(k): share for k, share in document["top_k"].items()}})

    def table(self) -> pandas.DataFrame:
        """`per_class` as a table, one row a class."""
        import pandas

        return pandas.DataFrame(self.per_class, columns=list(COLUMNS))

    def sentence(self) -> str:
        """Whether the probe beats always giving the most frequent answer, in words.

        It is called better or worse only when the whole 95 % interval of its accuracy lies on that side.
        """
        low, high = self.intervals["accuracy"]
        reached = _short(self.accuracy)
        if low > self.majority_baseline:
            verdict = "better than"
        elif high < self.majority_baseline:
            verdict = "worse than"
        else:
            verdict = "no better than"
            reached += f" (95 % interval {_short(low)} to {_short(high)})"
        return (
            f"The {self.probe} probe is {verdict} always answering '{self.majority_class}': {reached} "
            f"against {_short(self.majority_baseline)}; macro-F1 {_short(self.macro_f1)}."
        )


def _short(share: float) -> str:
    """.71 for 0.71, 1.00 for 1."""
    return f"{share:.2f}".removeprefix("0")
