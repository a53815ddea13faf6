"""Whether the process that a status speaks of is still there, also after its number was given to another."""

import os
import socket
import time
from typing import Any

import psutil

QUIET = 60.0
"""Seconds of silence after which a process on another machine counts as gone; it makes itself heard every five."""


def this_process() -> dict[str, Any]:
    """What identifies this process for `process_alive`, also after its number was given to another."""
    return identified(os.getpid())


def identified(pid: int) -> dict[str, Any]:
    """The same of another process of this machine. Raises psutil.Error when it is gone."""
    return {"pid": pid, "pid_created": psutil.Process(pid).create_time(), "host": socket.gethostname()}


def process_alive(status: dict[str, Any]) -> bool:
    """Whether the process a status speaks of still runs; one that was only just started counts as alive."""
    if status.get("host", socket.gethostname()) != socket.gethostname():
        return time.time() - status["updated"] < QUIET
    if not status.get("pid"):
        return time.time() - status["updated"] < 30
    try:
        process = psutil.Process(status["pid"])
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - status["pid_created"]) < 1
    except psutil.Error:
        return False
