"""A recipe as a stack of cards, one an operation, in the order in which they are applied."""

from dataclasses import MISSING, dataclass, field, fields
from typing import Any

import streamlit as st

MINE = "my own"
CARDS, SOURCE, NEXT = "views-cards", "views-source", "views-next-card"


@dataclass
class Card:
    """One operation of the stack; `number` names its widgets, so that they travel with it when it moves."""

    number: int
    op: str
    on: bool = True
    knobs: dict[str, Any] = field(default_factory=dict)

    def entry(self) -> dict[str, Any]:
        """The operation for a config: its name, and the knobs that are not as declared."""
        declared = {name: default for name, default, _ in knobs_of(self.op)}
        turned = {name: value for name, value in self.knobs.items() if value != declared[name]}
        return {"op": self.op, **{k: list(v) if isinstance(v, tuple) else v for k, v in turned.items()}}


def knobs_of(op: str) -> list[tuple[str, Any, dict[str, Any]]]:
    """Name, default and bounds of each knob of an operation that has a meaning for users."""
    from contrastive.augment import OPS

    return [
        (knob.name, knob.default, dict(knob.metadata))
        for knob in fields(OPS[op])
        if knob.metadata and knob.default is not MISSING
    ]


def pick(first: str) -> str:
    """The recipe picker; another choice lays out another stack. `first`: what a new visitor sees."""
    from contrastive.augment import RECIPES

    options = [*RECIPES, MINE]
    picked = st.selectbox(
        "Recipe",
        options,
        options.index(st.session_state.get(SOURCE, first)),
        key="recipe",
        bind="query-params",
        help="An ordered list of operations. Change a card below and it becomes your own.",
    )
    if CARDS not in st.session_state or picked not in (MINE, st.session_state[SOURCE]):
        _lay_out(picked if picked in RECIPES else first)
    st.session_state[SOURCE] = picked
    return picked


def draw() -> list[dict[str, Any]]:
    """The cards; returns the operations that are switched on, as `contrastive.augment.recipe` reads them."""
    from contrastive.augment import OPS

    stack: list[Card] = st.session_state[CARDS]
    with st.grid(min_column_width=210, gap="small"):
        for place, card in enumerate(stack):
            with st.container(border=True, height="stretch", key=f"card-{card.number}"):
                _card(place, card, len(stack))
        with st.container(height="stretch", vertical_alignment="center"):
            st.selectbox(
                "Add an operation",
                list(OPS),
                None,
                key="views-add",
                format_func=_title,
                on_change=_add,
                placeholder="Choose one",
            )
    return [card.entry() for card in stack if card.on]


def _card(place: int, card: Card, count: int) -> None:
    from contrastive.augment import OPS

    title = _title(card.op)
    first_line = (OPS[card.op].__doc__ or "").strip().splitlines()[0]
    card.on = st.toggle(
        f"{place + 1} · {title}", card.on, key=f"card-on-{card.number}", help=first_line, on_change=_becomes_mine
    )
    summary = st.empty()
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        with st.popover("Adjust", icon=":material/tune:", type="tertiary", disabled=not card.on):
            st.caption(first_line)
            for name, default, bounds in knobs_of(card.op):
                card.knobs[name] = _knob(card, name, card.knobs.get(name, default), bounds)
            st.button(
                "Remove",
                key=f"card-remove-{card.number}",
                icon=":material/delete:",
                type="tertiary",
                on_click=_remove,
                args=(card.number,),
            )
        for label, step, word in (("←", -1, "earlier"), ("→", 1, "later")):
            st.button(
                label,
                key=f"card-{word}-{card.number}",
                help=f"Apply {title.lower()} {word}",
                type="tertiary",
                disabled=not 0 <= place + step < count,
                on_click=_move,
                args=(card.number, step),
            )
    with summary:
        st.caption(_summary(card) if card.on else "Switched off.")


def _knob(card: Card, name: str, value: Any, bounds: dict[str, Any]) -> Any:
    label, key, text = name.replace("_", " ").capitalize(), f"card-{card.number}-{name}", bounds["meaning"]
    if isinstance(value, bool):
        return st.toggle(label, value, key=key, help=text, on_change=_becomes_mine)
    whole = isinstance(value, int) or (isinstance(value, tuple) and isinstance(value[0], int))
    low, high = (bounds["low"], bounds["high"]) if whole else (float(bounds["low"]), float(bounds["high"]))
    step = 1 if whole else 1.0 if high > 10 else 0.01
    return st.slider(label, low, high, value, step, key=key, help=text, on_change=_becomes_mine)


def _summary(card: Card) -> str:
    """What the knobs say, in one line."""
    words = []
    for name, default, _ in knobs_of(card.op):
        value = card.knobs.get(name, default)
        if isinstance(value, bool):
            words += [name.replace("_", " ")] if value else []
        elif isinstance(value, tuple):
            words.append(f"{name} {value[0]:.2g} to {value[1]:.2g}")
        elif name == "probability":
            words.append("always" if value == 1 else f"{value:.0%} of views")
        else:
            words.append(f"{name} {value:.2g}")
    return ", ".join([*words[1:], words[0]])


def _title(op: str) -> str:
    return op.replace("_", ", ").capitalize()


def _lay_out(name: str) -> None:
    from contrastive.augment import RECIPES

    st.session_state[CARDS] = [_new(dict(entry)) for entry in RECIPES[name][1]]


def _new(entry: dict[str, Any]) -> Card:
    number = st.session_state[NEXT] = st.session_state.get(NEXT, 0) + 1
    return Card(number, entry.pop("op"), knobs=entry)


def _becomes_mine() -> None:
    st.session_state["recipe"] = st.session_state[SOURCE] = MINE


def _move(number: int, step: int) -> None:
    stack: list[Card] = st.session_state[CARDS]
    place = next(i for i, card in enumerate(stack) if card.number == number)
    stack.insert(place + step, stack.pop(place))
    _becomes_mine()


def _remove(number: int) -> None:
    st.session_state[CARDS] = [card for card in st.session_state[CARDS] if card.number != number]
    _becomes_mine()


def _add() -> None:
    if op := st.session_state["views-add"]:
        st.session_state[CARDS].append(_new({"op": op}))
        st.session_state["views-add"] = None
        _becomes_mine()
