"""Opening a page as a lesson wants it, and the banner that leads back."""

from typing import Any

import streamlit as st

from _ui import emphasis, sidebar
from _ui.errors import show
from contrastive.errors import UserError

from .lesson import LESSONS, Lesson, Opening, Question
from .words import plain

WRITING = ("digits", "mnist")
PICKERS = ("data", "encoder")
# What a page reads from its address on arrival, because no single widget holds it.
ADDRESSED = {"augmentations.py": ("recipe",)}


def find(name: str) -> Lesson:
    """The lesson of a name; UserError if there is none."""
    if name not in LESSONS:
        raise UserError(f"There is no lesson called {name[:60]!r}.", "Choose one of these.")
    return LESSONS[name]


def settled(opening: Opening, data: str) -> Opening:
    """The opening as it suits a data set: digits are never mirrored."""
    state: dict[str, Any] = dict(opening.state)
    if state.get("data", data) in WRITING and state.get("recipe") == "simclr":
        state["recipe"] = "simclr-no-flip"
    return Opening(opening.page, opening.label, state)


def prepare(opening: Opening, data: str, encoder: str) -> None:
    """Turn the widgets of a page, and the pickers; a callback, because that must happen before they are drawn."""
    opening = settled(opening, data)
    other = opening.state.get("data")
    sidebar.look_at(other or data, opening.state.get("encoder", None if other else encoder))
    # What other lessons turn on that page goes back to what the page begins with.
    turned = {
        key for lesson in LESSONS.values() for o in _openings(lesson) if o.page == opening.page for key in o.state
    }
    addressed = ADDRESSED.get(opening.page, ())
    for key in (turned | set(opening.state)) - set(PICKERS):
        if key in opening.state and key not in addressed:
            st.session_state[key] = opening.state[key]
        else:
            st.session_state.pop(key, None)


def button(lesson: Lesson, number: int, opening: Opening, data: str, encoder: str, *, key: str, first: bool) -> None:
    """A button that opens the page of a question."""
    pressed = st.button(
        opening.label,
        key=key,
        icon=":material/arrow_forward:",
        type=emphasis.main() if first else "secondary",
        on_click=prepare,
        args=(opening, data, encoder),
    )
    if pressed:
        # What the page has not drawn yet must be put into its address.
        state = {key: said for key, said in settled(opening, data).written().items() if key not in PICKERS}
        sidebar.go(opening.page, **state, lesson=lesson.name, question=str(number))


def banner(page: str) -> None:
    """One line above a page that a lesson opened, with the way back; `page` is the file of the page."""
    name = st.query_params.get("lesson")
    if not name or page in ("lesson.py", "home.py"):
        return
    try:
        lesson = find(name)
    except UserError as error:
        show(UserError(error.message, "The lessons are on the page Lessons."))
        return
    number, question = _question(lesson)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="lesson-banner"):
        st.caption(f":material/school: **{lesson.title}**, question {number}: {plain(question.ask)}", width="content")
        if opening := next((o for o in question.open if o.page == page), None):
            st.button(
                "Set it up again",
                icon=":material/restart_alt:",
                type="tertiary",
                key="lesson-again",
                help="Turns every control back to where the lesson wants it.",
                on_click=_again,
                args=(opening, st.session_state["data"], st.session_state["encoder"]),
            )
        if st.button("Back to the lesson", icon=":material/arrow_back:", type="tertiary", key="lesson-back"):
            sidebar.go("lesson.py", lesson=lesson.name)


def _again(opening: Opening, data: str, encoder: str) -> None:
    prepare(opening, data, encoder)
    for key, value in _addressed(settled(opening, data)).items():
        st.query_params[key] = value


def _addressed(opening: Opening) -> dict[str, str]:
    return {key: str(opening.state[key]) for key in ADDRESSED.get(opening.page, ()) if key in opening.state}


def _question(lesson: Lesson) -> tuple[int, Question]:
    """The question the address names, the first where it names none there is."""
    said = st.query_params.get("question", "1")
    number = int(said) if said.isdecimal() and 1 <= int(said) <= len(lesson.questions) else 1
    return number, lesson.questions[number - 1]


def _openings(lesson: Lesson) -> list[Opening]:
    return [opening for question in lesson.questions for opening in question.open]
