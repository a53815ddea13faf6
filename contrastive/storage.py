"""Where things lie on disk, and how they are written so that a crash never leaves half a file.

Environment variables move the two writable places, so tests and shared machines keep theirs apart:
CONTRASTIVE_DATA (default `data/`) and CONTRASTIVE_RUNS (default `models/runs/`).
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from contrastive.errors import UserError

ROOT = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Where datasets are downloaded, decoded and cached."""
    return Path(os.environ.get("CONTRASTIVE_DATA", ROOT / "data"))


def runs_dir() -> Path:
    """Where every training run has its directory."""
    return Path(os.environ.get("CONTRASTIVE_RUNS", ROOT / "models" / "runs"))


def pretrained_dir() -> Path:
    """Where the encoders that ship with the program lie, each with its card."""
    return ROOT / "models" / "pretrained"


def safe_name(text: str, *, what: str) -> str:
    """`text` if it can name a folder of ours and cannot leave it; otherwise a UserError."""
    if re.fullmatch(r"[\w][\w.\- ]{0,79}", text) and ".." not in text and not text.endswith((".", " ")):
        return text
    raise UserError(
        f"{text[:80]!r} cannot be the name of a {what}.",
        "Use up to 80 letters, digits, spaces, dots, dashes or underscores, starting with a letter or digit.",
    )


def write_bytes(path: Path, content: bytes, *, make_folder: bool = True) -> None:
    """Put `content` at `path` in one step: temporary file, fsync, rename."""
    if make_folder:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Temporary files are private; what is kept has the permissions of any other new file.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, content: Any, *, make_folder: bool = True) -> None:
    """Write `content` as indented JSON, atomically."""
    write_bytes(path, (json.dumps(content, indent=2) + "\n").encode(), make_folder=make_folder)


def read_json(path: Path) -> Any:
    """The JSON document at `path`."""
    return json.loads(path.read_text(encoding="utf-8"))


def remove_folder(folder: Path) -> None:
    """Delete a folder into which somebody may be writing his last word."""
    for patience in range(5):
        try:
            shutil.rmtree(folder)
            return
        except OSError:
            if patience == 4 or not folder.exists():
                raise
            time.sleep(0.05)


def append(path: Path, lines: list[str]) -> None:
    """Add whole lines in one write, safe on disk on return."""
    if not lines:
        return
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        before = os.fstat(handle).st_size
        left = memoryview("".join(line + "\n" for line in lines).encode())
        try:
            # A disk that fills up takes a part of it, and says so only when asked to take the rest.
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, before)
            raise
    finally:
        os.close(handle)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The documents of a .jsonl file; a last line that is still being written is left out."""
    if not path.is_file():
        return []
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    return [json.loads(line) for line in whole.splitlines() if line]


def digest(*parts: str | bytes) -> str:
    """A short stable hash (32 hex digits) of the parts in order, each set apart by its length."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        state.update(len(raw).to_bytes(8, "little"))
        state.update(raw)
    return state.hexdigest()
