"""Slow measurements in a thread of their own: a page shows what is there already, and asks again a second later."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from _ui.errors import shown

UNWATCHED = 20.0
"""Seconds without a look after which the work is given up; a page looks once a second."""
KEPT = 24

_works: dict[str, "Work"] = {}
_lock = threading.Lock()
# One at a time: two measurements at once would take the processor from the page, and neither would be sooner.
_turn = threading.Lock()


@dataclass
class Work:
    """A measurement under way: what it found so far, whether that is all, and what went wrong."""

    found: list[Any] = field(default_factory=list)
    done: bool = False
    error: Exception | None = None
    seen: float = field(default_factory=time.monotonic)

    @property
    def forsaken(self) -> bool:
        """Whether nobody has looked for a while."""
        return time.monotonic() - self.seen > UNWATCHED


def work(key: str, steps: Callable[[], Iterator[Any]]) -> Work:
    """The measurement of that name, shared by all sessions; begun with the first look.

    `steps` yields one result after another and draws nothing. When nobody looks any more it is closed between two
    of them, and begun again with the next look. Raises what it raised.
    """
    with _lock:
        found = _works.get(key)
        if found is None or (found.forsaken and not found.done):
            found = _works[key] = Work()
            threading.Thread(target=_carry_out, args=(found, steps), name=f"measure {key[:40]}", daemon=True).start()
        found.seen = time.monotonic()
        if found.error is not None:
            # Told once; the next look tries again.
            del _works[key]
            raise found.error
        for old in [name for name, other in _works.items() if other.done][:-KEPT]:
            del _works[old]
    return found


def _carry_out(found: Work, steps: Callable[[], Iterator[Any]]) -> None:
    try:
        with _turn:
            for result in steps():
                found.found.append(result)
                if found.forsaken:
                    return
        found.done = True
    except Exception as error:
        found.error = error


def streamed(name: str, draw: Callable[[], bool]) -> None:
    """Draw a part of the page that says whether it is complete; until then, draw it again every second.

    The rest of the page is left alone meanwhile. `name` is unique on the page.
    """
    ticking = st.session_state.get(name, True)

    def part() -> None:
        with shown():
            if draw() == ticking:
                # How often a part is drawn is set where it is called, so the page is drawn once more.
                st.session_state[name] = not ticking
                st.rerun()

    st.fragment(run_every=1.0 if ticking else None)(part)()
