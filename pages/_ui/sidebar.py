"""The sidebar: which data set one looks at, through which encoder, and what is being trained right now."""

import streamlit as st

from _ui import loading, looking, reference
from _ui.errors import show, shown
from contrastive import catalogue, datasets
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.runs import ACTIVE, Run

FIRST = "atelier"


def draw() -> None:
    """Both pickers (kept in the URL as ?data= and ?encoder=) and the runs in progress."""
    with st.sidebar:
        names = data_names()
        asked = st.query_params.get("data")
        names += [name for name in _of_lessons() - set(names) if name in (asked, st.session_state.get("data"))]
        if asked and asked not in names:
            show(UserError(f"There is no data set called {asked[:60]!r}.", f"Showing {FIRST} instead."))
        st.selectbox(
            "Data set",
            names,
            key="data",
            bind="query-params",
            on_change=_suit_encoder,
            help="The pictures you look at. Add your own on the Data set page.",
        )
        with shown():
            _one_line_of_data()
        options = encoder_names(st.session_state["data"])
        st.selectbox(
            "Encoder",
            options,
            key="encoder",
            bind="query-params",
            help="The network that turns each picture into numbers; pictures with like numbers lie close together.",
        )
        with shown():
            st.caption(known().title)
        reference.offer(look_at)
        looking.words()
        _in_progress()


def data_names() -> list[str]:
    """What is at hand, the user's own, and whatever runs were trained on."""
    trained_on = {run.config.dataset for run in Run.all()}
    plain = datasets.at_hand()
    return [*plain, *sorted(trained_on - set(plain))]


def encoder_names(data: str) -> list[str]:
    """All encoders that can look at the data, the one that suits it first."""
    names = [known.name for known in catalogue.all_known() if known.kind != "vectors" or _serves(known, data)]
    first = catalogue.default_for(data)
    return [first, *(name for name in names if name != first)]


def images() -> ImageDataset:
    """The data set that is being looked at."""
    return loading.dataset(st.session_state.get("data", FIRST))


def known() -> Known:
    """The encoder one looks through."""
    name = st.session_state.get("encoder") or catalogue.default_for(st.session_state.get("data", FIRST))
    return catalogue.find(name)


def look_at(data: str | None = None, encoder: str | None = None) -> None:
    """Turn the pickers; for callbacks, which run before they are drawn."""
    if data:
        st.session_state["data"] = data
    if encoder or data:
        st.session_state["encoder"] = encoder or catalogue.default_for(data or FIRST)


def go(page: str) -> None:
    """Turn to another page; the pickers stay as they are."""
    # Without query_params Streamlit 1.67 refuses to switch while a picker is bound to the address.
    st.switch_page(page, query_params={})


def _of_lessons() -> set[str]:
    """Data sets that a lesson opens, and that may not be offered otherwise."""
    from _ui.lessons import LESSONS

    openings = [opening for lesson in LESSONS.values() for question in lesson.questions for opening in question.open]
    return {opening.state["data"] for opening in openings if "data" in opening.state}


def _serves(known: Known, data: str) -> bool:
    try:
        return known.serves(loading.dataset(data))
    except UserError:
        # The page itself says what is wrong with the data set.
        return False


def _suit_encoder() -> None:
    st.session_state["encoder"] = catalogue.default_for(st.session_state["data"])


def _one_line_of_data() -> None:
    shown_set = images()
    kinds = f", {len(shown_set.classes)} classes" if shown_set.classes else ", unlabelled"
    st.caption(f"{len(shown_set):,} pictures of {shown_set.size} px{kinds}")


@st.fragment(run_every=3)
def _in_progress() -> None:
    # The address is said again: on a busy machine the browser may lose it while it turns a page.
    st.query_params.update({})
    for run in Run.all()[:20]:
        status = run.status
        if status["state"] in ACTIVE:
            share = status.get("step", 0) / max(1, status.get("total", 1))
            st.progress(min(1.0, share), f"{run.id}: epoch {status.get('epoch', 0)} of {run.config.epochs}")
