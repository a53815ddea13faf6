"""Neighbours: pick or upload a picture, see which ones the encoder thinks are most like it, and why."""

import numpy as np
import streamlit as st
from _ui import loading, looking, sidebar
from _ui.errors import show, shown
from _ui.gallery import gallery
from _ui.near.answer import OTHER, TEST, answer, moves, unlike, vote_sentence
from _ui.near.ask import LESS, MORE, address, ask, picked_row, turn_to
from _ui.near.query import called, of_row
from _ui.near.take import take
from _ui.near.why import why

from contrastive.errors import UserError

WHY, OPEN, LIKE, DISLIKE = "shows why", "asks about it", "wants more like it", "wants less like it"
MAP = "shows its place on the map"
NONE = "none"

images, known = sidebar.images(), sidebar.known()
st.title("Neighbours")
st.markdown("Show the encoder a picture; it answers with the ones whose numbers point the same way.")

loading.vectors(known, images)
left, right = st.columns([2, 5], gap="medium")
with left:
    asked = ask(images)
labelled = bool(images.label_columns)
with right, st.container(horizontal=True, vertical_alignment="bottom"):
    k = st.slider("How many", 4, 48, 12, key="k", bind="query-params", width=140)
    second = st.selectbox(
        "Compare with",
        [NONE, *(name for name in sidebar.encoder_names(images.name) if name != known.name)],
        key="beside",
        bind="query-params",
        width=190,
        help="A second encoder is asked the same; its answers stand beneath, with how far each one moved.",
    )
    filters = [OTHER] * (labelled and asked[0].row is not None) + [TEST] * bool(len(images.rows("test")))
    only = (
        st.pills(
            "Show", filters, selection_mode="multi", key="only", bind="query-params", label_visibility="collapsed"
        )
        if filters
        else []
    )

examples = (
    [r for r in st.session_state.get(MORE, []) if r < len(images)],
    [r for r in st.session_state.get(LESS, []) if r < len(images)],
)
try:
    found = answer(known, images, asked, examples, k, only)
except UserError as error:
    with left:
        show(error)
    asked = [of_row(images, picked_row(images))]
    found = answer(known, images, asked, ([], []), k, only)
address(asked, images)
own = asked[0].row if len(asked) == 1 and asked[0].part is None else None
codes = images.codes()
own_code = int(codes[own]) if own is not None else -1


def wall(rows: np.ndarray, notes: list[str], key: str) -> None:
    """A row of neighbours; what a click does was chosen above it."""
    captions = images.table[images.target].fillna("").astype(str).iloc[rows].tolist() if labelled else None
    marks = ["same" if codes[r] == own_code else "other" for r in rows] if own_code >= 0 else None
    chosen = st.session_state.get("neighbours-why")
    hit = gallery(images, rows, captions=captions, notes=notes, marks=marks, key=key, size=150, chosen=chosen)
    if hit is None:
        return
    if action == OPEN:
        turn_to(hit)
    if action == MAP:
        st.session_state["map-row"] = hit
        sidebar.go("map.py")
    if action == WHY:
        st.session_state["neighbours-why"] = hit
        st.session_state["neighbours-turn"] = st.session_state.get("neighbours-turn", 0) + 1
    else:
        held = st.session_state.setdefault(MORE if action == LIKE else LESS, [])
        held.append(hit)
    st.rerun()


with right:
    st.markdown(vote_sentence(known, images, found, own) or "These pictures carry no labels, so nobody votes.")
    threshold = unlike(f"{known.hash(images)} {images.fingerprint}", found.index)
    if found.best < threshold:
        st.info(
            f"Its best match scores {found.best:.3f}. Of the set's own pictures 99 in 100 have one above "
            f"{threshold:.3f}: there is hardly anything like it.",
            title="Unlike anything here",
            icon=":material/travel_explore:",
        )
    action = st.segmented_control(
        "A click on a picture",
        [WHY, OPEN, MAP, LIKE, DISLIKE],
        default=WHY,
        required=True,
        key="neighbours-action",
        wrap=True,
    )
    for held, label in ((MORE, "More like these"), (LESS, "Less like those")):
        rows = [r for r in st.session_state.get(held, []) if r < len(images)]
        if rows:
            st.caption(f"{label}, a click takes one away:")
            gone = gallery(images, rows, key=held + "-strip", size=64)
            if gone is not None:
                st.session_state[held] = [r for r in rows if r != gone]
                st.rerun()
    if len(found.rows):
        wall(found.rows, [f"{score:.3f}" for score in found.scores], "neighbours-wall")
    else:
        alone = len(images) == 1 and own is not None
        st.markdown("This set has no other picture." if alone else "No picture passes these filters.")
    said = "The number is the cosine similarity, 1 at most."
    if own_code >= 0:
        said = f"Filled circle: same class. Hollow: another. {said}"
    if found.index.recall is not None:
        share = f"{found.index.recall:.1%}"
        said += f" Of {len(images):,} pictures not all are compared; {share} of the ten nearest are found."
    st.caption(said)

    opened = st.session_state.get("neighbours-why")
    if opened is not None and 0 <= opened < len(images):
        st.subheader("Why these two", anchor=False)
        with shown():
            why(known, images, asked[0], opened, turn=st.session_state.get("neighbours-turn", 0))

    if second != NONE:
        with shown():
            rival = loading.known(second)
            theirs = answer(rival, images, asked, examples, k, only)
            shared = len(set(theirs.rows.tolist()) & set(found.rows.tolist()))
            st.subheader(second)
            st.markdown(f"{shared} of {len(theirs.rows)} are the same. {vote_sentence(rival, images, theirs, own)}")
            steps = moves(found.rows, theirs.rows)
            notes = [f"{step}  {score:.3f}" for step, score in zip(steps, theirs.scores, strict=True)]
            wall(theirs.rows, notes, "neighbours-second")
            st.caption(f"An arrow: so many ranks up or down against {known.name}; new: not among its answers.")

others = [c for c in images.label_columns if c != images.target]
if others and own is not None and len(found.rows):
    lines = []
    for other in images.label_columns:
        values = images.codes(other)
        shared_here = float((values[found.rows] == values[own]).mean())
        chance = float((values == values[own]).mean())
        lines.append(f"the same **{other}** {shared_here:.0%} of the time (chance: {chance:.0%})")
    st.markdown(f"What the neighbours share with {called(images, own)}: " + "; ".join(lines) + ".")

with st.expander("Table and pictures to take along", icon=":material/table_chart:"):
    take(images, found, asked)

looking.at("neighbours")
