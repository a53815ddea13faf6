"""Data set: a wall of its pictures, how its classes are balanced, and a place to add your own."""

import numpy as np
import streamlit as st
from _ui import add_your_own, data_card, emphasis, loading, looking, own_vectors, quality, sidebar
from _ui.data_url import data_url
from _ui.gallery import contact_sheet, gallery

from contrastive.counted import counted
from contrastive.datasets import own

PER_WALL, ON_A_PHONE = 54, 24

images = sidebar.images()
st.title(images.card.get("title", images.name))
st.markdown(images.card.get("description", ""))
add_your_own.draw()


@st.dialog("Picture", width="large")
def picture(row: int) -> None:
    """One picture, large, with all that is known of it."""
    left, right = st.columns([3, 2])
    record = images.table.iloc[row]
    left.image(data_url(loading.large(images, row)), width="stretch", alt=str(record.get("title", record["id"])))
    right.table(record.dropna().astype(str).to_frame(), hide_header=True)
    if right.button("Find its neighbours", icon=":material/image_search:", type=emphasis.main()):
        st.session_state["neighbours-row"] = row
        sidebar.go("neighbours.py")
    if right.button("On the map", icon=":material/scatter_plot:"):
        st.session_state["map-row"] = row
        sidebar.go("map.py")


shown_rows = np.arange(len(images))
with st.container(horizontal=True, vertical_alignment="bottom"):
    column = ""
    if images.label_columns:
        column = (
            st.segmented_control(
                "Labels",
                images.label_columns,
                default=images.target,
                key="dataset-column",
                bind="query-params",
                required=True,
            )
            or images.target
        )
    splits = [name for name in ("train", "val", "test") if len(images.rows(name))]
    split = st.segmented_control(
        "Split", ["all", *splits], default="all", key="dataset-split", bind="query-params", required=True
    )
    shown_rows = images.rows(split or "all")
    picked = None
    if column:
        classes = ["all", *images.classes_of[column]]
        picked = st.selectbox("Class", classes, key=f"dataset-class-{column}", bind="query-params", width=200)
        if picked != "all":
            code = images.classes_of[column].index(picked)
            shown_rows = shown_rows[images.codes(column)[shown_rows] == code]
    if st.button("Show others", icon=":material/shuffle:"):
        st.session_state["dataset-draw"] = st.session_state.get("dataset-draw", 0) + 1

draw = np.random.default_rng(st.session_state.get("dataset-draw", 0))
chosen = np.sort(draw.permutation(shown_rows)[: ON_A_PHONE if sidebar.on_a_phone() else PER_WALL])
if not len(chosen):
    st.info("No picture has this class in this split.", icon=":material/filter_alt_off:")
if column:
    codes, classes = images.codes(column)[images.rows(split or "all")], images.classes_of[column]
    counts = np.bincount(codes[codes >= 0], minlength=len(classes))

    def pick(name: str) -> None:
        key = f"dataset-class-{column}"
        st.session_state[key] = "all" if st.session_state.get(key) == name else name

    clicked = contact_sheet(
        images, chosen, column=column, counts=counts, picked=picked, on_pick=pick, key="dataset-sheet", size=92
    )
else:
    clicked = gallery(images, chosen, key="dataset-wall", size=110)
st.caption(f"{len(chosen)} of {len(shown_rows):,} pictures.")
if clicked is not None:
    picture(clicked)

if not column:
    st.markdown(
        "These pictures carry no labels. The map and the neighbours need none; reports do. Put the pictures into "
        "one folder a class to give them labels."
    )
elif total := int(counts.sum()):
    top = int(counts.argmax())
    share = counts[top] / total
    if share == 1:
        said = f"All of them are *{classes[top]}*: there is nothing to tell apart."
    elif share > 1.5 / len(classes):
        said = (
            f"Always answering *{classes[top]}* would be right {share:.0%} of the time. A report on these pictures "
            "has to be read against that."
        )
    else:
        said = f"The {len(classes)} classes are about equally frequent."
    st.markdown(said)
if column and (codes < 0).any():
    st.caption(f"Without any {column}: {counted(int((codes < 0).sum()), 'picture')}.")

quality.draw(images)

with st.expander("Data card and table", icon=":material/description:"):
    data_card.draw(images, column)

own_vectors.draw(images)

if images.name in own.names():
    sidebar.forget(images.name)

looking.at("dataset")
