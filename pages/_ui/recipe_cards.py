"""A recipe as a stack of cards, one an operation, in the order in which they are applied."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from _ui import recipe_address, sidebar
from _ui.errors import shown
from _ui.recipe_address import knobs_of
from contrastive import style

MINE = "my own"
CARDS, SOURCE, NEXT, SAID = "views-cards", "views-source", "views-next-card", "views-said"
ADDRESS = "recipe"
REMEMBERED = 50
# The name of an arrow button is for screen readers; beside the arrow there is no room for it.
QUIET = """<style>
[class*="st-key-card-up-"] p, [class*="st-key-card-down-"] p {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
</style>"""


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


def title(op: str) -> str:
    """An operation's name as people read it."""
    return op.replace("_", ", ").capitalize()


def pick() -> str:
    """The recipe picker; another choice lays out another stack."""
    from contrastive.augment import RECIPES

    picked = st.selectbox(
        "Recipe",
        [*RECIPES, MINE],
        key="recipe",
        help="An ordered list of operations. Change a card below and it becomes your own.",
    )
    if picked not in (MINE, st.session_state[SOURCE]):
        _lay_out([dict(entry) for entry in RECIPES[picked][1]])
    st.session_state[SOURCE] = picked
    return picked


def follow_address(first: str) -> None:
    """Lay out what the address asks for, unless this page wrote it there itself; at first, something in any case.

    `first`: what a new visitor sees. Before the picker; what is wrong with the address is said where this is called.
    """
    from contrastive.augment import RECIPES

    asked = st.query_params.get(ADDRESS)
    entered = "recipe" not in st.session_state
    # While one is on the page, the browser may still send an address that was replaced a moment ago.
    if asked and (entered or asked not in st.session_state.get(SAID, [])):
        with shown():
            name = asked if asked in RECIPES else MINE
            _lay_out(recipe_address.read(asked) if name == MINE else [dict(entry) for entry in RECIPES[name][1]])
            st.session_state["recipe"] = st.session_state[SOURCE] = name
    if CARDS not in st.session_state:
        _lay_out([dict(entry) for entry in RECIPES[first][1]])
        st.session_state[SOURCE] = first
    # A picker is forgotten when its page is left; the cards are not.
    st.session_state.setdefault("recipe", st.session_state[SOURCE])


def _say_address(picked: str) -> None:
    """Put the recipe into the address, cards that are switched off included."""
    stack: list[Card] = st.session_state[CARDS]
    said = picked
    if picked == MINE:
        said = recipe_address.written([card.entry() | ({} if card.on else {"off": True}) for card in stack])
    st.session_state[SAID] = [*(old for old in st.session_state.get(SAID, []) if old != said), said][-REMEMBERED:]
    if st.query_params.get(ADDRESS) != said:
        st.query_params[ADDRESS] = said


def draw() -> list[dict[str, Any]]:
    """The cards; returns the operations that are switched on, as `contrastive.augment.recipe` reads them."""
    from contrastive.augment import OPS

    stack: list[Card] = st.session_state[CARDS]
    st.html(QUIET)
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
                format_func=title,
                on_change=_add,
                placeholder="Choose one",
            )
    _say_address(st.session_state[SOURCE])
    return [card.entry() for card in stack if card.on]


def _card(place: int, card: Card, count: int) -> None:
    from contrastive.augment import OPS

    name = title(card.op)
    first_line = (OPS[card.op].__doc__ or "").strip().splitlines()[0]
    card.on = st.toggle(
        f"{place + 1} · {name}", card.on, key=f"card-on-{card.number}", help=first_line, on_change=_becomes_mine
    )
    summary = st.empty()
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        with st.popover("Adjust", icon=":material/tune:", type="tertiary", disabled=not card.on):
            st.caption(first_line)
            for knob, default, bounds in knobs_of(card.op):
                card.knobs[knob] = _knob(card, knob, card.knobs.get(knob, default), bounds)
            st.button(
                "Remove",
                key=f"card-remove-{card.number}",
                icon=":material/delete:",
                type="tertiary",
                on_click=_remove,
                args=(card.number,),
            )
        for word, step in (("up", -1), ("down", 1)):
            st.button(
                f"Move {name.lower()} {word}",
                key=f"card-{word}-{card.number}",
                icon=f":material/arrow_{word}ward:",
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
    if isinstance(value, str):
        names = list(dict.fromkeys([*choices(name), value]))
        return st.selectbox(
            label,
            names,
            names.index(value),
            key=key,
            help=text,
            format_func=lambda choice: choice or "this data set",
            on_change=_becomes_mine,
        )
    whole = isinstance(value, int) or (isinstance(value, tuple) and isinstance(value[0], int))
    low, high = (bounds["low"], bounds["high"]) if whole else (float(bounds["low"]), float(bounds["high"]))
    step = (64 if high > 1000 else 1) if whole else 1.0 if high > 10 else 0.01
    return st.slider(label, low, high, value, step, key=key, help=text, on_change=_becomes_mine)


def choices(knob: str) -> list[str]:
    """What a knob of words can say: a network that paints, or a data set to take styles from."""
    return style.names() if knob == "network" else ["", *sidebar.data_names()]


def _summary(card: Card) -> str:
    """What the knobs say, in one line."""
    words = []
    for name, default, _ in knobs_of(card.op):
        value = card.knobs.get(name, default)
        if isinstance(value, bool):
            words += [name.replace("_", " ")] if value else []
        elif isinstance(value, str):
            words += [f"{name} {value}"] if value else []
        elif isinstance(value, tuple):
            words.append(f"{name} {value[0]:.2g} to {value[1]:.2g}")
        elif name == "probability":
            words.append("always" if value == 1 else f"{value:.0%} of views")
        else:
            words.append(f"{name} {value if isinstance(value, int) else format(value, '.2g')}")
    return ", ".join([*words[1:], words[0]])


def _lay_out(entries: list[dict[str, Any]]) -> None:
    st.session_state[CARDS] = [_new(entry) for entry in entries]


def _new(entry: dict[str, Any]) -> Card:
    number = st.session_state[NEXT] = st.session_state.get(NEXT, 0) + 1
    return Card(number, entry.pop("op"), not entry.pop("off", False), entry)


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
