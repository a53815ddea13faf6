"""Map: every picture where the encoder puts it; draw around some of them to look closer."""

import streamlit as st
from _ui import address, looking, sidebar, warm

VIEWS = {"one": "One map", "two encoders": "Two encoders", "movie": "The movie of a run"}

images, known = sidebar.images(), sidebar.known()
st.title("Map")
st.markdown("Every picture where the encoder puts it: near means alike to this encoder.")
bar = st.container(horizontal=True, vertical_alignment="bottom")
with bar:
    view = address.choice(
        "View", VIEWS, key="view", help="Two encoders side by side, or the map while a run learned."
    )

if view == "two encoders":
    from _ui import two_maps

    two_maps.show(images, known)
elif view == "movie":
    from _ui import movie

    movie.show(images, known)
else:
    from _ui.map import one

    one.show(images, known, bar)

looking.at("map")

# Only for a visitor with a browser, who may choose UMAP next.
if st.context.url:
    warm.umap()
