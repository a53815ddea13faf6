"""What was dropped on a page: as one zip, or file by file against a clock."""

import io
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from _ui.errors import show
from contrastive.errors import UserError

MOST, MOST_BYTES = 5000, 500 * 2**20
"""Of one drop: pictures, and bytes of all files together; a zip has limits of its own."""
SECONDS = 30
"""So long the files of one drop are worked on before a page is drawn; what is left then is left out."""
KINDS = ["zip", "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]


def packed(files: list[Any]) -> bytes:
    """One zip as it is, or several pictures packed into one; their own names never become paths."""
    if len(files) == 1 and files[0].name.lower().endswith(".zip"):
        return files[0].getvalue()
    if any(file.name.lower().endswith(".zip") for file in files):
        raise UserError("A zip and other files were dropped together.", "Drop one zip, or several pictures.")
    if len(files) > MOST or sum(file.size for file in files) > MOST_BYTES:
        raise UserError(
            f"At most {MOST:,} files of {MOST_BYTES // 2**20} MB together are taken at once.",
            "Pack them into a zip, or name their folder.",
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number:04d}-{Path(file.name).name}", file.getvalue())
    return buffer.getvalue()


def within(files: Sequence[Any], seconds: float = SECONDS) -> Iterator[Any]:
    """The files one after another until the clock has run out, and then a sentence that says how many were left."""
    end = time.monotonic() + seconds
    for number, file in enumerate(files):
        if time.monotonic() > end:
            left = len(files) - number
            said = f"{left} of {len(files)} files were left out: reading the others took {seconds:g} seconds."
            show(UserError(said, "Drop fewer at a time, or add them as a data set of their own."))
            return
        yield file
