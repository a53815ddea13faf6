"""Files in use: who looks into a file holds it, and what is held is not deleted, by whatever process.

The hold is a shared lock of the operating system, so it ends with the process that has it, however that dies. Where
there are no such locks (Windows), a file that is mapped into memory cannot be deleted anyway.
"""

import contextlib
import os
import weakref
from pathlib import Path

import numpy as np

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]


def hold(path: Path, owner: object) -> None:
    """Hold a file for as long as `owner` lives."""
    if fcntl is None:
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        # Somebody is about to delete it, or this file system knows no locks: there is nothing to hold.
        os.close(handle)
        return
    weakref.finalize(owner, os.close, handle).atexit = False


def held(path: Path) -> bool:
    """Whether somebody holds a file, or one of those in a folder."""
    if path.is_dir():
        return any(held(file) for file in path.rglob("*.npy"))
    if fcntl is None:
        return False
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False


def mapped(path: Path) -> np.ndarray:
    """An .npy file mapped into memory, to be read only; held, and counted as used just now."""
    found = np.load(path, mmap_mode="r")
    hold(path, found)
    with contextlib.suppress(OSError):
        os.utime(path)
    return found
