"""Findings: what a check says, one row a finding, as a table, a document or a CSV."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

COLUMNS = ["kind", "severity", "row", "id", "other_row", "other_id", "score", "reason"]


@dataclass(frozen=True)
class Kind:
    """A kind of finding. `severity`: fault (certain, mend it), look (probable, look at it) or note (good to know)."""

    title: str
    severity: str
    meaning: str
    """What the score is, and what to do about it."""


KINDS: dict[str, Kind] = {
    "unreadable": Kind("Unreadable files", "fault", "They are left out of the set; the reason says why."),
    "conflict": Kind(
        "Same picture, two labels", "fault", "Equal in every pixel and labelled differently: one label is wrong."
    ),
    "leak": Kind(
        "Copies across splits",
        "fault",
        "A picture that is trained on is also tested on, which flatters every figure. The training picture is the "
        "one to leave out. The score is 1 for exact copies, else as for near copies.",
    ),
    "exact": Kind("Exact copies", "fault", "Equal in every pixel at the size of the set."),
    "near": Kind(
        "Near copies",
        "look",
        "The same picture encoded anew, resized, slightly cropped, brighter or mirrored. The score is the "
        "correlation of their pixels at 32 x 32, at the best crop of one within the other; 1 is equal.",
    ),
    "label": Kind(
        "Label suspects",
        "look",
        "Most pictures that look like this one, to the encoder, carry another label. The score is by how much "
        "of the vote the other label leads, 0 to 1.",
    ),
    "blank": Kind("Nearly blank", "look", "Hardly any contrast. The score is the spread of its grey levels, of 255."),
    "grey": Kind("Without colour", "note", "Grey in a set of colour pictures. The score is its mean colour, of 255."),
    "size": Kind("Unusual size", "note", "The score is how many times smaller or larger its area is than usual."),
    "aspect": Kind("Unusual shape", "note", "Its sides are cut to a square. The score is width over height."),
    "majority": Kind(
        "Unequal classes", "note", "The score is the share of the largest class: what always answering it would give."
    ),
    "tiny": Kind(
        "Tiny classes", "note", "Too few pictures to learn the class from, or to test it. The score counts them."
    ),
}


@dataclass(frozen=True)
class Findings:
    """What a check found: `table` has the columns of COLUMNS, sorted by kind and then the most certain first.

    `row` and `other_row` are row numbers of the data set, -1 where a finding concerns a file that could not be read
    or a whole class; `row` is the picture that would be left out of training. `notes` are sentences on the check.
    """

    table: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, rows: list[dict[str, Any]], notes: list[str]) -> Findings:
        """From rows as `found` makes them."""
        table = pd.DataFrame(rows, columns=COLUMNS)
        order = {kind: place for place, kind in enumerate(KINDS)}
        # A small spread is the more certain blank; everywhere else the larger score comes first.
        rank = table["score"].where(table["kind"].isin(("blank", "grey", "tiny")), -table["score"])
        table = table.assign(_kind=table["kind"].map(order), _rank=rank)
        table = table.sort_values(["_kind", "_rank", "row"], kind="stable").reset_index(drop=True)
        return cls(table[COLUMNS].astype({"row": int, "other_row": int, "score": float}), notes)

    def __len__(self) -> int:
        return len(self.table)

    def counts(self) -> dict[str, int]:
        """How many findings there are of every kind, in the order of KINDS, zeros included."""
        found = self.table["kind"].value_counts()
        return {kind: int(found.get(kind, 0)) for kind in KINDS}

    def kind(self, name: str) -> pd.DataFrame:
        """The findings of one kind, the most certain first."""
        return self.table[self.table["kind"] == name].reset_index(drop=True)

    def document(self) -> dict[str, Any]:
        """As JSON: the counts of every kind, the notes, and all findings."""
        return {**self.counts(), "notes": self.notes, "findings": self.table.to_dict("records")}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Findings:
        """The inverse of `document`."""
        return cls.of(document["findings"], document["notes"])


def found(
    kind: str, reason: str, score: float, *, row: int = -1, id: str = "", other_row: int = -1, other_id: str = ""
) -> dict[str, Any]:
    """One row of the table."""
    return {
        "kind": kind,
        "severity": KINDS[kind].severity,
        "row": int(row),
        "id": id,
        "other_row": int(other_row),
        "other_id": other_id,
        "score": round(float(score), 4),
        "reason": reason,
    }
