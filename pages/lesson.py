"""Lessons: one guided lesson with its live figure, questions and words; all of them as cards where none is named."""

import streamlit as st
from _ui import lessons, loading, looking, sidebar
from _ui.errors import show
from _ui.lessons.figures import figure
from _ui.lessons.lesson import Lesson
from _ui.lessons.opening import button, find, settled
from _ui.lessons.paper import sheet, words_of
from _ui.lessons.pictures import picture
from _ui.lessons.words import GLOSSARY, marked

from contrastive import catalogue
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError

FEWEST = 24


def all_of_them() -> None:
    """The page where no lesson is named."""
    st.title("Lessons")
    st.markdown("Short walks through what contrastive learning does, each with something to turn and to look for.")
    lessons.cards(sidebar.images())


def suits(lesson: Lesson, images: ImageDataset) -> str:
    """Why a data set cannot carry a lesson; empty if it can."""
    if len(images) < FEWEST:
        return f"has fewer than {FEWEST} pictures"
    if lesson.needs == "labels" and len(images.classes) < 2:
        return "has no two classes"
    if lesson.needs == "two labels" and len(images.label_columns) < 2:
        return "has no second kind of label"
    return ""


def shown_with(lesson: Lesson) -> tuple[str, ImageDataset, Known]:
    """Name of the data set, the set and the encoder: those of the sidebar, or the atelier's where they cannot do."""
    data, images, known = st.session_state["data"], sidebar.images(), sidebar.known()
    if why := suits(lesson, images):
        st.caption(f":material/info: Shown with the paintings of the atelier, because {data} {why}.")
        data, images = "atelier", loading.dataset("atelier")
        known = catalogue.find(catalogue.default_for(data))
    elif known.kind == "vectors":
        known = catalogue.find(catalogue.default_for(data))
        st.caption(f":material/info: Shown through {known.name}: a table of vectors cannot look at new views.")
    return data, images, known


def again(name: str) -> None:
    """Every control of the figure back to where it began."""
    st.session_state[f"round-{name}"] = st.session_state.get(f"round-{name}", 0) + 1


def one(lesson: Lesson) -> None:
    """Title, text, figure, questions, words."""
    st.title(lesson.title)
    st.markdown(lesson.promise)
    data, images, known = shown_with(lesson)
    st.markdown(marked(lesson.text), unsafe_allow_html=True, width=760)
    turned = f"lesson-{lesson.name}-{st.session_state.get(f'round-{lesson.name}', 0)}"
    facts = figure(lesson.module)(images, known, turned)

    st.subheader("Questions")
    for number, question in enumerate(lesson.questions, 1):
        with st.container(border=True, key=f"question-{number}"):
            st.markdown(f"**{number}. {marked(question.ask)}**", unsafe_allow_html=True)
            st.markdown(f"*What to look for:* {marked(question.look)}", unsafe_allow_html=True)
            with st.container(horizontal=True):
                for place, opening in enumerate(question.open):
                    key = f"open-{lesson.name}-{number}-{place}"
                    button(lesson, number, opening, data, known.name, key=key, first=number == 1 and place == 0)
            with st.expander("What you should have seen", icon=":material/visibility:"):
                st.markdown(marked(question.seen.format_map(facts)), unsafe_allow_html=True)
    words(lesson)
    take_along(lesson, facts, data, images, known)


def words(lesson: Lesson) -> None:
    """The terms of the lesson, each in a sentence."""
    st.subheader("Words")
    st.markdown("\n".join(f"- **{term}**: {GLOSSARY[term]}" for term in words_of(lesson)))


def take_along(lesson: Lesson, facts: dict[str, str], data: str, images: ImageDataset, known: Known) -> None:
    """Print, share, begin again, go on."""
    home = (st.context.url or "").partition("?")[0].removesuffix("/lesson").rstrip("/")
    address = f"{home}/lesson?lesson={lesson.name}"
    names = list(lessons.LESSONS)
    after = names[(names.index(lesson.name) + 1) % len(names)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Print",
            lambda: sheet(
                lesson,
                facts,
                picture(lesson.name, images),
                shown_with=f"Computed on {data}, through {known.name}.",
                address=address,
            ),
            f"{lesson.name}.html",
            "text/html",
            icon=":material/print:",
            on_click="ignore",
            help="A sheet with the questions and room for answers. Open the file, and it asks for a printer.",
        )
        with st.popover("Share", icon=":material/link:"):
            st.caption("This lesson:")
            st.code(f"{address}&data={data}&encoder={known.name}", language=None, wrap_lines=True)
            st.caption("The pages it opens, as prepared:")
            for number, question in enumerate(lesson.questions, 1):
                for opening in question.open:
                    fit = settled(opening, data)
                    other = str(fit.state.get("data", data))
                    encoder = known.name if other == data else catalogue.default_for(other)
                    st.code(
                        f"{home}/{fit.address(lesson.name, number, other, encoder)}", language=None, wrap_lines=True
                    )
        st.button(
            "Start again", icon=":material/restart_alt:", key="lesson-restart", on_click=again, args=(lesson.name,)
        )
        st.page_link(
            "lesson.py",
            label=f"Next: {lessons.LESSONS[after].title}",
            icon=":material/arrow_forward:",
            query_params=sidebar.address(lesson=after),
        )
        st.page_link("lesson.py", label="All lessons", icon=":material/apps:", query_params=sidebar.address(all="1"))


asked = st.query_params.get("lesson")
try:
    lesson = find(asked) if asked else None
except UserError as error:
    show(error)
    lesson = None
if lesson is None:
    all_of_them()
else:
    one(lesson)
looking.at("lesson")
