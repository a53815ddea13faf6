"""Fetching works of the museum into data/museum: metadata page by page, then pictures, resumable at any moment."""

from collections import Counter
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from contrastive.datasets.decode import open_image
from contrastive.datasets.museum import search
from contrastive.datasets.museum.search import Wish
from contrastive.datasets.museum.web import KEPT, Refused, Unreachable, Web
from contrastive.errors import UserError
from contrastive.storage import data_dir, read_json, write_bytes, write_json

Progress = Callable[[int, int], None]

PAUSE = 1.0
MOST = 5_000
PAGE_BYTES = 8 * 2**20
PICTURE_BYTES = 8 * 2**20
WIDTH = 400
REFUSALS = 5
"""So many 403 in a row mean that the server refuses programs, as it has done for months at a time."""
RECORD = "works.json"


def fetch(
    *,
    query: str = "painting",
    limit: int = 200,
    department: str = "",
    style: str = "",
    progress: Progress | None = None,
    pause: float | None = None,
) -> Path:
    """Fetch up to `limit` works in the public domain; returns the folder that holds their record and pictures.

    `query`: words to search for, empty for anything; `department` and `style`: names as the museum writes them.
    What lies there is not fetched again, a picture that was unreadable is tried again, and a larger limit fetches
    only the rest. `progress(done, total)` counts works; what it raises ends the fetch, and what came is kept.
    `pause`: seconds between requests, 1 unless told, as the museum asks.
    Raises UserError for options out of range, when the site cannot be reached, refuses, or has nothing.
    """
    wish, limit = Wish(query, department, style), checked(limit)
    folder = place(wish)
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    try:
        # One fetch at a time on this machine: the museum asks for no parallel ones.
        with FileLock(folder.parent / ".lock", timeout=0):
            _fetch(wish, limit, folder, progress or (lambda done, total: None), PAUSE if pause is None else pause)
    except Timeout as error:
        raise UserError("Works are being fetched from the museum already.", "Wait until that is done.") from error
    return folder


def place(wish: Wish) -> Path:
    """The folder that keeps what was fetched for a wish."""
    return data_dir() / "museum" / wish.folder


def record_of(folder: Path) -> dict[str, Any]:
    """What is known of the works in a folder: works, next_page, ended, iiif_url, skipped, unreadable."""
    if (folder / RECORD).is_file():
        return dict(read_json(folder / RECORD))
    return {"works": [], "skipped": {}, "unreadable": {}, "iiif_url": search.IIIF, "next_page": 1, "ended": False}


def picture(folder: Path, work: dict[str, Any]) -> Path:
    """Where the picture of a work lies, or would lie."""
    return folder / "pictures" / f"{work['id']}.jpg"


def ready(folder: Path, record: dict[str, Any], limit: int) -> int:
    """How many works, of the first `limit`, can be shown without fetching: up to the first that was not tried."""
    tried = (picture(folder, w).is_file() or w["id"] in record["unreadable"] for w in record["works"][:limit])
    return sum(takewhile(bool, tried))


def whole(folder: Path, record: dict[str, Any], limit: int) -> bool:
    """Whether nothing is left to fetch for `limit` works."""
    listed = record["ended"] or len(record["works"]) >= limit
    return bool(listed) and ready(folder, record, limit) == len(record["works"][:limit])


def checked(limit: Any) -> int:
    """`limit` if it is a number of works one may ask for."""
    if isinstance(limit, int) and 1 <= limit <= MOST:
        return limit
    raise UserError(f"The museum cannot be asked for {limit} works.", f"Choose a limit of 1 to {MOST:,}.")


def _fetch(wish: Wish, limit: int, folder: Path, progress: Progress, pause: float) -> None:
    record = record_of(folder)
    done, total = sum(picture(folder, work).is_file() for work in record["works"][:limit]), limit

    def tick() -> None:
        progress(done, total)

    tick()
    web = Web(pause, tick)
    while len(record["works"]) < limit and not record["ended"]:
        _next_page(web, wish, record)
        write_json(folder / RECORD, record)
    works = record["works"][:limit]
    if not works:
        named = ", ".join(filter(None, [wish.query, wish.department, wish.style]))
        raise UserError(
            f"The museum has no picture in the public domain for {named or 'this'}.",
            "Try another word; departments and styles are written as on artic.edu, for example style=Impressionism.",
        )
    total = len(works)
    missing = [work for work in works if not picture(folder, work).is_file()]
    unreadable: dict[str, str] = record["unreadable"]
    refused: list[str] = []
    try:
        for work in missing:
            try:
                _fetch_picture(web, record["iiif_url"], work, picture(folder, work))
                unreadable.pop(work["id"], None)
                refused = []
            except Unreachable:
                raise
            except UserError as error:
                unreadable[work["id"]] = error.message
                refused = [*refused, work["id"]] if isinstance(error, Refused) and error.code == 403 else []
                if len(refused) == REFUSALS:
                    for identity in refused:
                        unreadable.pop(identity)
                    raise Unreachable("The museum's picture server refuses programs now (403).", KEPT) from error
            done += 1
            tick()
    finally:
        write_json(folder / RECORD, record)


def _next_page(web: Web, wish: Wish, record: dict[str, Any]) -> None:
    """Read the next page of the search into the record."""
    number = record["next_page"]
    try:
        page = search.read(web.get(wish.address(number), PAGE_BYTES))
    except Refused as error:
        if number == 1 or error.code >= 500:
            raise
        # The museum pages no deeper than it likes: what came before is what there is.
        record["ended"] = True
        return
    # A work moves to a later page when others come in between.
    works = {work["id"]: work for work in [*record["works"], *page.works]}
    again = len(page.works) + len(record["works"]) - len(works)
    skipped = Counter(record["skipped"]) + page.skipped + Counter({"seen before": again})
    record |= {"works": list(works.values()), "skipped": dict(skipped), "iiif_url": page.iiif_url}
    record |= {"next_page": number + 1, "ended": number >= min(page.pages, search.DEEPEST_PAGE)}


def _fetch_picture(web: Web, iiif_url: str, work: dict[str, Any], path: Path) -> None:
    """Keep one picture as it comes; UserError for what is no picture or cut off."""
    content = web.get(f"{iiif_url}/{work['image_id']}/full/{WIDTH},/0/default.jpg", PICTURE_BYTES)
    open_image(content, name=f"The picture of work {work['id']}")
    write_bytes(path, content)
