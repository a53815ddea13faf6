"""Home: what this is in one sentence, three doors, what learns right now, and a wall as the encoder would hang it."""

import numpy as np
import streamlit as st
from _ui import hanging, lessons, looking, sidebar, under_way
from _ui.data_url import data_url
from _ui.gallery import gallery
from _ui.lessons.pictures import picture

SHOWN = 36

images, known = sidebar.images(), sidebar.known()


def in_progress() -> None:
    """A heading, and for each run its bar and a link to it; nothing at all while nothing learns."""
    for number, standing in enumerate(under_way.standings()):
        if not number:
            st.subheader("Learning now")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(standing.share, f"{standing.run.id}: {standing.words}", width="stretch")
            there = sidebar.address(run=standing.run.id)
            st.page_link("train.py", label="Watch", icon=":material/monitoring:", query_params=there)


st.title("See what a network sees")
st.markdown(
    "A network can learn to recognise pictures without ever being told what they show: look around in what it has "
    "learned, ask it about a picture of yours, and see how it comes about."
)

FIRST = next(iter(lessons.LESSONS))
DOORS = [
    ("map.py", "Browse the pictures", ":material/scatter_plot:", "All of them on a map: near means alike.", {}),
    (
        "neighbours.py",
        "Neighbours of my artwork",
        ":material/image_search:",
        "Drop a picture, and see which ones are most like it.",
        {},
    ),
    (
        "lesson.py",
        "Learn how it works",
        ":material/school:",
        "A first lesson of five minutes: what the network is told.",
        {"lesson": FIRST},
    ),
]
with st.grid(3, min_column_width=220, gap="medium"):
    for page, name, icon, text, query in DOORS:
        with st.container(border=True, height="stretch"):
            st.image(data_url(picture(page, images)), width="stretch", alt=text)
            st.page_link(page, label=f"**{name}**", icon=icon, query_params=sidebar.address(**query))
            st.caption(text)

st.fragment(in_progress, run_every=3 if under_way.standings() else None)()

st.subheader(images.card.get("title", images.name))
points = hanging.places(known, images)
rows = np.sort(np.random.default_rng(4).permutation(len(images))[:SHOWN])
told = f"{len(rows)} of {len(images):,} pictures. Click one to see which others are like it."
if points is not None:
    rows = rows[hanging.in_order(points[rows])]
    told = f"{told[:-1]}; these hang as *{known.name}* sees them, each beside one that is like it to this encoder."
st.caption(told)
clicked = gallery(images, rows, key="home-wall", size=110)
if clicked is not None:
    st.session_state["neighbours-row"] = clicked
    sidebar.go("neighbours.py")

st.subheader("Lessons")
st.caption("Short walks through what contrastive learning does, each with something to turn and to look for.")
lessons.cards(images, first=3)

looking.at("home")
