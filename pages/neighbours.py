"""Neighbours: pick or upload a picture, and see which ones the encoder thinks are most like it."""

import numpy as np
import streamlit as st
from _ui import loading, sidebar
from _ui.errors import show
from _ui.gallery import gallery

from contrastive.datasets.decode import fit, open_image
from contrastive.errors import UserError
from contrastive.neighbours import votes

images, known = sidebar.images(), sidebar.known()

st.title("Neighbours")
st.markdown("Show the encoder a picture; it answers with the ones whose numbers point the same way.")

vectors = loading.vectors(known, images)
index = loading.index(f"{known.hash(images)} {images.fingerprint}", vectors)

left, right = st.columns([1, 3], gap="large")
with left:
    upload = st.file_uploader(
        "Upload an artwork",
        max_upload_size=64,
        type=["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"],
        key="neighbours-upload",
        help="It stays on this machine and is forgotten when you leave.",
    )
    row = st.session_state.get("neighbours-row")
    if row is None or not 0 <= row < len(images):
        row = int(np.random.default_rng(1).integers(len(images)))
    k = st.slider("How many", 4, 48, 12, key="k", bind="query-params")

query, exclude = None, None
column = images.target
if upload is not None:
    try:
        artwork = open_image(upload.getvalue(), name=upload.name)
        artwork.thumbnail((1600, 1600))
        with st.spinner("Looking at it"):
            from contrastive.embed import encode

            network = loading.encoder(known, images)
            import torch

            pixels = torch.from_numpy(fit(artwork, network.size, channels=network.channels)[None].copy())
            query = encode(network, pixels)
        with left:
            st.image(artwork, width="stretch", alt="The picture you uploaded")
            st.caption("Yours. Remove it above to go back to the pictures of the set.")
    except UserError as error:
        show(error)
if query is None:
    query, exclude = np.asarray(vectors[row])[None], np.array([row])
    record = images.table.iloc[row]
    with left:
        st.image(loading.large(images, row), width="stretch", alt=str(record.get("title", record["id"])))
        st.caption(str(record.get("title", record["id"])))
        st.caption("Or pick one:")
        draw = st.session_state.setdefault("neighbours-draw", 0)
        few = np.random.default_rng(draw).permutation(len(images))[:6]
        picked = gallery(images, few, key="neighbours-pick", size=64)
        if st.button("Show others", icon=":material/shuffle:"):
            st.session_state["neighbours-draw"] = draw + 1
            st.rerun()
        if picked is not None:
            st.session_state["neighbours-row"] = picked
            st.rerun()

scores, rows = index.search(query, k, exclude=exclude)
scores, rows = scores[0], rows[0]

with right:
    codes = images.codes() if images.label_columns else np.full(len(images), -1)
    own_code = int(codes[row]) if exclude is not None else -1
    if images.label_columns and (codes[rows] >= 0).any():
        winner, share = votes(codes, rows[None], scores[None])
        name = images.classes[int(winner[0])]
        agreeing = int((codes[rows] == winner[0]).sum())
        untold = " The encoder was never told so." if known.saw_labels is False else ""
        sentence = f"**{agreeing} of {len(rows)} neighbours are *{name}*.**{untold}"
        if own_code >= 0:
            same = int((codes[rows] == own_code).sum())
            truth = images.classes[own_code]
            if own_code == winner[0]:
                sentence = f"**{same} of {len(rows)} neighbours are *{truth}*, as it is.**{untold}"
            else:
                sentence = f"**{same} of {len(rows)} neighbours are *{truth}*, as it is.** More vote for *{name}*."
        st.markdown(sentence)
    captions = images.table[column].fillna("").astype(str).iloc[rows].tolist() if images.label_columns else None
    marks = None
    if own_code >= 0:
        marks = ["same" if codes[r] == own_code else "other" for r in rows]
    clicked = gallery(
        images,
        rows,
        captions=captions,
        notes=[f"{s:.3f}" for s in scores],
        marks=marks,
        key="neighbours-wall",
        size=150,
    )
    if clicked is not None:
        st.session_state["neighbours-row"] = clicked
        st.rerun()
    if marks:
        st.caption("Filled circle: same class. Hollow: another. The number is the cosine similarity, 1 at most.")
    else:
        st.caption("The number is the cosine similarity, 1 at most. Click a picture to ask for its neighbours.")

others = [c for c in images.label_columns if c != column]
if others and exclude is not None:
    lines = []
    for other in images.label_columns:
        values = images.codes(other)
        shared = float((values[rows] == values[row]).mean())
        chance = float((values == values[row]).mean())
        lines.append(f"the same **{other}** {shared:.0%} of the time (chance: {chance:.0%})")
    st.markdown("What the neighbours share with the picture: " + "; ".join(lines) + ".")

with st.expander("Table", icon=":material/table_chart:"):
    table = images.table.iloc[rows].copy()
    table.insert(0, "rank", np.arange(1, len(rows) + 1))
    table.insert(1, "similarity", scores.round(4))
    st.dataframe(table, hide_index=True, alt="The neighbours in order, with similarity and labels")
    st.download_button(
        "Download", lambda: table.to_csv(index=False), "neighbours.csv", "text/csv", icon=":material/download:"
    )

with st.expander("How to read this, and how it can mislead", icon=":material/help:"):
    st.markdown(
        "Each picture is turned into a row of numbers by the encoder. Two pictures are neighbours when their rows "
        "point in nearly the same direction (cosine similarity). High similarity means alike *to this "
        "encoder*: it may "
        "look at colour or texture where you look at the subject. Compare with the encoder *pixels* or "
        "*untrained* in "
        "the sidebar before you believe that anything was learned. There are always nearest neighbours, even for a "
        "picture unlike anything here; the similarity tells you how far to trust them."
    )
