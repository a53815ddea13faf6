"""Three short runs on the digits: without labels, with labels as positives, and taught by labels outright."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from _ui.errors import show
from contrastive import jobs
from contrastive.catalogue import Known
from contrastive.config import TrainConfig
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.runs import ACTIVE, Run

SHORT = {"dataset": "digits", "views": "simclr-no-flip", "epochs": 8, "batch_size": 128}
METHODS = {
    "simclr": ("SimCLR", "never sees a label"),
    "supcon": ("SupCon", "labels say which pictures are alike"),
    "supervised": ("Supervised", "labels are what it must answer"),
}


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """A card a method that starts its run, and the curves of whatever runs there are."""
    if error := st.session_state.pop("lesson-error", None):
        show(error)
    runs = {method: latest(method) for method in METHODS}
    for column, (method, (name, words)) in zip(st.columns(3), METHODS.items(), strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{name}**: {words}.")
            run = runs[method]
            st.caption(_state(run))
            st.button(
                "Start" if run is None else "Start another",
                key=f"{key}-start-{method}",
                icon=":material/play_arrow:",
                disabled=run is not None and run.status["state"] in ACTIVE,
                on_click=begin,
                args=(method,),
                help=f"{SHORT['epochs']} epochs on the digits; about a minute on two cores.",
            )
    active = any(run is not None and run.status["state"] in ACTIVE for run in runs.values())
    st.fragment(_curves, run_every=3 if active else None)(key)
    said = {method: _last(run) for method, run in runs.items() if run is not None}
    words = ", ".join(f"{METHODS[m][0]} {value:.1%}" for m, value in said.items() if value is not None)
    return {"results": f"Your runs, after their last epoch: {words}." if words else "You have no such run yet."}


def latest(method: str) -> Run | None:
    """The newest run of a method on the digits."""
    return next((run for run in Run.all() if run.config.method == method and run.config.dataset == "digits"), None)


def begin(method: str) -> None:
    """Start a short run; a callback, so that the page then shows it."""
    try:
        jobs.begin(TrainConfig.read({**SHORT, "method": method}))
    except UserError as error:
        st.session_state["lesson-error"] = error


def _last(run: Run) -> float | None:
    found = [line["knn"] for line in run.metrics() if "knn" in line]
    return found[-1] if found else None


def _state(run: Run | None) -> str:
    if run is None:
        return "Not run yet."
    value = _last(run)
    reached = f", {value:.1%} of held-out digits named rightly by their neighbours" if value is not None else ""
    return f"{run.id}: {run.status['state']}, {len(run.metrics())} of {run.config.epochs} epochs{reached}."


def _curves(key: str) -> None:
    found = [(method, run) for method in METHODS if (run := latest(method)) is not None and run.metrics()]
    if not found:
        st.caption("The curves of your runs appear here. A run goes on when you leave the page.")
        return
    figure, rows = go.Figure(), []
    for number, (method, run) in enumerate(found):
        lines = [line for line in run.metrics() if "knn" in line]
        figure.add_scatter(
            x=[line["epoch"] for line in lines],
            y=[line["knn"] for line in lines],
            name=METHODS[method][0],
            mode="lines+markers",
            line={"color": figures.SEQUENCE[number], "dash": figures.DASHES[number], "width": 2},
            hovertemplate=f"{METHODS[method][0]}, epoch %{{x}}: %{{y:.1%}}<extra></extra>",
        )
        rows.append({"method": METHODS[method][0], "epochs": len(lines), "kNN accuracy": lines[-1]["knn"]})
    figure.update_xaxes(title="epoch", showgrid=False, rangemode="tozero")
    figure.update_yaxes(tickformat=".0%", title="held-out digits named rightly")
    spoken = ", ".join(f"{row['method']} {row['kNN accuracy']:.1%}" for row in rows)
    figures.show(figure, key=f"{key}-curves", height=300, alt=f"kNN accuracy over epochs: {spoken}")
    if len(rows) > 1:
        table = pd.DataFrame(rows).sort_values("kNN accuracy", ascending=False)
        best, worst = table.iloc[0], table.iloc[-1]
        st.markdown(
            f"**{best['method']} is ahead with {best['kNN accuracy']:.1%}; {worst['method']} has "
            f"{worst['kNN accuracy']:.1%}.** One run each: another seed moves these figures."
        )
