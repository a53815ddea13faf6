"""Probe: which classifier reads the vectors, with which options; written as text or as a small table.

`knn:k=30:metric=euclidean` on the command line and {probe: knn, k: 30, metric: euclidean} in a study are the same.
The options of a probe are the keyword-only parameters of its function, so a new one needs no line here.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contrastive.errors import UserError
from contrastive.evaluate.finetuning import finetune
from contrastive.evaluate.probes import kmeans_accuracy, knn, linear_probe
from contrastive.evaluate.report import Report
from contrastive.evaluate.sgd import Held, sgd_probe

# `kmeans` takes (vectors, labels, classes), the others (train_vectors, train_labels, test_vectors, test_labels,
# classes). Pickers read this; the command line knows `finetune` too, which takes images in place of vectors.
PROBES: dict[str, Callable[..., Report]] = {
    "linear": linear_probe,
    "sgd": sgd_probe,
    "knn": knn,
    "kmeans": kmeans_accuracy,
}
FUNCTIONS: dict[str, Callable[..., Report]] = {**PROBES, "finetune": finetune}
GIVEN = ("validation", "progress", "column")
"""Keyword-only parameters that come from the data or the caller and are no options."""


@dataclass(frozen=True)
class Probe:
    """A probe by name, with the options that differ from its defaults."""

    name: str
    options: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        # true and false as they are read, not as Python writes them.
        said = [f"{k}={str(v).lower() if isinstance(v, bool) else v}" for k, v in self.options.items()]
        return ":".join([self.name, *said])

    @classmethod
    def read(cls, said: str | Mapping[str, Any] | Probe) -> Probe:
        """The probe in a text, `NAME:OPTION=VALUE:...`, or in a table with the key `probe` for its name.

        Raises UserError for an unknown name or option, or a value that the option cannot have.
        """
        if isinstance(said, Probe):
            return said
        if isinstance(said, str):
            name, *pairs = said.strip().split(":")
            options: dict[str, Any] = {}
            for pair in pairs:
                key, equals, value = pair.partition("=")
                if not equals:
                    raise UserError(
                        f"{pair!r} is not an option of a probe.", "Write knn:k=30:metric=euclidean, for example."
                    )
                options[key] = value
        else:
            options = dict(said)
            name = str(options.pop("probe", ""))
        if name not in FUNCTIONS:
            raise UserError(f"There is no probe called {name!r}.", f"Known: {', '.join(FUNCTIONS)}.")
        return cls(name, {key: _checked(name, key, value) for key, value in options.items()})

    def __call__(
        self,
        train_vectors: np.ndarray,
        train_labels: np.ndarray,
        test_vectors: np.ndarray,
        test_labels: np.ndarray,
        classes: Sequence[str],
        *,
        validation: Held | None = None,
    ) -> Report:
        """Read the test labels; `validation` (vectors, labels) is used by probes that choose an epoch by it."""
        if self.name == "finetune":
            raise UserError("Fine-tuning needs pictures, not vectors.", f"Use one of {', '.join(PROBES)}.")
        if self.name == "kmeans":
            return kmeans_accuracy(test_vectors, test_labels, classes, **self.options)
        held = {"validation": validation} if self.name == "sgd" else {}
        return PROBES[self.name](
            train_vectors, train_labels, test_vectors, test_labels, classes, **held, **self.options
        )


def options_of(name: str) -> dict[str, Any]:
    """The options of a probe, each with its default."""
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.name not in GIVEN}


def _checked(name: str, key: str, value: Any) -> Any:
    """The value as the option wants it: numbers and true or false may come as text."""
    from pydantic import TypeAdapter, ValidationError

    options = options_of(name)
    known = ", ".join(f"{option}={default}" for option, default in options.items())
    if key not in options:
        raise UserError(f"The probe {name} has no option {key!r}.", f"Its options, as they are unless told: {known}.")
    # Encoder is only named in the signature: importing it would import torch.
    kinds = typing.get_type_hints(FUNCTIONS[name], localns={"Encoder": object}, include_extras=True)
    try:
        return TypeAdapter(kinds[key]).validate_python(value)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise UserError(
            f"{key} = {value!r} is not possible for the probe {name}: {reason[:1].lower()}{reason[1:]}.",
            f"Its options, as they are unless told: {known}.",
        ) from error
