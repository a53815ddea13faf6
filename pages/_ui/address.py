"""A row of choices whose value stands in the address as itself, whatever words the screen shows for it.

Streamlit's own binding writes the words of the screen, so that `?probe=knn` would not be understood.
"""

from collections.abc import Mapping

import streamlit as st


def choice(label: str, words: Mapping[str, str], *, key: str, help: str | None = None) -> str:
    """One of the keys of `words`, the first unless told; `?key=` in the address says which, and follows the choice.

    What is in the address and cannot be chosen is ignored, and so is a choice that is no longer offered.
    """
    default = next(iter(words))
    if st.session_state.get(key) not in words:
        asked = st.query_params.get(key)
        st.session_state[key] = asked if asked in words else default
    chosen = st.segmented_control(
        label,
        list(words),
        key=key,
        required=True,
        format_func=lambda name: words.get(name, name),
        help=help,
        wrap=True,
    )
    if chosen is None or chosen == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
    return chosen or default
