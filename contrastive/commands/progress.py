"""A progress bar for the terminal."""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm

Answer = tuple[Any, str]
"""The JSON document of a verb, and the text a person reads."""


class Progress:
    """A bar on stderr with an estimate, made when the first step is reported."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.bar: tqdm[Any] | None = None

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` are done."""
        from tqdm import tqdm

        if self.bar is None:
            self.bar = tqdm(total=total, desc=self.label, file=sys.stderr, leave=False)
        self.bar.update(done - self.bar.n)
        if done >= total:
            self.bar.close()
            self.bar = None
