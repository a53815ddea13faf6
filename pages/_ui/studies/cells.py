"""One measured cell of a study: its map, its report and its confusion matrix."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from _ui import figures, sidebar
from contrastive.runs import Run
from contrastive.storage import read_json
from contrastive.studies import Row, Study


def open_cell(study: Study, rows: list[Row]) -> None:
    """Choose one measured run and look into it."""
    done = {run: f"{', '.join(row.levels.values())}, seed {i}" for row in rows for i, run in enumerate(row.runs)}
    if not done:
        return
    with st.expander("Open one cell: its map and its confusion matrix", icon=":material/grid_view:"):
        picked = st.selectbox("Cell", list(done), format_func=done.__getitem__, key=f"study-cell-{study.name}")
        run = Run.open(picked)
        with st.container(horizontal=True):
            place = (run.config.dataset, run.id)
            if st.button("Its t-SNE map", icon=":material/scatter_plot:", on_click=sidebar.look_at, args=place):
                sidebar.go("map.py")
            if st.button("Its report", icon=":material/fact_check:", on_click=sidebar.look_at, args=place):
                sidebar.go("report.py")
        reports = read_json(run.path / "outcome.json")["reports"]
        which = st.segmented_control(
            "Probe", list(reports), default=next(iter(reports)), key="study-probe", required=True
        )
        report = reports[which or next(iter(reports))]
        matrix = pd.DataFrame(report["confusion"], index=report["classes"], columns=report["classes"])
        shares = matrix.div(matrix.sum(axis=1).clip(lower=1), axis=0)
        words = matrix.astype(str) if len(matrix) <= 20 else matrix.astype(str).map(lambda _: "")
        figure = figures.written(
            go.Heatmap(
                z=shares.to_numpy(),
                x=report["classes"],
                y=report["classes"],
                customdata=matrix.to_numpy(),
                zmin=0,
                zmax=1,
                hovertemplate="%{y}, called %{x}: %{customdata}<extra></extra>",
            ),
            words.to_numpy().tolist(),
        )
        figure.update_yaxes(autorange="reversed", title="is", type="category")
        figure.update_xaxes(title="is called", type="category")
        said = f"Confusion matrix, accuracy {report['accuracy']:.3f}, macro-F1 {report['macro_f1']:.3f}"
        st.caption(f"{said}; {report['n_test']:,} pictures.")
        figures.show(figure, key="study-confusion", height=140 + 28 * min(20, len(matrix)), alt=said)
