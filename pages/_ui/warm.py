"""Import what is slow after the page is on screen, so that it is there when it is asked for."""

import threading
import time
from collections.abc import Callable

_begun: set[str] = set()


def start() -> None:
    """Import torch in the background, once a process."""
    _once("torch", _torch)


def umap() -> None:
    """Import and compile UMAP in the background, once a process: some fifteen seconds of a processor."""
    _once("umap", _umap)


def _once(name: str, work: Callable[[], None]) -> None:
    if name not in _begun:
        _begun.add(name)
        threading.Thread(target=work, name=f"warm {name}", daemon=True).start()


def _torch() -> None:
    # The first page's pictures come first.
    time.sleep(2)
    import torch  # noqa: F401


def _umap() -> None:
    # A visitor who leaves the map at once, as a test does, has not asked for it.
    time.sleep(15)
    import numpy as np

    from contrastive.maps import fit

    # Its functions are compiled when they are first called.
    fit(np.random.default_rng(0).normal(size=(60, 8)), "umap")
