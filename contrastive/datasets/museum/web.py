"""Asking the museum's servers politely: one request at a time, a pause between them, answers of bounded size."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from contrastive.errors import UserError

AGENT = "contrastive-atelier (teaching program, single thread)"
TIMEOUT = 30.0
TRIES = 4
PATIENCE = 15.0
"""Seconds to wait when a busy server does not say how long."""
LONGEST_WAIT = 120.0
BUSY = (429, 503)
FOLDER_INSTEAD = "Try again later, or use a folder of pictures of your own: folder:PATH."
KEPT = f"What was fetched is kept. {FOLDER_INSTEAD}"


class Refused(UserError):
    """No: there is nothing at this address, or not for us. `code` is the HTTP status."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The museum answered {code}.", FOLDER_INSTEAD)
        self.code = code


class Unreachable(UserError):
    """No answer, or one that says to come back later: going on would be of no use, or not polite."""


class Web:
    """Requests that start at least `pause` seconds apart; `tick` is called twice a second while one waits.

    The museum asks for one thread and at most one request a second (https://api.artic.edu/docs/#scraping).
    What `tick` raises ends the waiting.
    """

    def __init__(self, pause: float, tick: Callable[[], None] = lambda: None) -> None:
        self.pause = pause
        self.tick = tick
        self._not_before = time.monotonic()
        self._answered = False

    def get(self, url: str, most: int) -> bytes:
        """The bytes at `url`, at most `most`.

        A server that is busy (429, 503) is asked again after the time it names, a broken connection after a pause,
        TRIES times in all. Raises Refused for another status, Unreachable when nothing answers or the server stays
        busy, UserError when the answer is larger than `most`.
        """
        request = Request(url, headers={"User-Agent": AGENT, "AIC-User-Agent": AGENT})
        for tries_left in reversed(range(TRIES)):
            self._wait()
            try:
                # Only http(s): where an address comes from an answer of the museum, `search` has checked it.
                with urlopen(request, timeout=TIMEOUT) as answer:
                    content: bytes = answer.read(most + 1)
            except HTTPError as error:
                error.close()
                if error.code not in BUSY:
                    raise Refused(error.code) from error
                seconds = _seconds(error.headers.get("Retry-After"))
                if seconds > LONGEST_WAIT or not tries_left:
                    raise Unreachable(f"The museum is busy ({error.code}).", KEPT) from error
                self._not_before = max(self._not_before, time.monotonic() + seconds)
            except (OSError, HTTPException) as error:
                # Who never got an answer is offline, and is told so at once.
                if not (self._answered and tries_left):
                    raise Unreachable(f"The museum's site {request.host} cannot be reached.", KEPT) from error
            else:
                self._answered = True
                if len(content) > most:
                    raise UserError(f"The museum's answer is larger than {most // 2**20} MiB.", FOLDER_INSTEAD)
                return content
        raise AssertionError("the last try returns or raises")

    def _wait(self) -> None:
        while (left := self._not_before - time.monotonic()) > 0:
            self.tick()
            time.sleep(min(left, 0.5))
        self._not_before = time.monotonic() + self.pause


def _seconds(retry_after: str | None) -> float:
    """What the header Retry-After says, a number of seconds or a date (RFC 9110, 10.2.3); PATIENCE for neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return PATIENCE
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
