"""Style transfer: one picture painted in the manner of others, and what that does to the eye of an encoder."""

import streamlit as st
from _ui import sidebar
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

with st.expander("How to read this, and how it can mislead", icon=":material/help:"):
    st.markdown(
        "At alpha 0 the content is repainted in its own style. That is close to the original and not the original: "
        "what is lost there is lost by the network, not by the style. From 0 to 1 the style code moves in a "
        "straight line from the content's own to the style's.\n\n"
        "A high invariance is not good in itself. An encoder that ignores everything is moved by nothing: read the "
        "accuracy on the content beside it. An encoder from which the content can be read, and the style cannot, "
        "looks through styles; one from which the style can still be read has not been made blind to it.\n\n"
        "The shipped networks were trained on paintings at 96 pixels: at other sizes strokes are finer or coarser "
        "than they learned, and a photograph as a style gives its colours and textures rather than a manner. They "
        "leave marks of their own, which an encoder sees, too. One picture on the stage is an example; the table is "
        "a measurement."
    )
