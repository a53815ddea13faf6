"""A user's mistake on a page: one sentence in a box, and the rest of the page stays."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from contrastive.errors import UserError


def show(error: UserError) -> None:
    """The sentence and its hint."""
    st.error(error.hint or "Nothing was changed.", title=error.message, icon=":material/error:")


class Told(Exception):
    """The page cannot go on, and the screen says why already."""


@contextmanager
def shown() -> Iterator[None]:
    """Show a UserError of the block instead of a traceback."""
    try:
        yield
    except Told:
        pass
    except UserError as error:
        show(error)
