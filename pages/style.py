"""Style transfer: one picture painted in the manner of others, and what that does to the eye of an encoder."""

import streamlit as st
from _ui import looking, sidebar
from _ui.errors import shown
from _ui.style.details import details
from _ui.style.grid import grid
from _ui.style.meaning import meaning
from _ui.style.score import score
from _ui.style.studio import stage

images, known = sidebar.images(), sidebar.known()

st.title("Style transfer")
st.markdown(
    "A network repaints one picture in the manner of another: what is shown stays, how it is painted changes. "
    "See whether an encoder still knows the picture."
)


@st.fragment
def studio() -> None:
    """All that follows the slider, so that the rest of the page stands still meanwhile."""
    with shown():
        painted = stage(images)
        st.subheader("Contents in styles")
        # Filled last: what the slider changes comes first.
        pairs = st.container()
        if painted is not None:
            st.subheader("What it means for the encoder")
            with shown():
                meaning(known, images, painted)
            with st.expander("Network and command line", icon=":material/terminal:"):
                details(painted)
            with pairs, shown():
                grid(images, painted.network)


studio()

st.subheader("Who sees through a style")
if st.toggle("Measure every encoder", key="style-score-on", bind="query-params", help="Takes a minute, once."):
    with shown():
        score(known, images)

looking.at("style")
