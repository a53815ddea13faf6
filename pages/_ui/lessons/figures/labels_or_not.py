"""Three short runs on the digits: without labels, with labels as positives, and taught by labels outright."""

import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from _ui.errors import show
from contrastive import jobs
from contrastive.catalogue import Known
from contrastive.config import TrainConfig
from contrastive.counted import duration
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
    """A button that starts all three, then a card a method and the curves, live until the last of them ends."""
    if error := st.session_state.pop("lesson-error", None):
        show(error)
    runs = {method: latest(method) for method in METHODS}
    going = _going(runs)
    if going:
        st.button(
            "Stop them", key=f"{key}-stop", icon=":material/stop:", on_click=stop, help="What is learned is kept."
        )
    else:
        done = [run for run in runs.values() if run is not None and run.status["state"] == "finished"]
        st.button(
            "Start all three" if len(done) < len(METHODS) else "Once more, with another seed",
            key=f"{key}-start",
            icon=":material/play_arrow:",
            on_click=begin,
            help=f"{SHORT['epochs']} epochs each on the digits; about a minute each on two cores. What was stopped "
            "goes on where it was.",
        )
    st.session_state["lesson-going"] = going
    st.fragment(_live, run_every=2 if going else None)(key)
    ended = [(METHODS[m][0], run.metrics()) for m, run in runs.items() if run is not None and m not in going]
    near, linear = (
        ", ".join(f"{name} {lines[-1][probe]:.1%}" for name, lines in ended if lines and probe in lines[-1])
        for probe in ("knn", "ridge")
    )
    results = (
        f"Your runs, after their last epoch, by their neighbours: {near}." if near else "No such run has ended yet."
    )
    return {"results": f"{results} Read by a linear probe from the same vectors: {linear}." if linear else results}


def latest(method: str) -> Run | None:
    """The newest run of a method as this lesson starts it, whatever its seed.

    One with other views or another number of epochs would say something else.
    """
    return next((run for run in Run.all() if run.config == _config(method, run.config.seed)), None)


def begin() -> None:
    """Start, or go on with, whichever has not finished; all of them with another seed if they have. A callback."""
    runs = {method: latest(method) for method in METHODS}
    seed = max((run.config.seed for run in runs.values() if run is not None), default=0)
    open_ = [method for method, run in runs.items() if run is None or run.status["state"] != "finished"]
    try:
        for method in open_ or METHODS:
            run = runs[method]
            if open_ and run is not None:
                jobs.launch(run)
            else:
                jobs.begin(_config(method, seed if open_ else seed + 1))
    except UserError as error:
        st.session_state["lesson-error"] = error


def stop() -> None:
    """End those that are going on, the waiting ones first, lest they begin. A callback."""
    found = [run for method in METHODS if (run := latest(method)) is not None]
    try:
        for run in sorted(found, key=lambda run: not run.waiting):
            if run.waiting or run.status["state"] in ACTIVE:
                jobs.stop(run)
    except UserError as error:
        st.session_state["lesson-error"] = error


def _config(method: str, seed: int) -> TrainConfig:
    return TrainConfig.read({**SHORT, "method": method, "seed": seed})


def _going(runs: dict[str, Run | None]) -> list[str]:
    return [m for m, run in runs.items() if run is not None and (run.waiting or run.status["state"] in ACTIVE)]


def _last(run: Run) -> float | None:
    found = [line["knn"] for line in run.metrics() if "knn" in line]
    return found[-1] if found else None


def _state(run: Run | None) -> tuple[float, str]:
    """The share of a run that is done, and where it stands in words."""
    if run is None:
        return 0.0, "Not run yet."
    status, value = run.status, _last(run)
    share = min(1.0, status.get("step", 0) / max(1, status.get("total", 1)))
    reached = "" if value is None else f", {value:.1%} named rightly"
    if run.waiting:
        return share, "Waiting for its turn."
    if status["state"] not in ACTIVE:
        done = f"{len(run.metrics())} of {run.config.epochs} epochs"
        return share, f"{status['state'].capitalize()} after {done}{reached}."
    left = status.get("seconds_left")
    ahead = f", about {duration(left)} left" if left else ""
    return share, f"Epoch {max(1, status.get('epoch', 1))} of {run.config.epochs}{ahead}{reached}."


def _live(key: str) -> None:
    """Cards and curves as they are now; the whole page is drawn anew when a run ends, for the answers quote it."""
    runs = {method: latest(method) for method in METHODS}
    if _going(runs) != st.session_state["lesson-going"]:
        st.rerun()
    for column, (method, run) in zip(st.columns(3), runs.items(), strict=True):
        name, words = METHODS[method]
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{name}**: {words}.")
            share, said = _state(run)
            st.progress(share, said)
    _curves(key)


def _curves(key: str) -> None:
    found = [(method, run.metrics()) for method in METHODS if (run := latest(method)) is not None and run.metrics()]
    if not found:
        st.caption("The curves of your runs appear here.")
        return
    figure = go.Figure()
    for number, (method, lines) in enumerate(found):
        figure.add_scatter(
            x=[line["epoch"] for line in lines],
            y=[line["knn"] for line in lines],
            name=METHODS[method][0],
            mode="lines+markers",
            line={"color": figures.SEQUENCE[number], "dash": figures.DASHES[number], "width": 2},
            hovertemplate=f"{METHODS[method][0]}, epoch %{{x}}: %{{y:.1%}}<extra></extra>",
        )
    figure.update_xaxes(title="epoch", showgrid=False, rangemode="tozero")
    figure.update_yaxes(tickformat=".0%", title="held-out digits named rightly")
    spoken = ", ".join(f"{METHODS[method][0]} {lines[-1]['knn']:.1%}" for method, lines in found)
    figures.show(figure, key=f"{key}-curves", height=300, alt=f"kNN accuracy over epochs: {spoken}")
    if len(found) > 1:
        # A run that is further along would otherwise be ahead for that alone.
        epoch = min(len(lines) for _, lines in found)
        reached = sorted(((lines[epoch - 1]["knn"], METHODS[method][0]) for method, lines in found), reverse=True)
        (best, first), *others = reached
        rest = ", ".join(f"{name} {value:.1%}" for value, name in others)
        st.markdown(
            f"**After epoch {epoch}, {first} is ahead with {best:.1%}; {rest}.** "
            "One run each: another seed moves these figures."
        )
