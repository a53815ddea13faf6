"""Choices whose value stands in the address as itself, whatever words the screen shows for it.

Streamlit's own binding writes the words of the screen, so that `?probe=knn` would not be understood.
"""

from collections.abc import Mapping

import streamlit as st


def choice(label: str, words: Mapping[str, str], *, key: str, help: str | None = None, bare: bool = False) -> str:
    """One of the keys of `words` from a row of them, the first unless told; `?key=` in the address says which.

    What is in the address and cannot be chosen is ignored, and so is a choice that is no longer offered. `bare`: the
    label is for screen readers only.
    """
    default = _begin(words, key, None)
    chosen = st.segmented_control(
        label,
        list(words),
        # Said beside the value in the session: of several answers that come at once, a slow browser draws the last
        # alone, and that one tells it a value only where it has just been set.
        default=st.session_state[key],
        key=key,
        required=True,
        format_func=lambda name: words.get(name, name),
        help=help,
        label_visibility="collapsed" if bare else "visible",
        wrap=True,
    )
    return _follow(key, chosen, default)


def pick(
    label: str, words: Mapping[str, str], *, key: str, width: int, default: str | None = None, help: str | None = None
) -> str:
    """The same from a list that unfolds; `default` is chosen unless told."""
    default = _begin(words, key, default)
    names = list(words)
    chosen = st.selectbox(
        label,
        names,
        names.index(st.session_state[key]),
        key=key,
        format_func=lambda name: words.get(name, name),
        width=width,
        help=help,
    )
    return _follow(key, chosen, default)


def _begin(words: Mapping[str, str], key: str, default: str | None) -> str:
    default = next(iter(words)) if default is None else default
    if st.session_state.pop(f"{key}-lost", False) or st.session_state.get(key) not in words:
        asked = st.query_params.get(key)
        st.session_state[key] = asked if asked in words else default
    return default


def _follow(key: str, chosen: str | None, default: str) -> str:
    if chosen is None:
        # A slow browser spoke of a control of that key on the page before; the one here was left without a value.
        st.session_state[f"{key}-lost"] = True
        st.rerun()
    if chosen == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
    return chosen
