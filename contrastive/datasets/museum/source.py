"""What was fetched from the museum as a data set: its pictures, its table, and which columns are labels."""

from pathlib import Path
from typing import Any

import pandas as pd

from contrastive.datasets.museum.fetching import (
    Progress,
    checked,
    fetch,
    picture,
    place,
    ready,
    record_of,
    whole,
)
from contrastive.datasets.museum.search import COLUMNS, Wish
from contrastive.datasets.museum.web import Unreachable
from contrastive.datasets.prepare import Scan
from contrastive.datasets.shelf import Renamed, Shelf, shelf
from contrastive.datasets.shelved import shelved
from contrastive.errors import UserError
from contrastive.storage import digest

LICENCE = "CC0 1.0 (public domain)"
OFTEN = 5
"""An artist with so many works is frequent."""


def scan(
    root: Path | None,
    size: int | None,
    *,
    query: str = "painting",
    limit: int = 200,
    department: str = "",
    style: str = "",
    progress: Progress | None = None,
) -> Scan:
    """Works in the public domain of the Art Institute of Chicago: fetched on first use, without network after that.

    For example `museum:query=monet,limit=300`. The options are those of `fetch`, which takes about a second a
    picture; `progress(done, total)` counts while it does.
    `root`: a folder that `fetch` filled, on this or another machine; it is only read.
    Unless told, the size is the median shorter side of the pictures, at most 96.
    Label columns: style and department where they have two values or more; artist only where half of the works with
    a known artist are by artists with five works or more, two such artists at least (otherwise nearly every artist
    would be a class of one picture); it is a plain column else. Source: https://www.artic.edu/open-access.
    """
    wish, limit = Wish(str(query), str(department), str(style)), checked(limit)
    folder = root or place(wish)
    record = record_of(folder)
    if not whole(folder, record, limit):
        if root is not None:
            raise UserError(f"{root} does not hold {limit} works of the museum.", "Fetch them without a path first.")
        folder, record = _fetched(wish, limit, progress)
    works = record["works"][:limit]
    shown = [work for work in works if picture(folder, work).is_file()]
    reasons, ids = record["unreadable"], {work["id"] for work in shown}
    refused = [{"id": w["id"], "reason": reasons[w["id"]]} for w in works if w["id"] not in ids]
    if not shown:
        raise UserError(f"None of the {len(works)} pictures could be read.", refused[0]["reason"])
    table = _table(shown)
    pictures = shelf(folder / "pictures")
    on_shelf = Shelf(
        table["id"].tolist(),
        digest(pictures.stamp, repr(refused)),
        Renamed(pictures.open, {work["id"]: picture(folder, work).name for work in shown}),
        refused,
    )
    named = ", ".join(filter(None, [wish.query, wish.department, wish.style])) or "all works"
    card = {
        "title": f"Art Institute of Chicago: {named}",
        "description": f"{len(works):,} works in the public domain that the museum finds for *{named}*.",
        "source": "https://api.artic.edu",
        "licence": LICENCE,
        "citation": "Art Institute of Chicago, https://www.artic.edu/open-access",
        "skipped": record["skipped"],
    }
    return shelved(on_shelf, table, _label_columns(table), name="museum", size=size, card=card)


def _fetched(wish: Wish, limit: int, progress: Progress | None) -> tuple[Path, dict[str, Any]]:
    """Fetch what is missing; offline, say how much is there already."""
    try:
        folder = fetch(query=wish.query, department=wish.department, style=wish.style, limit=limit, progress=progress)
    except Unreachable as error:
        folder = place(wish)
        here = ready(folder, record_of(folder), limit)
        if here:
            raise UserError(error.message, f"{here} works are here already: limit={here} shows them.") from error
        raise
    return folder, record_of(folder)


def _table(works: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a work: id, the keys of COLUMNS, link and licence."""
    table = pd.DataFrame(works, columns=["id", *COLUMNS])
    table["title"] = table["title"].fillna("Untitled")
    table["link"] = "https://www.artic.edu/artworks/" + table["id"]
    table["licence"] = LICENCE
    return table


def _label_columns(table: pd.DataFrame) -> list[str]:
    """The columns that tell pictures apart in classes large enough to learn from; see `scan`."""
    found = [column for column in ("style", "department") if table[column].nunique() >= 2]
    works_of = table["artist"].value_counts()
    often = works_of[works_of >= OFTEN]
    if len(often) >= 2 and often.sum() * 2 >= works_of.sum():
        found.append("artist")
    return found
