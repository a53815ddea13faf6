"""A recipe in the page's address: its name, or its operations as compact JSON."""

import json
from dataclasses import MISSING, fields
from typing import Any

from contrastive import datasets, style
from contrastive.errors import UserError

MOST = 24
LENGTH = 4000
EXAMPLE = 'A recipe of your own looks like ["crop",{"op":"blur","share":0.2}]; or give the name of one.'


def knobs_of(op: str) -> list[tuple[str, Any, dict[str, Any]]]:
    """Name, default and bounds of each knob of an operation that has a meaning for users."""
    from contrastive.augment import OPS

    return [
        (knob.name, knob.default, dict(knob.metadata))
        for knob in fields(OPS[op])
        if knob.metadata and knob.default is not MISSING
    ]


def written(entries: list[dict[str, Any]]) -> str:
    """Operations as JSON without spaces; one without turned knobs is its name alone. "off": switched off."""
    short = [entry if len(entry) > 1 else entry["op"] for entry in entries]
    return json.dumps(short, separators=(",", ":"))


def read(text: str) -> list[dict[str, Any]]:
    """What `written` wrote, ranges as tuples. Raises UserError for anything that is no stack of cards."""
    try:
        content = json.loads(text) if len(text) <= LENGTH else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, list):
        raise UserError("The recipe in this address cannot be read.", EXAMPLE)
    if len(content) > MOST:
        raise UserError(f"The recipe in this address has {len(content)} operations.", f"Use at most {MOST}.")
    return [_entry({"op": item} if isinstance(item, str) else item) for item in content]


def _entry(item: Any) -> dict[str, Any]:
    from contrastive.augment import OPS

    op = item.get("op") if isinstance(item, dict) else None
    if not isinstance(op, str) or op not in OPS:
        raise UserError(
            "The recipe in this address names an operation that there is not.", f"Known: {', '.join(OPS)}."
        )
    known = {name: (default, bounds) for name, default, bounds in knobs_of(op)}
    entry: dict[str, Any] = {"op": op}
    for name, value in item.items():
        if name == "off":
            entry |= {"off": True} if value else {}
        elif name in known:
            entry[name] = _value(op, name, value, *known[name])
        elif name != "op":
            raise UserError(f"{op} has no knob {name[:40]!r}.", f"Its knobs: {', '.join(known)}.")
    return entry


def _value(op: str, name: str, value: Any, default: Any, bounds: dict[str, Any]) -> Any:
    """`value` as the kind of its default, within the bounds of its slider."""
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        raise UserError(f"{op}: {name} is on or off.", "Write true or false.")
    if isinstance(default, str):
        known = style.names() if name == "network" else ["", *datasets.names()]
        if isinstance(value, str) and (value in known or (name == "styles" and value.partition(":")[0] in known)):
            return value
        raise UserError(f"{op}: {name} cannot be {str(value)[:40]!r}.", f"Known: {', '.join(filter(None, known))}.")
    if isinstance(default, tuple):
        if isinstance(value, list) and len(value) == 2:
            low, high = (_value(op, name, each, default[0], bounds) for each in value)
            if low <= high:
                return low, high
        raise UserError(f"{op}: {name} is a range.", f"Write two numbers, such as {list(default)}.")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # Said this way round, a value that is not a number is out of bounds, too.
    if not number or not bounds["low"] <= value <= bounds["high"]:
        raise UserError(
            f"{op}: {name} cannot be {str(value)[:40]}.", f"It goes from {bounds['low']:g} to {bounds['high']:g}."
        )
    return type(default)(value)
