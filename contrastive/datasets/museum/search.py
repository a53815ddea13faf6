"""One page of the museum's search: how it is asked for, and the works that are read from it."""

import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from contrastive.datasets.museum.web import FOLDER_INSTEAD
from contrastive.errors import UserError
from contrastive.storage import digest

PER_PAGE = 100
DEEPEST_PAGE = 100
"""The API pages no deeper than 10,000 works (https://api.artic.edu/docs/#pagination)."""
IIIF = "https://www.artic.edu/iiif/2"
COLUMNS = {
    "title": "title",
    "artist": "artist_title",
    "date": "date_display",
    "style": "style_title",
    "medium": "medium_display",
    "department": "department_title",
}
"""Our column -> the museum's field."""
FIELDS = ["id", *COLUMNS.values(), "image_id", "is_public_domain"]


@dataclass(frozen=True)
class Wish:
    """What is looked for: words anywhere in a work's record, and the exact name of a department or style."""

    query: str
    department: str = ""
    style: str = ""

    @property
    def folder(self) -> str:
        """The name of the folder that keeps it."""
        words = re.sub(r"\W+", "-", self.query).strip("-")[:30]
        return f"{words or 'any'}-{digest('museum 1', self.query, self.department, self.style)[:12]}"

    def address(self, page: int) -> str:
        """Where page 1, 2, ... of the public-domain works lies."""
        terms = {
            "is_public_domain": "true",
            "department_title.keyword": self.department,
            "style_title.keyword": self.style,
        }
        wanted = [(field, value) for field, value in terms.items() if value]
        if len(wanted) == 1:
            conditions = {"query[term][is_public_domain]": "true"}
        else:
            conditions = {f"query[bool][must][{i}][term][{field}]": value for i, (field, value) in enumerate(wanted)}
        asked = {"q": self.query} if self.query else {}
        asked |= {**conditions, "fields": ",".join(FIELDS), "page": str(page), "limit": str(PER_PAGE)}
        site = os.environ.get("CONTRASTIVE_MUSEUM_URL", "https://api.artic.edu")
        return f"{site}/api/v1/artworks/search?{urlencode(asked)}"


@dataclass(frozen=True)
class Page:
    """The works of a page, why others were left out, how many pages there are, and where pictures lie."""

    works: list[dict[str, Any]]
    skipped: Counter[str]
    pages: int
    iiif_url: str


def read(content: bytes) -> Page:
    """An answer of the search -> its works in the public domain that have a picture.

    Works: id, image_id and the keys of COLUMNS, a text or None each. Raises UserError for what is not the JSON the
    API's documentation describes.
    """
    try:
        answer = json.loads(content)
        records, pages = answer["data"], int(answer["pagination"]["total_pages"])
        address = str((answer.get("config") or {}).get("iiif_url", "")).rstrip("/")
        if not isinstance(records, list):
            raise TypeError("data is a list")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError("The museum's answer is not what its documentation describes.", FOLDER_INSTEAD) from error
    works, skipped = [], Counter[str]()
    for record in records:
        if reason := _unfit(record):
            skipped[reason] += 1
        else:
            texts = {column: _text(record.get(field)) for column, field in COLUMNS.items()}
            works.append({"id": str(record["id"]), "image_id": record["image_id"], **texts})
    # Any other scheme would let an answer name a file of this machine.
    return Page(works, skipped, pages, address if re.fullmatch(r"https?://[!-~]+", address) else IIIF)


def _unfit(record: Any) -> str:
    """Why a record cannot be used; empty for one that can."""
    if not isinstance(record, dict) or not re.fullmatch(r"[0-9]{1,18}", str(record.get("id"))):
        return "not a readable record"
    if record.get("is_public_domain") is not True:
        return "not in the public domain"
    if not record.get("image_id"):
        return "without a picture"
    return "" if re.fullmatch(r"[A-Za-z0-9-]{1,80}", str(record["image_id"])) else "not a readable record"


def _text(value: Any) -> str | None:
    """One line of text, or None for nothing."""
    return " ".join(str(value).split()) or None if isinstance(value, str | int) else None
