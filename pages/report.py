"""Report: how well labels can be read from an encoder's vectors, class by class, down to the pictures."""

import streamlit as st
from _ui import looking, sidebar, take_away
from _ui.errors import Told
from _ui.few_labels import few_labels
from _ui.report import beside, by_class, calibration, choices, confusion, headline, pictures, reading, tuning, weights

from contrastive.evaluate.few_labels import LEARNING

images, known = sidebar.images(), sidebar.known()
st.title("Report")
told = {
    True: "saw labels while it was trained",
    False: "never saw a label",
    None: "was made elsewhere, or taught by a network that was, so what it was told is not known",
}[known.saw_labels]
st.markdown(
    f"The encoder {told}. A simple classifier now tries to read the labels from its vectors: what it can "
    "read, the encoder has kept apart."
)
if not any(len(classes) > 1 for classes in images.classes_of.values()):
    lacking = "a single class" if images.label_columns else "no labels"
    st.info(
        "Its map and its neighbours need none of that. For a report, choose another data set in the sidebar, or add "
        "these pictures again with one folder a class.",
        title=f"{images.name} has {lacking}, so there is nothing to read.",
        icon=":material/label_off:",
    )
    with st.container(horizontal=True):
        for page, label, icon in (
            ("map.py", "Its map", ":material/scatter_plot:"),
            ("neighbours.py", "Its neighbours", ":material/image_search:"),
            ("dataset.py", "Add pictures with labels", ":material/add_photo_alternate:"),
        ):
            st.page_link(page, label=label, icon=icon, query_params=sidebar.address())
    looking.at("report")
    raise Told

choice = choices.choose(images, known)
what = reading.look(images, known, choice)
if choice.probe == "finetune":
    report = tuning.tuned(what)
else:
    with st.spinner("Reading the labels", show_time=True):
        report = reading.read(what)

if report is not None:
    headline.headline(what, report)
    ordered = by_class.order(report)
    st.subheader("Class by class")
    by_class.by_class(report, ordered)
    by_class.downloads(what, report, ordered)

    st.subheader("What is taken for what")
    left, right = st.columns([3, 2], gap="large")
    with left:
        clicked = confusion.confusion(report, ordered)
    with right:
        confusion.most_confused(report)
        st.caption("Click a cell of the matrix to see its pictures, or pick one here.")
        cell = pictures.pick_cell(what, report, clicked)
    if cell is not None:
        pictures.of_cell(what, report, cell)
    st.subheader("Label suspects")
    pictures.suspects(what, report)
    st.subheader("Does it know how sure it is?")
    calibration.calibration(what, report)

if report is not None and choice.probe in weights.WEIGHTED:
    folded = st.expander(
        "With and without class weights", icon=":material/balance:", key="report-weights", on_change="rerun"
    )
    if folded.open:
        with folded:
            weights.weights(what)

if choice.probe in LEARNING:
    folded = st.expander(
        "How few labels are enough", icon=":material/show_chart:", key="report-few", on_change="rerun"
    )
    if folded.open:
        with folded:
            taught, codes = images.rows("train"), images.codes(choice.column)
            few_labels(
                (what.vectors[taught], codes[taught]),
                (what.vectors[what.rows], what.truth),
                what.classes,
                probe=choice.probe,
                key=f"{what.name} {choice.probe}",
            )

if report is not None and choice.probe != "finetune":
    st.subheader("Beside other encoders")
    st.caption(
        "The same pictures, the same probe: what was learned is what goes beyond raw pixels and an untrained network."
    )
    beside.beside(what, report)

take_away.show(images, known, key="report-take-away")
looking.at("report")
