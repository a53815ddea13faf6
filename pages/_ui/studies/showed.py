"""What a study showed here: our own report of it, folded so that one may guess first."""

import streamlit as st

from _ui.data_url import data_url
from contrastive.studies.showed import Picture, showed


def report(study: str) -> None:
    """The sections of docs/results.md on a study, with their pictures; nothing where there are none."""
    sections = showed(study)
    if not sections:
        return
    folded = st.expander(
        "What it showed here", key=f"study-showed-{study}", icon=":material/menu_book:", on_change="rerun"
    )
    if not folded.open:
        return
    with folded:
        for section in sections:
            st.markdown(f"##### {section.title}")
            for part in section.parts:
                if not isinstance(part, Picture):
                    st.markdown(part)
                elif part.file.is_file():
                    st.image(data_url(part.file.read_bytes()), caption=part.words, alt=part.words)
        st.caption("From docs/results.md, where every figure stands below the command that makes it again.")
