"""Report: how well labels can be read from an encoder's vectors, class by class, down to the pictures."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from _ui import figures, loading, sidebar
from _ui.few_labels import few_labels
from _ui.gallery import gallery

from contrastive.embed import project, projects
from contrastive.errors import UserError
from contrastive.evaluate import PROBES, Probe, Report
from contrastive.evaluate.few_labels import LEARNING
from contrastive.health import answer_signs, health, verdict
from contrastive.runs import Run

NAMES = {"linear": "linear probe", "sgd": "step by step", "knn": "nearest neighbours", "kmeans": "k-means"}
SMALL = 20

images, known = sidebar.images(), sidebar.known()
st.title("Report")
told = {
    True: "saw labels while it was trained",
    False: "never saw a label",
    None: "was made elsewhere, so what it was told is not known",
}[known.saw_labels]
st.markdown(
    f"The encoder {told}. A simple classifier now tries to read the labels from its vectors: what it can "
    "read, the encoder has kept apart."
)
if not images.label_columns:
    raise UserError(
        f"{images.name} has no labels, so there is nothing to read.",
        "Choose another data set in the sidebar, or add yours with one folder a class.",
    )

with st.container(horizontal=True, vertical_alignment="bottom"):
    column = (
        st.segmented_control(
            "Labels",
            images.label_columns,
            default=images.target,
            key="report-column",
            bind="query-params",
            required=True,
        )
        or images.target
    )
    probe = (
        st.segmented_control(
            "Probe",
            list(PROBES),
            default="linear",
            key="probe",
            bind="query-params",
            required=True,
            format_func=lambda name: NAMES.get(name, name),
            help="Linear: logistic regression. Step by step: the same cuts, found by gradient descent. "
            "Nearest neighbours: a vote of 20. k-means: clusters named afterwards.",
        )
        or "linear"
    )
    held_out = [name for name in ("test", "val", "train") if len(images.rows(name))]
    split = st.segmented_control("Read on", held_out, default=held_out[0], key="report-split", required=True)
    after_head = projects(known) and (
        st.segmented_control(
            "Vectors",
            ["before the head", "after the head"],
            default="before the head",
            key="report-head",
            required=True,
            help="Training looks at what a projection head makes of the vectors; afterwards it is left off. What it "
            "has thrown away can still be read before it.",
        )
        == "after the head"
    )


@st.cache_data(max_entries=64, show_spinner=False)
def graded(key: str, _vectors: np.ndarray, _images: object, probe: str, column: str, split: str) -> Report:
    """One report; `key` names encoder and data."""
    train, val, test = images.rows("train"), images.rows("val"), images.rows(split)
    codes, classes = images.codes(column), images.classes_of[column]
    held = (_vectors[val], codes[val]) if (codes[val] >= 0).any() else None
    return Probe.read(probe)(_vectors[train], codes[train], _vectors[test], codes[test], classes, validation=held)


@st.cache_data(max_entries=64, show_spinner=False)
def signs_of(key: str, _vectors: np.ndarray) -> dict[str, float]:
    """Health of the vectors of up to five hundred pictures."""
    return health(_vectors[:: max(1, len(_vectors) // 500)])


@st.cache_resource(max_entries=4, show_spinner=False)
def projected(key: str, run: str, _vectors: np.ndarray) -> np.ndarray:
    """What the head of a run makes of its vectors."""
    return project(Run.open(run), _vectors)


vectors = loading.vectors(known, images)
said = f"{known.hash(images)} {images.fingerprint}"
if after_head:
    said += " after the head"
    vectors = projected(said, known.name, vectors)
with st.spinner("Reading the labels", show_time=True):
    report = graded(said, vectors, images, probe, column, split or "test")

st.markdown(f"#### {report.sentence()}")
low, high = report.intervals["accuracy"]
low_f1, high_f1 = report.intervals["macro_f1"]
cells = st.columns(4)
cells[0].metric("Accuracy", f"{report.accuracy:.3f}", help="Share of pictures that were named rightly.")
top = f"; {report.top_k[3]:.3f} among the three best" if 3 in report.top_k else ""
cells[0].caption(f"95 % between {low:.3f} and {high:.3f}{top}")
cells[1].metric(
    "Macro-F1", f"{report.macro_f1:.3f}", help="F1 averaged over classes: small ones count as much as large ones."
)
cells[1].caption(f"95 % between {low_f1:.3f} and {high_f1:.3f}; weighted by size {report.weighted_f1:.3f}")
cells[2].metric(
    "Majority baseline",
    f"{report.majority_baseline:.3f}",
    help="What always giving the most frequent answer would reach.",
)
cells[2].caption(f"always *{report.majority_class}*")
cells[3].metric("Balanced accuracy", f"{report.balanced_accuracy:.3f}", help="Recall averaged over classes.")
cells[3].caption(f"{report.n_test:,} pictures read, {report.n_train:,} learned from")
rows = images.rows(split or "test")
truth, answers = images.codes(column)[rows], np.array(report.predictions)
signs = signs_of(f"{said} {split}", vectors[rows]) | answer_signs(answers, truth, len(report.classes))
st.markdown(verdict(signs, report.classes))
if report.note:
    st.caption(f":material/info: {report.note}")

table = report.table().sort_values("f1", ascending=False)
left, right = st.columns([6, 5], gap="large")
with left:
    st.subheader("Class by class")
    score: dict[str, Any] = {"min_value": 0.0, "max_value": 1.0, "format": "%.2f", "width": 78}
    st.dataframe(
        table,
        hide_index=True,
        height=38 + 35 * len(table),
        alt="Precision, recall, F1 and support of every class",
        column_config={
            "label": st.column_config.TextColumn(column, width=110),
            "precision": st.column_config.ProgressColumn(
                "precision", help="Of those named so, how many were.", **score
            ),
            "recall": st.column_config.ProgressColumn(
                "recall", help="Of those that are, how many were named so.", **score
            ),
            "f1": st.column_config.ProgressColumn("F1", help="Harmonic mean of precision and recall.", **score),
            "support": st.column_config.NumberColumn(
                "support", help="Pictures of the class.", format="localized", width=60
            ),
        },
    )
    small = table[(table["support"] > 0) & (table["support"] < SMALL)]["label"].tolist()
    if small:
        st.caption(f":material/warning: Fewer than {SMALL} pictures, so read with care: {', '.join(small)}.")
    st.download_button(
        "Download as CSV", lambda: table.to_csv(index=False), "report.csv", "text/csv", icon=":material/download:"
    )
with right:
    st.subheader("What is taken for what")
    counts = np.array(report.confusion)
    shares = counts / np.maximum(1, counts.sum(1, keepdims=True))
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=report.classes,
            y=report.classes,
            customdata=counts,
            colorscale="Cividis",
            zmin=0,
            zmax=1,
            text=counts if len(report.classes) <= 12 else None,
            texttemplate="%{text}" if len(report.classes) <= 12 else None,
            hovertemplate="is %{y}, taken for %{x}: %{customdata}<extra></extra>",
            showscale=False,
        )
    )
    figure.update_yaxes(autorange="reversed", title="is", showgrid=False, type="category", dtick=1)
    figure.update_xaxes(title="taken for", showgrid=False, type="category", dtick=1)
    figures.show(
        figure,
        key="report-confusion",
        height=max(360, 34 * len(report.classes) + 90),
        alt="Confusion matrix: rows are true classes, columns what the probe answered",
    )

pairs = [(int(counts[i, j]), i, j) for i in range(len(counts)) for j in range(len(counts)) if i != j and counts[i, j]]
pairs.sort(reverse=True)
st.subheader("Open a cell")
options = {f"{report.classes[i]} taken for {report.classes[j]} ({n})": (i, j) for n, i, j in pairs}
options |= {f"{report.classes[i]} named rightly ({counts[i, i]})": (i, i) for i in range(len(counts)) if counts[i, i]}
if options:
    cell = st.selectbox("Which pictures", list(options), key=f"report-cell-{probe}-{column}-{split}", width=420)
    i, j = options[cell]
    here = np.flatnonzero((truth == i) & (answers == j))
    if report.confidence:
        here = here[np.argsort(-np.array(report.confidence)[here])]
    notes = [f"{report.confidence[p]:.2f}" for p in here[:48]] if report.confidence else None
    clicked = gallery(
        images,
        rows[here[:48]],
        key="report-cell-wall",
        size=112,
        captions=[f"taken for {report.classes[j]}" if i != j else report.classes[i]] * len(here[:48]),
        notes=notes,
    )
    st.caption("Most confident first; the number is the probe's confidence." if notes else "")
    if clicked is not None:
        st.session_state["neighbours-row"] = clicked
        sidebar.go("neighbours.py")

if probe in LEARNING:
    folded = st.expander(
        "How few labels are enough", icon=":material/show_chart:", key="report-few", on_change="rerun"
    )
    if folded.open:
        with folded:
            taught, codes = images.rows("train"), images.codes(column)
            few_labels(
                (vectors[taught], codes[taught]),
                (vectors[rows], truth),
                report.classes,
                probe=probe,
                key=f"{said} {probe} {column} {split}",
            )

st.subheader("Beside other encoders")
st.caption(
    "The same pictures, the same probe: what was learned is what goes beyond raw pixels and an untrained network."
)
beside = st.pills(
    "Compare with",
    [n for n in sidebar.encoder_names(st.session_state["data"]) if n != known.name],
    selection_mode="multi",
    key="report-beside",
)
lines = [
    {
        "encoder": f"{known.name}, after the head" if after_head else known.name,
        "accuracy": report.accuracy,
        "macro-F1": report.macro_f1,
        "95 % of accuracy": f"{low:.3f} to {high:.3f}",
    }
]
for name in beside:
    other = loading.known(name)
    theirs = graded(
        f"{other.hash(images)} {images.fingerprint}",
        loading.vectors(other, images),
        images,
        probe,
        column,
        split or "test",
    )
    lines.append(
        {
            "encoder": name,
            "accuracy": theirs.accuracy,
            "macro-F1": theirs.macro_f1,
            "95 % of accuracy": "{:.3f} to {:.3f}".format(*theirs.intervals["accuracy"]),
        }
    )
st.dataframe(
    pd.DataFrame(lines),
    hide_index=True,
    alt="Accuracy and macro-F1 of each encoder",
    column_config={n: st.column_config.NumberColumn(format="%.3f") for n in ("accuracy", "macro-F1")},
)

with st.expander("How to read this, and how it can mislead", icon=":material/help:"):
    st.markdown(
        "**Accuracy** can be high for nothing: when one class is frequent, always naming it is right "
        "most of the time. "
        "Hold it against the majority baseline, and read **macro-F1**, in which every class counts alike. The "
        "interval says how much the figure would move with other test pictures. A report on the *train* split tells "
        "how well the probe has memorised, not how well it reads. Small classes give unsteady numbers."
    )
