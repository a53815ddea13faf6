"""Import what is slow before it is asked for: while the browser is still loading, or once the page is on screen."""

import threading
import time
from collections.abc import Callable, Iterator

PATIENCE = 15.0
"""Seconds that UMAP waits: a visitor who leaves the map at once, as a test does, has not asked for it."""

_begun: set[str] = set()
_umap_wanted, _umap_there = threading.Event(), threading.Event()


def begin() -> None:
    """Take up the queue of runs that an earlier server left, and warm up the first page, once a process."""
    _once("first page", _first_page)


def start() -> None:
    """Import torch in the background, once a process."""
    _once("torch", _torch)


def umap() -> None:
    """Import and compile UMAP in the background, once a process: some fifteen seconds of a processor."""
    _once("umap", _umap)


def umap_at_once() -> Iterator[float]:
    """Seconds waited so far, again and again until UMAP is compiled: meanwhile the page can tell, and be left."""
    _umap_wanted.set()
    umap()
    began = time.monotonic()
    while not _umap_there.wait(0.2):
        yield time.monotonic() - began


def _once(name: str, work: Callable[[], None]) -> None:
    if name not in _begun:
        _begun.add(name)
        threading.Thread(target=work, name=f"warm {name}", daemon=True).start()


def _first_page() -> None:
    # Meanwhile a browser loads what Streamlit gives it, which needs neither.
    from contrastive import jobs

    jobs.tend()
    from _ui import sidebar
    from contrastive import datasets

    datasets.load(sidebar.FIRST)


def _torch() -> None:
    # The first page's pictures come first.
    time.sleep(2)
    import torch  # noqa: F401


def _umap() -> None:
    _umap_wanted.wait(PATIENCE)
    import numpy as np

    from contrastive.maps import fit

    try:
        # Its functions are compiled when they are first called.
        fit(np.random.default_rng(0).normal(size=(60, 8)), "umap")
    finally:
        # Whoever waits calls it next, and is told there what is wrong.
        _umap_there.set()
