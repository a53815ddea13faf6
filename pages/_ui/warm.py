"""Import what is slow after the first page is on screen, so that it is there when it is asked for."""

import threading
import time

_started = threading.Event()


def start() -> None:
    """Import torch in the background, once a process."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_import, name="warm", daemon=True).start()


def _import() -> None:
    # The first page's pictures come first.
    time.sleep(2)
    import torch  # noqa: F401
