"""A set that is being prepared: pictures appended to images.npy, and a journal of the blocks that are whole.

An interruption of any kind keeps the whole blocks: the next `Partial` of the same folder goes on after them. The
journal holds a digest of every picture, and pixels that do not match theirs are decoded again.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from contrastive.datasets.decode import Decoded
from contrastive.errors import UserError

BLOCK = 512


class Partial:
    """Decoded pictures of one shape on their way into `folder`; `done` rows of the scan are behind it."""

    def __init__(self, folder: Path, shape: tuple[int, int, int]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.shape = shape
        self.done = 0
        self.kept: list[int] = []
        self.digests = bytearray()
        self.sides: list[tuple[int, int]] = []
        self.refused: dict[int, str] = {}
        self._whole = 0
        self._images = _reopened(folder / "images.npy")
        self._journal = _reopened(folder / "journal.jsonl")
        self._write_header()
        self._replay()

    def add(self, answer: np.ndarray | Decoded | UserError) -> None:
        """The next row: a picture, or the reason why there is none."""
        if isinstance(answer, UserError):
            self.refused[self.done] = answer.message
        else:
            if isinstance(answer, Decoded):
                self.sides.append((answer.width, answer.height))
                answer = answer.pixels
            raw = np.ascontiguousarray(answer).tobytes()
            self._images.write(raw)
            self.digests += _digest(raw)
            self.kept.append(self.done)
        self.done += 1
        if self.done - self._whole == BLOCK:
            self._close_block()

    def finish(self) -> np.ndarray:
        """Write what is left and the final header; returns the digests (n, 16) uint8."""
        self._close_block()
        self._write_header()
        self._images.flush()
        os.fsync(self._images.fileno())
        return np.frombuffer(bytes(self.digests), np.uint8).reshape(-1, 16)

    def close(self) -> None:
        """Let go of the files; what is not in a whole block will be decoded again."""
        self._images.close()
        self._journal.close()

    def _write_header(self) -> None:
        """NumPy pads its header so that the number of pictures can be filled in when it is known."""
        self._images.seek(0)
        header = {"descr": "|u1", "fortran_order": False, "shape": (len(self.kept), *self.shape)}
        np.lib.format.write_array_header_1_0(self._images, header)
        self._start = self._images.tell()

    def _close_block(self) -> None:
        if self.done == self._whole:
            return
        # The pixels leave first: a journal line always speaks of what is already there.
        self._images.flush()
        first = int(np.searchsorted(self.kept, self._whole))
        block = {
            "until": self.done,
            "digests": self.digests[16 * first :].hex(),
            "sides": self.sides[first:],
            "refused": {row: reason for row, reason in self.refused.items() if row >= self._whole},
        }
        self._journal.write(json.dumps(block).encode() + b"\n")
        self._journal.flush()
        self._whole = self.done

    def _replay(self) -> None:
        """Take over every whole block of an earlier attempt, and cut off what follows."""
        trusted = 0
        for line in self._journal.read().splitlines(keepends=True):
            try:
                block = json.loads(line)
            except ValueError:
                break
            if not line.endswith(b"\n") or not self._take_over(block):
                break
            trusted += len(line)
        self._journal.seek(trusted)
        self._journal.truncate()
        self._images.seek(self._start + len(self.kept) * int(np.prod(self.shape)))
        self._images.truncate()

    def _take_over(self, block: dict[str, Any]) -> bool:
        digests = bytes.fromhex(block["digests"])
        for start in range(0, len(digests), 16):
            if _digest(self._images.read(int(np.prod(self.shape)))) != digests[start : start + 16]:
                return False
        refused = {int(row): reason for row, reason in block["refused"].items()}
        self.kept += [row for row in range(self.done, block["until"]) if row not in refused]
        self.digests += digests
        self.sides += [(width, height) for width, height in block["sides"]]
        self.refused |= refused
        self.done = self._whole = block["until"]
        return True


def _digest(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=16).digest()


def _reopened(path: Path) -> BinaryIO:
    """A file to read and write, made if it is not there."""
    path.touch()
    return open(path, "r+b")
