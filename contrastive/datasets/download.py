"""Fetch one published file: resumed where it was cut off, checked before it gets its name, polite to the server."""

import hashlib
import os
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from contrastive.errors import UserError

AGENT = "contrastive-atelier (teaching program; one file at a time)"
TIMEOUT = 30.0
TRIES = 5
PAUSE = 1.0
LONGEST_PAUSE = 60.0
BUSY = (429, 500, 502, 503, 504)
CHUNK = 2**18

Progress = Callable[[int, int], None]


class _Redirects(HTTPRedirectHandler):
    """At most five, and never from https to something that anybody on the way could change."""

    max_redirections = 5

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme != "https" and urlsplit(req.full_url).scheme == "https":
            raise URLError("the server leads away from https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Cut(Exception):
    """The connection ended early or the server is busy: worth another try after `pause` seconds."""

    def __init__(self, reason: object, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = PAUSE if pause is None else pause


def fetch(
    url: str,
    place: Path,
    *,
    md5: str | None = None,
    sha256: str | None = None,
    size: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """The file at `url` (http or https) as `place`; what lies there already and is right is not fetched again.

    It grows as NAME.part and is renamed when its checksum (hex) and size (bytes) are right. After an interruption
    the next call goes on where the part ends if there is a checksum that can tell whether the two halves belong
    together. `progress(done, total)` counts bytes; total is 0 where nobody knows it; what it raises ends the fetch.
    Raises UserError, naming the file and where to put it by hand, when it cannot be had, is not the published one,
    or does not fit on the disk.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise UserError(f"{url} is not a web address.")
    expected = {"md5": md5, "sha256": sha256}
    if place.is_file() and _is_right(place, expected, size):
        return place
    part = place.with_name(f"{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if not (md5 or sha256):
            part.unlink(missing_ok=True)
        resumed = part.is_file()
        _download(url, part, size, progress)
        if resumed and not _is_right(part, expected, size):
            # The part was of another version, or damaged: once more from the start.
            part.unlink()
            _download(url, part, size, progress)
        if not _is_right(part, expected, size):
            part.unlink()
            raise UserError(
                f"What {urlsplit(url).hostname} sent is not the published {place.name}: checksum or size differ.",
                f"Try again later, or put the file from {url} at {place} yourself.",
            )
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        os.replace(part, place)
    except (_Cut, URLError, HTTPException) as error:
        raise UserError(
            f"{place.name} could not be downloaded ({_said(error)}).",
            f"Without a connection, get the file from {url} and put it at {place}.",
        ) from error
    except OSError as error:
        raise UserError(
            f"{place.name} cannot be written to {place.parent} ({error.strerror}).", "Is there room, and is it yours?"
        ) from error
    return place


def _download(url: str, part: Path, size: int | None, progress: Progress | None) -> None:
    """Let the part grow until the server has no more; every try that brought something renews the patience."""
    tries = TRIES
    while True:
        before = part.stat().st_size if part.is_file() else 0
        try:
            return _request(url, part, before, size, progress)
        except _Cut as cut:
            grown = part.is_file() and part.stat().st_size > before
            tries = TRIES if grown else tries - 1
            if not tries:
                raise
            time.sleep(min(cut.pause, LONGEST_PAUSE))


def _request(url: str, part: Path, start: int, size: int | None, progress: Progress | None) -> None:
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    try:
        answer = build_opener(_Redirects).open(Request(url, headers=headers), timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if error.code == 416:
            # Nothing after the part's end: it is whole, or it is another file's; the checksum knows.
            return
        if error.code in BUSY:
            wait = error.headers.get("Retry-After", "")
            raise _Cut(f"the server answers {error.code}", float(wait) if wait.isdigit() else None) from error
        raise
    except (OSError, HTTPException) as error:
        # Who has half of a file was online a moment ago; who has nothing is offline, and is told so at once.
        raise (_Cut(error) if start else URLError(_said(error))) from error
    with answer:
        whole = answer.status != 206 or not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        if answer.status == 206 and whole:
            raise HTTPException("the server sent another range than it was asked for")
        done = 0 if whole else start
        length = answer.headers.get("Content-Length", "")
        total = done + int(length) if length.isdigit() else size or 0
        with open(part, "wb" if whole else "ab") as file:
            while chunk := _read(answer):
                file.write(chunk)
                done += len(chunk)
                if progress:
                    progress(done, total)
                if size is not None and done > size:
                    return
    if done < total:
        raise _Cut("the connection was cut")


def _read(answer: IO[bytes]) -> bytes:
    try:
        return answer.read(CHUNK)
    except (OSError, HTTPException) as error:
        raise _Cut(error) from error


def _is_right(path: Path, expected: dict[str, str | None], size: int | None) -> bool:
    if size is not None and path.stat().st_size != size:
        return False
    for kind, wanted in expected.items():
        if wanted:
            # A published md5 guards against damage, not against a forger.
            state = hashlib.new(kind, usedforsecurity=False)
            with open(path, "rb") as file:
                while chunk := file.read(CHUNK):
                    state.update(chunk)
            if state.hexdigest() != wanted.lower():
                return False
    return True


def _said(error: BaseException) -> str:
    if isinstance(error, HTTPError):
        return f"the server answers {error.code}"
    return str(getattr(error, "reason", "") or error or type(error).__name__)
