"""What follows the colon in NAME:REST (a path, several paths, or options), and other names for label columns."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

from contrastive.datasets.prepare import Progress, Scan
from contrastive.errors import UserError
from contrastive.storage import digest

TAKEN = {"", "id", "split", "title", "width", "height"}
YES, NO = {"yes", "true", "on"}, {"no", "false", "off"}


def options_of(scan: Callable[..., Scan]) -> dict[str, Parameter]:
    """The options of a source: the keyword-only parameters of its `scan` that a person may choose."""
    found = signature(scan).parameters.items()
    return {name: p for name, p in found if p.kind is Parameter.KEYWORD_ONLY and name != "progress"}


def read_rest(scan: Callable[..., Scan], rest: str) -> tuple[list[Path], dict[str, Any]]:
    """REST of NAME:REST -> the places it names, or the options it gives; a path that exists is a path.

    `images=4000,seed=1`: a value may hold spaces and commas, a whole number becomes one where the option wants it.
    """
    if not rest:
        return [], {}
    known = options_of(scan)
    if not known or Path(rest).expanduser().exists() or not re.match(r"\s*\w+\s*=", rest):
        return places(rest), {}
    given: dict[str, Any] = {}
    # A comma parts two options only where another `key=` follows.
    for part in re.split(r",(?=\s*\w+\s*=)", rest):
        key, _, value = part.partition("=")
        given[key.strip()] = _value(value.strip(), known.get(key.strip()))
    return [], given


def places(text: str) -> list[Path]:
    """`A+B+C` -> [A, B, C]; a + that belongs to the name of something that exists stays there."""
    pieces = text.split("+")
    found: list[Path] = []
    while pieces:
        longest = (n for n in range(len(pieces), 0, -1) if Path("+".join(pieces[:n]).strip()).expanduser().exists())
        taken = next(longest, 0)
        if not taken:
            # What is missing is said of the whole when nothing of it is there.
            return [*found, Path("+".join(pieces).strip() if not found else pieces[0].strip()).expanduser()]
        found.append(Path("+".join(pieces[:taken]).strip()).expanduser())
        pieces = pieces[taken:]
    return found


def call(
    name: str,
    scan: Callable[..., Scan],
    roots: Sequence[Path],
    size: int | None,
    options: dict[str, Any],
    progress: Progress | None = None,
) -> Scan:
    """What a source finds; one that has to fetch it first reports `progress`.

    Raises UserError for a size, place or option that it cannot work with.
    """
    known = options_of(scan)
    if unknown := sorted(set(options) - set(known) - {"size"}):
        hint = f"Its options: {', '.join(known)}." if known else "It has no options."
        raise UserError(f"{name} has no option {unknown[0]!r}.", hint)
    size = size if size is not None else options.get("size")
    if size is not None and not (isinstance(size, int) and 8 <= size <= 512):
        raise UserError(f"A size of {size} pixels is out of range.", "Choose 8 to 512.")
    for place in roots:
        if not place.exists():
            hint = f", or give options: {', '.join(f'{key}=' for key in known)}" if known else ""
            raise UserError(f"{place} does not exist.", f"Check the path; it must be on this machine{hint}.")
    chosen = {key: value for key, value in options.items() if key != "size"}
    if "progress" in signature(scan).parameters:
        chosen["progress"] = progress
    return scan(None if not roots else roots[0] if len(roots) == 1 else roots, size, **chosen)


def renamed(scan: Scan, columns: dict[str, str]) -> Scan:
    """The scan with other names for label columns: {old: new}."""
    for old, new in columns.items():
        if old not in scan.label_columns:
            known = ", ".join(scan.label_columns) or "none: it is unlabelled"
            raise UserError(f"{scan.name} has no label column {old!r}.", f"Its label columns: {known}.")
        others = [columns.get(c, c) for c in scan.table.columns if c != old]
        if new.strip() in TAKEN or new in others:
            raise UserError(f"The column {old!r} cannot be called {new!r}.", "Choose a name that is not used yet.")
    return replace(
        scan,
        key=digest(scan.key, *(f"{old}={new}" for old, new in sorted(columns.items()))),
        table=scan.table.rename(columns=columns),
        label_columns=[columns.get(c, c) for c in scan.label_columns],
        classes_of={columns.get(c, c): names for c, names in scan.classes_of.items()},
        target=columns.get(scan.target, scan.target),
    )


def _value(text: str, option: Parameter | None) -> Any:
    """The text as what the option is declared to be, where it can be read so."""
    wanted = str(option.annotation) if option else "int"
    if "int" in wanted and re.fullmatch(r"-?\d+", text):
        return int(text)
    if "float" in wanted and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if "bool" in wanted and text.lower() in YES | NO:
        return text.lower() in YES
    return text
