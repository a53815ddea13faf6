"""A choice of several, in pills.

What is chosen in a multiselect is white on the accent colour, which is too pale on the dark theme.
"""

from collections.abc import Callable, Sequence

import streamlit as st

FEW, SHORT = 24, 28
"""So many options of so many letters all stand there; of more, those that are chosen and a list to add from."""


def choose_many(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    most: int | None = None,
    help: str | None = None,
    placeholder: str = "all",
    format_func: Callable[[str], str] = str,
) -> list[str]:
    """The chosen options, in the order of `options`, at most `most` of them; `key` holds them in the session."""
    if len(options) <= FEW and all(len(format_func(option)) <= SHORT for option in options):
        chosen = st.pills(label, options, selection_mode="multi", key=key, format_func=format_func, help=help)
    else:
        chosen = _added(label, options, key, help, placeholder, format_func)
    if most and len(chosen) > most:
        st.caption(f"The first {most} of them count.")
    return [option for option in options if option in chosen][:most]


def _added(
    label: str,
    options: Sequence[str],
    key: str,
    help: str | None,
    placeholder: str,
    format_func: Callable[[str], str],
) -> list[str]:
    chosen = [option for option in st.session_state.get(key) or [] if option in options]
    adding = f"{key}-adding"

    def add() -> None:
        st.session_state[key] = [*chosen, st.session_state[adding]]
        st.session_state[adding] = None

    st.selectbox(
        label,
        [option for option in options if option not in chosen],
        index=None,
        key=adding,
        on_change=add,
        format_func=format_func,
        placeholder="one more" if chosen else placeholder,
        help=help,
    )
    if not chosen:
        return []
    # A click on a pill takes it away: at the next drawing it is no option any more.
    return st.pills(
        f"{label}, chosen",
        chosen,
        selection_mode="multi",
        key=key,
        format_func=lambda option: f"{format_func(option)} :material/close:",
        label_visibility="collapsed",
    )
