"""The frames of the studio: the content and the styles, each with a way to hang another picture there."""

import numpy as np
import streamlit as st

from _ui import loading, sidebar
from _ui.data_url import data_url
from _ui.errors import shown
from _ui.gallery import gallery
from _ui.style import pictures
from _ui.style.pictures import CONTENT, MOST, OWN, STYLES, Picture
from _ui.uploads import KINDS
from contrastive.datasets import ImageDataset

OFFERED = 9
MEGABYTES = 64
THUMBNAIL, SLIDER = 56, 92


def content_frame(content: Picture, images: ImageDataset) -> None:
    """The picture that is painted, and what changes it."""
    st.caption("Content")
    st.image(data_url(content.image), _called(content), width="stretch", alt=f"Content: {content.name}")
    with st.container(horizontal=True, gap="xsmall"):
        _another(CONTENT, 0, len(images))
        with st.popover("Choose", icon=":material/imagesmode:", type="tertiary"):
            _choose(CONTENT, 0)


def style_frames(styles: list[Picture], images: ImageDataset) -> list[float]:
    """The pictures whose manner it is painted in, each with its weight where there are several; the weights."""
    st.caption("Style" if len(styles) == 1 else "Styles, mixed")
    weights = [1.0]
    if len(styles) == 1:
        st.image(data_url(styles[0].image), _called(styles[0]), width="stretch", alt=f"Style: {styles[0].name}")
    else:
        weights = [_weighed(number, style) for number, style in enumerate(styles)]
    with st.container(horizontal=True, gap="xsmall"):
        _another(STYLES, None if len(styles) > 1 else 0, len(images))
        with st.popover("Choose", icon=":material/imagesmode:", type="tertiary"):
            number = 0
            if len(styles) > 1:
                numbers = list(range(len(styles)))
                number = st.selectbox(
                    "In place of", numbers, key="style-which", format_func=lambda i: f"{i + 1}: {styles[i].name}"
                )
                number = min(number, len(styles) - 1)
                st.button(
                    "Take it down",
                    icon=":material/close:",
                    key="style-remove",
                    type="tertiary",
                    on_click=pictures.take_down,
                    args=(number,),
                )
            _choose(STYLES, number)
    return weights


def mix_in(styles: list[Picture], images: ImageDataset) -> None:
    """A button that hangs one more style, while there is room."""
    st.button(
        "Mix in another style",
        icon=":material/add:",
        type="tertiary",
        key="style-add",
        disabled=len(styles) >= MOST,
        help="Up to four, each with a weight.",
        on_click=_hang_random,
        args=(STYLES, MOST, len(images)),
    )


def _weighed(number: int, style: Picture) -> float:
    """A style of a mix in one line, with its weight."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.image(data_url(style.image), width=THUMBNAIL, alt=f"Style {number + 1}: {style.name}")
        return st.slider(
            f"Weight of style {number + 1}",
            0.0,
            1.0,
            1.0,
            0.05,
            key=f"w{number + 1}",
            bind="query-params",
            label_visibility="collapsed",
            width=SLIDER,
        )


def _called(picture: Picture) -> str:
    return f"{picture.name}, yours" if picture.yours else picture.name


def _another(place: str, number: int | None, count: int) -> None:
    """A random picture of the set; for a mix, in every frame."""
    st.button(
        "Another",
        icon=":material/shuffle:",
        type="tertiary",
        key=f"{place}-another",
        on_click=_hang_random,
        args=(place, number, count),
    )


def _hang_random(place: str, number: int | None, count: int) -> None:
    numbers = range(len(st.session_state[STYLES])) if number is None else [number]
    for each in numbers:
        pictures.hang(place, each, pictures.ref_of(int(np.random.default_rng().integers(count))))


def _choose(place: str, number: int) -> None:
    """Pictures of any data set to click on, and a drop zone."""
    here = st.session_state.get("data", sidebar.FIRST)
    names = sidebar.data_names()
    names = [here, *(name for name in names if name != here)]
    data = st.selectbox("From the data set", names, key=f"{place}-from")
    with shown():
        offered = loading.dataset(data)
        turn = st.session_state.setdefault(f"{place}-turn", 0)
        rows = np.random.default_rng([turn, 7]).permutation(len(offered))[:OFFERED]
        clicked = gallery(offered, rows, key=f"{place}-pick-{data}", size=84)
        if clicked is not None:
            pictures.hang(place, number, pictures.ref_of(clicked, "" if data == here else data))
            st.rerun()
        if st.button("Show others", icon=":material/shuffle:", key=f"{place}-others"):
            st.session_state[f"{place}-turn"] = turn + 1
            st.rerun()
    st.file_uploader(
        "Or one of your own" if place == CONTENT else "Or some of your own",
        max_upload_size=MEGABYTES,
        type=KINDS[1:],
        accept_multiple_files=place == STYLES,
        key=OWN[place],
        on_change=pictures.hang_own,
        args=(place, number),
        help="They stay on this machine and are forgotten when you leave.",
    )
