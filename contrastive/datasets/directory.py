"""The table of contents of a zip, read entry by entry.

`zipfile` makes an object of a kilobyte for every entry before anybody can look at how many there are: half a second
and 60 MB for 60,000 pictures, and no limit for a hostile zip. This keeps what is needed and no more.
Source: PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

MAX_COMMENT = 65_535
MAX_DIRECTORY = 512 * 2**20
UTF8 = 0x800
WIDE = 0xFFFFFFFF
_END = struct.Struct("<4s4H2LH")
_LOCATOR64 = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")


class Listed(NamedTuple):
    """What the table of contents says of a file; sizes in bytes, `offset` from the start of the zip."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int


def listed(path: Path) -> Iterator[Listed]:
    """Every file in a zip, in its order, folders left out. Raises ValueError or struct.error when it is damaged."""
    with open(path, "rb") as file:
        directory, shift = _directory(file)
    place = 0
    while place < len(directory):
        head = _ENTRY.unpack_from(directory, place)
        signature, _, _, flags, method, _, _, crc, packed, size, names, extras, comments, _, _, attributes, offset = (
            head
        )
        if signature != b"PK\1\2":
            raise ValueError("the table of contents is damaged")
        name_at = place + _ENTRY.size
        extra_at = name_at + names
        place = extra_at + extras + comments
        name = directory[name_at:extra_at].decode("utf-8" if flags & UTF8 else "cp437").partition("\0")[0]
        if WIDE in (size, packed, offset):
            size, packed, offset = _wide(directory[extra_at : extra_at + extras], size, packed, offset)
        if not name.endswith("/"):
            yield Listed(name, flags, method, crc, packed, size, attributes, offset + shift)


def _directory(file: BinaryIO) -> tuple[bytes, int]:
    """The table of contents, and by how much everything lies later than the zip says (a program may stand before)."""
    length = file.seek(0, os.SEEK_END)
    start = file.seek(max(0, length - MAX_COMMENT - _END.size))
    tail = file.read()
    found = tail.rfind(b"PK\5\6")
    if found < 0:
        raise ValueError("no table of contents")
    *_, size, offset, _ = _END.unpack_from(tail, found)
    end = start + found
    if found >= _LOCATOR64.size and tail[found - _LOCATOR64.size :].startswith(b"PK\6\7"):
        end -= _LOCATOR64.size + _END64.size
        file.seek(end)
        signature, *_, size, offset = _END64.unpack(file.read(_END64.size))
        if signature != b"PK\6\6":
            raise ValueError("the end of the table of contents is damaged")
    if size > min(end, MAX_DIRECTORY):
        raise ValueError("the table of contents is too long")
    file.seek(end - size)
    return file.read(size), end - size - offset


def _wide(extra: bytes, *narrow: int) -> list[int]:
    """Sizes and offset with those that need 64 bits taken from the extra field 1."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        if kind == 1:
            values = iter(struct.unpack_from(f"<{length // 8}Q", extra, place + 4))
            return [next(values, WIDE) if value == WIDE else value for value in narrow]
        place += 4 + length
    return list(narrow)
