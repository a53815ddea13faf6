"""The lessons as a row of cards."""

import streamlit as st

from _ui import sidebar
from _ui.data_url import data_url
from contrastive.datasets import ImageDataset

from .lesson import LESSONS
from .pictures import picture


def cards(images: ImageDataset, first: int | None = None) -> None:
    """A card a lesson: a small picture made from the data set, the title, one sentence and how long it takes.

    first: only so many of them, and a link to all.
    """
    with st.grid(min_column_width=250, gap="medium"):
        for number, lesson in enumerate(list(LESSONS.values())[:first], 1):
            with st.container(border=True, height="stretch", key=f"lesson-card-{lesson.name}"):
                st.image(data_url(picture(lesson.name, images)), width="stretch", alt=lesson.promise)
                st.page_link(
                    "lesson.py",
                    label=f"**{number} · {lesson.title}**",
                    query_params=sidebar.address(lesson=lesson.name),
                )
                st.caption(f"{lesson.promise} {lesson.minutes} minutes.")
    if first:
        st.page_link(
            "lesson.py",
            label=f"All {len(LESSONS)} lessons",
            icon=":material/apps:",
            query_params=sidebar.address(),
        )
