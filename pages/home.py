"""Home: what this is in one sentence, three doors, and a wall of the current pictures."""

import numpy as np
import streamlit as st
from _ui import lessons, looking, sidebar
from _ui.gallery import gallery

images, known = sidebar.images(), sidebar.known()

st.title("See what a network sees")
st.markdown(
    "A network learns to recognise pictures without being told what they show: two views of one picture should "
    "look alike to it, and views of different pictures should not. Here you can watch it learn, and look around in "
    "what it learned."
)

DOORS = [
    ("map.py", "Browse the map", ":material/scatter_plot:", "Every picture where the encoder puts it."),
    ("neighbours.py", "Find neighbours of my artwork", ":material/image_search:", "Upload one; see what is like it."),
    (
        "augmentations.py",
        "Learn what augmentations do",
        ":material/auto_awesome_motion:",
        "Turn one, and watch the views move.",
    ),
]
for column, (page, name, icon, text) in zip(st.columns(3), DOORS, strict=True):
    with column, st.container(border=True, height="stretch"):
        st.page_link(page, label=f"**{name}**", icon=icon, query_params=sidebar.address())
        st.caption(text)

st.subheader(images.card.get("title", images.name))
st.caption(images.card.get("description", ""))
shuffled = np.random.default_rng(4).permutation(len(images))[:48]
clicked = gallery(images, shuffled, key="home-wall", size=110)
if clicked is not None:
    st.session_state["neighbours-row"] = clicked
    sidebar.go("neighbours.py")

st.subheader("Lessons")
st.caption("Short walks through what contrastive learning does, each with something to turn and to look for.")
lessons.cards(images)

looking.at("home")
