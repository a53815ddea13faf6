"""A zip read where it lies, as if its maker were hostile: nothing is unpacked to disk, and no size is believed."""

import re
import stat
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contrastive.datasets.directory import Listed, listed
from contrastive.errors import UserError

MAX_FILE_BYTES = 256 * 2**20
MAX_TOTAL_BYTES = 64 * 2**30
MAX_NAME = 1000
# A picture file is packed already: one that grows a lot is a bomb, unless it is small.
MAX_GROWTH, SMALL = 200, 16 * 2**20
LOCAL_HEADER = 30
STORED, DEFLATED = 0, 8
# offset, packed, size, crc, method: as bytes an entry takes a quarter of the memory of its numbers.
KEPT = struct.Struct("<3QLH")


@dataclass(frozen=True)
class Zipped:
    """The files of a zip by name; `read` gives the content of one, and `refused` says why others are left out.

    Reading opens the zip anew, so threads need no lock and a `Zipped` can be sent to another process.
    """

    path: Path
    entries: dict[str, bytes]
    refused: list[dict[str, str]]

    def read(self, name: str) -> bytes:
        """The content of a file. Raises UserError when it is damaged, or unpacks to more than it should."""
        offset, packed, size, crc, method = KEPT.unpack(self.entries[name])
        limit = growth_limit(packed)
        try:
            with open(self.path, "rb") as file:
                file.seek(offset)
                header = file.read(LOCAL_HEADER)
                before = sum(struct.unpack("<4s22x2H", header)[1:])
                content = file.read(before + packed)[before:]
            if method == DEFLATED:
                content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, limit + 1)
        except (OSError, struct.error, zlib.error) as error:
            raise UserError(
                f"{name} cannot be read from the zip.", "The zip may be damaged; make it again."
            ) from error
        if len(content) > limit:
            raise UserError(_too_large(name, limit))
        if len(content) != size or zlib.crc32(content) != crc:
            raise UserError(f"{name} is damaged: it is not what the zip says it should be.", "Make the zip again.")
        return content


def open_zip(path: Path, wanted: Callable[[str], bool]) -> Zipped:
    """The files of a zip whose name is `wanted`. Raises UserError for what is not a zip, or far too much of one."""
    try:
        found = [entry for entry in listed(path) if wanted(entry.name)]
    except (OSError, ValueError, struct.error) as error:
        raise UserError(f"{path.name} is not a zip that can be read.", "Make it again, or name a folder.") from error
    if (total := sum(entry.size for entry in found)) > MAX_TOTAL_BYTES:
        raise UserError(
            f"{path.name} says it would unpack to {total / 2**30:,.0f} GiB; the limit is {MAX_TOTAL_BYTES // 2**30}.",
            "If that is right, unpack it and name the folder.",
        )
    entries: dict[str, bytes] = {}
    refused = []
    for entry in found:
        name = entry.name
        if reason := _fault(entry):
            refused.append({"id": name[:MAX_NAME], "reason": reason})
            continue
        try:
            place = KEPT.pack(entry.offset, entry.packed, entry.size, entry.crc, entry.method)
        except struct.error:
            refused.append({"id": name, "reason": f"{name} lies where no zip reaches; the zip may be damaged."})
            continue
        if name in entries:
            refused.append({"id": name, "reason": f"{name} is in the zip more than once; the last one counts."})
        entries[name] = place
    return Zipped(path, entries, refused)


def growth_limit(packed: int) -> int:
    """How many bytes a file of `packed` bytes in a zip may unpack to."""
    return min(MAX_FILE_BYTES, max(SMALL, MAX_GROWTH * packed))


def _fault(entry: Listed) -> str:
    """Why an entry is left out, in one sentence; empty for a good one."""
    name, limit = entry.name, growth_limit(entry.packed)
    if len(name) > MAX_NAME:
        return f"A name of {len(name):,} characters is too long: {name[:40]} ..."
    if ".." in name.replace("\\", "/").split("/") or re.match(r"[/\\]|[A-Za-z]:[/\\]", name):
        return f"{name} names a place outside the zip."
    if stat.S_ISLNK(entry.attributes >> 16):
        return f"{name} is a link, not a picture."
    if entry.flags & 1:
        return f"{name} is encrypted."
    if entry.method not in (STORED, DEFLATED):
        return f"{name} is packed in a way that cannot be read safely; use the usual one (deflate)."
    if max(entry.size, entry.packed) > limit:
        return _too_large(name, limit)
    return ""


def _too_large(name: str, limit: int) -> str:
    return f"{name} would unpack to more than {limit // 2**20:,} MiB, which no picture of its size does."
