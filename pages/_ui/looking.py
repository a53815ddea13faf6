"""What am I looking at: what a page shows, how to read it and how it can mislead; and every word of the field."""

from pathlib import Path

import streamlit as st
import yaml

from _ui.lessons.words import GLOSSARY, SEEN_ON, plain, terms

TEXTS: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
PARTS = {"shows": "What it shows", "read": "How to read it", "misleads": "How it can mislead"}


def at(page: str) -> None:
    """The explanation of a page (its file without the ending), folded up, and the words it uses."""
    said = TEXTS[page]
    with st.expander("What am I looking at?", icon=":material/help:"):
        for part, title in PARTS.items():
            st.markdown(f"**{title}.** {plain(said[part])}")
        if used := terms(*said.values()):
            st.caption("  \n".join(f"**{term}**: {GLOSSARY[term]}" for term in used))


def words() -> None:
    """Every word of the field that the program uses, and the page that shows it, behind a button."""
    with st.popover("Words", icon=":material/dictionary:", type="tertiary"):
        st.markdown("\n".join(f"- **{term}**: {said} *{SEEN_ON[term]}.*" for term, said in GLOSSARY.items()))
        st.caption("In italics: the page that shows it.")
