"""What a study showed here: the sections of docs/results.md that hold its command."""

import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from contrastive.storage import ROOT

RESULTS = ROOT / "docs" / "results.md"
PICTURE = re.compile(r"^!\[(?P<words>[^\]]*)\]\((?P<file>[^)]+)\)$")


@dataclass(frozen=True)
class Picture:
    """One picture of a section."""

    file: Path
    words: str


@dataclass(frozen=True)
class Section:
    """One section of docs/results.md, up to the next heading."""

    title: str
    parts: list[str | Picture]
    """Markdown and pictures, in order."""


def showed(study: str) -> list[Section]:
    """The sections that give a command of the study; none where nobody has written one."""
    if not RESULTS.is_file():
        return []
    command = re.compile(rf"contrastive study {re.escape(study)}(?![\w-])")
    found = _sections(RESULTS.read_text(encoding="utf-8"))
    return [Section(title, _parts(lines)) for title, lines in found if command.search("\n".join(lines))]


def _sections(text: str) -> list[tuple[str, list[str]]]:
    """(title, lines) of each heading; a # within a block of code is none."""
    found: list[tuple[str, list[str]]] = []
    code = False
    for line in text.splitlines():
        code ^= line.startswith("```")
        if not code and line.startswith("#"):
            found.append((line.lstrip("# "), []))
        elif found:
            found[-1][1].append(line)
    return found


def _parts(lines: list[str]) -> list[str | Picture]:
    parts: list[str | Picture] = []
    for is_picture, run in groupby(lines, key=lambda line: bool(PICTURE.match(line))):
        if is_picture:
            found = (PICTURE.match(line) for line in run)
            parts += [Picture(RESULTS.parent / match["file"], match["words"]) for match in found if match]
        elif said := "\n".join(run).strip():
            parts.append(said)
    return parts
