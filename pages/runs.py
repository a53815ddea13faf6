"""Runs: every training, its curves over the others', what to do with it, and the studies made of them."""

import pandas as pd
import streamlit as st
from _ui import address, disk, looking, sidebar, studies
from _ui.curves import CURVES, curve
from _ui.errors import show

from contrastive import housekeeping
from contrastive.errors import UserError
from contrastive.runs import ACTIVE, Run

st.title("Runs")
st.markdown("Every training on this machine, and the studies: grids of them with a question.")
shown = st.segmented_control(
    "Show", ["runs", "studies"], default="runs", key="show", bind="query-params", required=True
)
if shown == "studies":
    studies.draw()
    looking.at("runs")
    st.stop()


def in_words(runs: list[Run]) -> str:
    """What the last figures of several runs say about loss and learning; empty when there is nothing to say."""
    last = {run.id: run.metrics()[-1] for run in runs if run.metrics()}
    known = {name: line for name, line in last.items() if "knn" in line}
    if len(known) < 2:
        return ""
    if len({run.config.dataset for run in runs if run.id in known}) > 1:
        return "They learned from different data sets, so their figures cannot be held against each other."
    lowest = min(known, key=lambda name: known[name]["loss"])
    best = max(known, key=lambda name: known[name]["knn"])
    neighbours = f"{known[best]['knn']:.1%} of held-out pictures are named rightly by their neighbours"
    configs = [run.config for run in runs if run.id in known]
    if len({(c.method, c.batch_size, c.temperature, c.margin) for c in configs}) > 1:
        return f"*{best}* has the best neighbours: {neighbours}. Their losses are of different tasks: not comparable."
    if lowest == best:
        return f"*{best}* has the lowest loss and the best neighbours: {neighbours}."
    return (
        f"*{lowest}* has the lowest loss, but *{best}* learned more: {neighbours}, against "
        f"{known[lowest]['knn']:.1%}. A low loss is no proof of learning."
    )


def curves_shown(available: list[str]) -> list[str]:
    """Which curves are drawn; a choice stands in the address as ?curve=loss&curve=knn, unless it is the usual one."""
    usual = [metric for metric in ("loss", "knn") if metric in available]
    wanted = st.session_state.get("curve", st.query_params.get_all("curve"))
    st.session_state["curve"] = [metric for metric in wanted if metric in available] or usual
    shown = st.pills(
        "Curves", available, selection_mode="multi", key="curve", format_func=lambda metric: CURVES[metric][0]
    )
    if shown == usual:
        st.query_params.pop("curve", None)
    elif st.query_params.get_all("curve") != shown:
        st.query_params["curve"] = shown
    return shown


def delete(run: Run) -> None:
    """Delete a run, keeping the sentence of a refusal for the next drawing."""
    try:
        housekeeping.delete(housekeeping.of_run(run))
    except UserError as error:
        st.session_state["runs-error"] = error


if error := st.session_state.pop("runs-error", None):
    show(error)
runs = Run.all()
for name, fault in Run.unreadable().items():
    st.warning(fault, title=f"{name} is not a readable run.", icon=":material/folder_off:")
if not runs:
    st.info("Nothing was trained here yet. A first run takes a minute.", icon=":material/model_training:")
    st.page_link(
        "train.py", label="Train an encoder", icon=":material/model_training:", query_params=sidebar.address()
    )
    with st.expander("Room on the disk", icon=":material/hard_drive:"):
        disk.draw()
    looking.at("runs")
    st.stop()

lines = []
for run in runs:
    status, config, metrics = run.status, run.config, run.metrics()
    last = metrics[-1] if metrics else {}
    lines.append(
        {
            "run": run.id,
            "state": status["state"],
            "epochs": f"{len(metrics)} / {config.epochs}",
            "kNN": last.get("knn"),
            "over epochs": [line["knn"] for line in metrics if "knn" in line],
            "ridge": last.get("ridge"),
            "loss": last.get("loss"),
            "data set": config.dataset,
            "method": config.method,
            "views": config.views if isinstance(config.views, str) else "custom",
            "encoder": config.encoder,
            "minutes": sum(line["seconds"] for line in metrics) / 60,
            "updated": pd.Timestamp(status["updated"], unit="s"),
        }
    )
table = pd.DataFrame(lines)
event = st.dataframe(
    table,
    hide_index=True,
    on_select="rerun",
    selection_mode="multi-row",
    key="runs-table",
    placeholder="",
    alt="All runs with their state, settings and last metrics",
    column_config={
        "loss": st.column_config.NumberColumn(format="%.3f"),
        "kNN": st.column_config.NumberColumn(
            format="%.3f", help="kNN accuracy on held-out pictures after the last epoch."
        ),
        "ridge": st.column_config.NumberColumn(format="%.3f", help="Ridge probe accuracy on held-out pictures."),
        "over epochs": st.column_config.LineChartColumn(y_min=0, y_max=1, help="kNN accuracy, epoch by epoch."),
        "minutes": st.column_config.NumberColumn(format="%.1f"),
        "updated": st.column_config.DatetimeColumn(format="distance"),
    },
)
st.download_button(
    "Download the table", lambda: table.to_csv(index=False), "runs.csv", "text/csv", icon=":material/download:"
)

ticked = [runs[i].id for i in event["selection"]["rows"] if i < len(runs)]
if ticked != st.session_state.get("runs-ticked", []):
    st.session_state["runs-ticked"] = ticked
    if ticked:
        st.query_params["compare"] = ticked
    else:
        st.query_params.pop("compare", None)
compared = st.query_params.get_all("compare")
# The newest of all, which one may want to look into, and before others the newest that have a curve to show.
newest = sorted(runs, key=lambda run: not (run is runs[0] or run.metrics()))[:3]
chosen = [run for run in runs if run.id in compared] or newest
if not set(compared) & {run.id for run in chosen}:
    st.caption("The newest runs; tick rows above to choose others.")
available = [m for m in CURVES if any(m in line for run in chosen for line in run.metrics())]
if available:
    metrics_shown = curves_shown(available)
    columns = st.columns(2 if len(metrics_shown) > 1 else 1)
    for place, metric in enumerate(metrics_shown):
        with columns[place % len(columns)]:
            curve(chosen, metric, key=f"runs-{metric}", height=300)
    if sentence := in_words(chosen):
        st.markdown(sentence)
else:
    st.caption("None of them has finished an epoch yet.")

st.subheader("One run")
picked = address.pick("Which", {run.id: run.id for run in chosen}, key="one", width=420)
run = next(r for r in chosen if r.id == picked)
if run.status["state"] == "failed":
    st.error(run.status["message"], title="It failed.", icon=":material/error:")
with st.container(horizontal=True, vertical_alignment="center"):
    st.page_link("train.py", label="Open it", icon=":material/monitoring:", query_params=sidebar.address(run=run.id))
    if run.metrics():
        if st.button(
            "Open its map",
            icon=":material/scatter_plot:",
            on_click=sidebar.look_at,
            args=(run.config.dataset, run.id),
        ):
            sidebar.go("map.py")
        if st.button(
            "Its report", icon=":material/fact_check:", on_click=sidebar.look_at, args=(run.config.dataset, run.id)
        ):
            sidebar.go("report.py")
    if run.status["state"] not in ACTIVE:
        with st.popover("Delete", icon=":material/delete:"):
            st.markdown("The weights, curves and log of this run are removed for good.")
            # The run that was shown beside the button: one that somebody else deleted has left the picker by now.
            st.button("Delete it", key="runs-delete", on_click=delete, args=(run,))
with st.expander("Settings that differ", icon=":material/difference:"):
    settings = pd.DataFrame({r.id: {k: str(v) for k, v in r.config.model_dump().items()} for r in chosen})
    differing = settings[settings.nunique(axis=1) > 1] if len(chosen) > 1 else settings
    st.dataframe(differing, alt="Settings of the chosen runs that are not all the same")
with st.expander("What its process said", icon=":material/description:"):
    said = run.log_file.read_text(errors="replace")[-8000:] if run.log_file.is_file() else "Nothing was logged."
    st.code(said, language=None)
with st.expander("Room on the disk", icon=":material/hard_drive:"):
    disk.draw()

looking.at("runs")
