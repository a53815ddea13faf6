"""The sidebar: which data set one looks at, through which encoder, and what is being trained right now."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.navigation.page import Page
from streamlit.runtime.scriptrunner import get_script_run_ctx

from _ui import loading, looking, reference, small_pictures, under_way
from _ui.errors import Told, show, shown
from contrastive import catalogue, datasets
from contrastive.catalogue import Known
from contrastive.counted import counted
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.runs import Run

FIRST = "atelier"


def draw(pages: Mapping[str, Sequence[Page]], page: Page) -> None:
    """The list of pages, both pickers (in the address as ?data= and ?encoder=) and the runs in progress.

    `page` is the one that is about to be drawn.
    """
    st.session_state["page"] = page, _page_hash()
    _adopt()
    wrong: list[UserError] = []
    with st.sidebar:
        if not on_a_phone():
            st.markdown("#### Contrastive atelier", anchors=False)
            with st.container(gap="small"):
                _list_of(pages)
        names = data_names()
        names += [name for name in _of_lessons() - set(names) if name == st.session_state["data"]]
        if (asked := st.session_state["data"]) not in names:
            wrong.append(UserError(f"There is no data set called {asked[:60]!r}.", f"Showing {FIRST} instead."))
            look_at(FIRST)
        _picker("Data set", "data", names, "The pictures you look at. Add your own on the Data set page.")
        _one_line_of_data()
        options = encoder_names(st.session_state["data"])
        if (asked := st.session_state["encoder"]) not in options:
            if st.query_params.get("encoder") == asked:
                said = f"There is no encoder or run called {asked[:60]!r} here."
                wrong.append(UserError(said, f"Showing {options[0]} instead."))
            st.session_state["encoder"] = options[0]
        _picker(
            "Encoder",
            "encoder",
            options,
            "The network that turns each picture into numbers; pictures with like numbers lie close together.",
        )
        with shown():
            _one_line_of_encoder()
        with st.container(gap=None):
            reference.offer(look_at)
            looking.words()
        _in_progress()
    # On the page: a phone does not show the sidebar until it is asked for.
    for error in wrong:
        show(error)
    _say()


def on_a_phone() -> bool:
    """Whether Streamlit's own list of pages is shown: it closes when a page is turned to, where it would cover it."""
    return "Mobi" in st.context.headers.get("User-Agent", "")


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
    """The data set that is being looked at; where it cannot be opened, the screen says so and what to do.

    Raises Told then.
    """
    name = st.session_state.get("data", FIRST)
    try:
        return loading.dataset(name)
    except UserError as error:
        st.title(name)
        show(error)
        with st.container(horizontal=True):
            st.button(f"Show {FIRST}", icon=":material/arrow_forward:", on_click=look_at, args=(FIRST,))
            if name in datasets.own.names():
                forget(name)
        raise Told from error


def forget(name: str) -> None:
    """A button that takes one of the user's own data sets from the list, once it was confirmed."""

    def gone() -> None:
        datasets.own.remove(name)
        look_at(FIRST)

    with st.popover("Remove this data set", icon=":material/delete:"):
        st.markdown("An uploaded zip is deleted. A folder on this machine is only forgotten.")
        st.button("Remove", on_click=gone, key="dataset-remove")


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


def address(**more: str) -> dict[str, str]:
    """What a link within the app says: where the pickers stand, unless that is the default, and more."""
    data, encoder = st.session_state["data"], st.session_state["encoder"]
    said = {"data": data} if data != FIRST else {}
    if encoder != catalogue.default_for(data):
        said["encoder"] = encoder
    return said | more


def go(page: str, **more: str) -> None:
    """Turn to another page; the pickers stay as they are, and its address says `more`."""
    st.switch_page(page, query_params=address(**more))


def _adopt() -> None:
    """Turn the pickers as the address wants them, on the first visit and when the browser goes back."""
    context = get_script_run_ctx()
    if "data" not in st.session_state or (context and context.is_history_navigation):
        st.session_state["data"] = st.query_params.get("data", FIRST)
        if asked := st.query_params.get("encoder"):
            st.session_state["encoder"] = asked
        else:
            st.session_state.pop("encoder", None)
    st.session_state.setdefault("encoder", catalogue.default_for(st.session_state["data"]))


def _page_hash() -> str:
    context = get_script_run_ctx()
    return context.page_script_hash if context else ""


def _say() -> None:
    """Put where the pickers stand into the address, unless the browser has it there.

    Only then: what a control wrote there since the browser last spoke would be lost.
    """
    said = address()
    if {name: st.query_params[name] for name in ("data", "encoder") if name in st.query_params} != said:
        for name in {"data", "encoder"} - set(said):
            st.query_params.pop(name, None)
        st.query_params.update(said)


def _picker(label: str, name: str, options: list[str], help: str) -> None:
    """A select box for what stands in the session as `name`.

    It is no widget of that key itself: whenever something else turns the value, and on every page, a new widget takes
    the place of the old one. So what a slow browser still says of the old one, with each tick of a live part, cannot
    turn the value back.
    """
    value = st.session_state[name]
    drawn, turn = st.session_state.get(f"{name}-drawn", (value, 0))
    st.session_state[f"{name}-drawn"] = (value, turn + (drawn != value))
    key = _key(name)
    st.selectbox(label, options, options.index(value), key=key, help=help, on_change=_picked, args=(name, key))


def _key(name: str) -> str:
    return f"pick-{name}-{st.session_state[f'{name}-drawn'][1]}-{st.session_state['page'][1]}"


def _picked(name: str, key: str) -> None:
    chosen = st.session_state[key]
    if key == _key(name) and chosen != st.session_state[name]:
        st.session_state[f"{name}-drawn"] = (chosen, st.session_state[f"{name}-drawn"][1])
        look_at(**{name: chosen})


def _list_of(pages: Mapping[str, Sequence[Page]]) -> None:
    """The pages as links that keep the pickers, in another window too, which Streamlit's own list would not."""
    said = address()
    for section, of_it in pages.items():
        # Streamlit pulls links together by 6 px on either side: without a gap, the marked one covers its neighbours.
        with st.container(gap="xxsmall"):
            if section:
                st.caption(section)
            for page in of_it:
                # Without the words of help: they would stay in front of the new page's title, where the pointer is.
                st.page_link(page, query_params=said, width="stretch", help="")


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


def _one_line_of_data() -> None:
    try:
        shown_set = loading.dataset(st.session_state["data"])
    except UserError:
        # The page says what is wrong.
        st.caption("It cannot be opened.")
        return
    kinds = f", {counted(len(shown_set.classes), 'class')}" if shown_set.classes else ", unlabelled"
    small_pictures.beside(
        small_pictures.of_data(shown_set), f"{counted(len(shown_set), 'picture')} of {shown_set.size} px{kinds}"
    )


def _one_line_of_encoder() -> None:
    seen_by = known()
    try:
        shown_set = loading.dataset(st.session_state["data"])
    except UserError:
        # The page says what is wrong with the data set.
        st.caption(seen_by.title)
        return
    small_pictures.beside(small_pictures.of_encoder(seen_by, shown_set), seen_by.title)


@st.fragment(run_every=3)
def _in_progress() -> None:
    page, drawn = st.session_state["page"]
    if _page_hash() != drawn or _key("data") not in st.session_state:
        # A slow browser spoke while it had not yet heard of this page. Streamlit takes that for a turn of the page,
        # empties it and forgets its widgets; so it is turned to again.
        st.switch_page(page, query_params=address())
    # Said again: a browser that is slow to turn the page loses the address of the new one.
    _say()
    for standing in under_way.standings():
        st.progress(standing.share, f"{standing.run.id}: {standing.words}")
