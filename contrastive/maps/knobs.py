"""Knobs: what can be turned on a map method, with its bounds and its explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

from contrastive.errors import UserError


@dataclass(frozen=True)
class Knob:
    """One number a person may choose; whole if its default is whole. A slider and a flag are made from it."""

    default: float
    low: float
    high: float
    step: float
    help: str


def settle(method: str, offered: Mapping[str, Knob], chosen: Mapping[str, float]) -> dict[str, float]:
    """Every knob's value: as chosen, else its default. Errors: UserError for an unknown or bad choice."""
    for name in chosen:
        if name not in offered:
            listed = ", ".join(offered) or "none"
            raise UserError(f"A {method} map has no knob called '{name}'.", f"It has: {listed}.")
    return {name: _checked(name, knob, chosen.get(name, knob.default)) for name, knob in offered.items()}


def _checked(name: str, knob: Knob, value: float) -> float:
    whole = isinstance(knob.default, int)
    # A bool is a number to Python, yet nobody means 1 by True here; NaN fails every comparison.
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not knob.low <= value <= knob.high or (whole and value != int(value)):
        kind = "a whole number" if whole else "a number"
        raise UserError(f"{name} cannot be {value!r}.", f"Choose {kind} from {knob.low} to {knob.high}.")
    return int(value) if whole else float(value)
