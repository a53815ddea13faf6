"""Lists and blocks of bytes of a pickle, picked out of it without running anything in it."""

import pickletools
from typing import Any

# Their arguments number places in the pickle's memory; they are no values.
OF_MEMORY = {"PUT", "BINPUT", "LONG_BINPUT", "GET", "BINGET", "LONG_BINGET"}


def listed(raw: bytes, key: str) -> list[Any]:
    """The numbers or words of the list that a dictionary in the pickle has under `key`.

    Raises ValueError where there is none.
    """
    found, inside, ended, seen = list[Any](), False, False, False
    for opcode, argument, _ in pickletools.genops(raw):
        name = opcode.name
        if not inside:
            inside = seen and name == "EMPTY_LIST"
            seen = seen or argument == key
        elif name in ("APPEND", "APPENDS"):
            ended = True
        elif name == "MARK":
            # A long list is written a thousand at a time.
            ended = False
        elif ended:
            return found
        elif name not in OF_MEMORY and argument is not None:
            found.append(argument)
    raise ValueError(f"There is no list {key!r}.")


def block(raw: bytes, least: int) -> bytes:
    """The first block of at least so many bytes. Raises ValueError where there is none."""
    for _, argument, _ in pickletools.genops(raw):
        if isinstance(argument, str | bytes) and len(argument) >= least:
            # Python 2 wrote bytes as strings.
            return argument.encode("latin-1") if isinstance(argument, str) else argument
    raise ValueError(f"There is no block of {least:,} bytes.")
