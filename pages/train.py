"""Train: start a run, watch it live, stop and resume it; it goes on when the browser is closed."""

import inspect

import streamlit as st
from _ui import emphasis, first_runs, looking, movie, sidebar
from _ui.config_form import config_form
from _ui.curves import curve
from _ui.errors import show, shown

from contrastive import jobs, snapshots
from contrastive.config import TrainConfig
from contrastive.counted import counted, duration
from contrastive.errors import UserError
from contrastive.health import health, in_figures, verdict
from contrastive.runs import ACTIVE, Run

NEW = "a new run"
FROM = "from"
"""In the address: the run whose settings the form begins with."""

st.title("Train")
st.markdown("Teach an encoder by contrast, without labels, and watch what it learns epoch by epoch.")


def begin(content: dict, name: str) -> None:
    """Create and launch a run, and turn the page to it."""
    try:
        # A second click of a double click gets the run of the first.
        run = jobs.begin(TrainConfig.read(content), name.strip() or None)
        st.session_state["train-turn"] = run.id
    except UserError as error:
        st.session_state["train-error"] = error


if error := st.session_state.pop("train-error", None):
    show(error)

if turn := st.session_state.pop("train-turn", None):
    # The picker can only be turned before it is drawn.
    st.session_state["run"] = turn
runs = Run.all()
ids = [run.id for run in runs]
asked = st.query_params.get("run")
if asked and asked not in (NEW, *ids):
    show(UserError(f"There is no run called {asked[:60]!r} any more.", "Choose another one, or start one."))
watched = st.selectbox(
    "Run",
    [NEW, *ids],
    key="run",
    bind="query-params",
    width=420,
    help="Runs go on when this page is closed.",
)


def new_run() -> None:
    """Presets as cards and the whole form folded beneath; the form alone where another run gives its settings."""
    like = st.query_params.get(FROM)
    if not like:
        st.caption("Each of these takes one to three minutes on two cores, and goes on when the page is closed.")
        first_runs.cards(begin)
    with st.expander("Set everything yourself", icon=":material/tune:", expanded=bool(like)):
        start = TrainConfig(dataset=st.session_state["data"])
        if like:
            with shown():
                start = Run.open(like).config
                st.caption(f"These are the settings of *{like}*. Change what you like.")
        file = st.file_uploader(
            "Begin with the config of another run", type="json", key="train-config", max_upload_size=1
        )
        if file:
            with shown():
                start = TrainConfig.from_json(file.getvalue())
        first_runs.warn(start.views, start.dataset, start.strength)
        with st.form("train-form", border=False):
            content = config_form(start, key=f"train-{file.file_id if file else like or 'new'}")
            name = st.text_input(
                "Name of the run", key="train-name", placeholder="made up from the date and the method"
            )
            if st.form_submit_button("Start the run", icon=":material/play_arrow:"):
                begin(content, name)
                if "train-error" in st.session_state:
                    show(st.session_state.pop("train-error"))
                else:
                    st.rerun()


def act(what: str, run: Run) -> None:
    """Stop or resume, keeping the sentence of a refusal for the next drawing."""
    try:
        {"stop": jobs.stop, "resume": jobs.launch}[what](run)
    except UserError as error:
        st.session_state["train-error"] = error


def queued(run: Run) -> str:
    """How many are before a run that is waiting, in words."""
    line = [other.id for other in jobs.waiting()]
    if run.id not in line:
        return "Waiting to be started."
    before = line.index(run.id)
    if not before:
        return "Waiting: it is next, once what is being trained is done."
    return f"Waiting: {before} before it in the queue, beside what is being trained."


def in_words(run: Run, status: dict) -> str:
    """Where the run stands, as one sentence."""
    epochs = run.config.epochs
    if status["state"] in ACTIVE:
        left = status.get("seconds_left")
        ahead = f", about {duration(left)} left" if left else ""
        return status["message"] or f"Running: epoch {max(1, status.get('epoch', 1))} of {epochs}{ahead}."
    done, of = len(run.metrics()), counted(epochs, "epoch")
    words = {
        "finished": f"Finished after {counted(done, 'epoch')}.",
        "stopped": f"Stopped after {done} of {of}.",
        "interrupted": f"Its process ended after {done} of {of}; resume it and nothing is lost.",
        "failed": "It failed.",
        "queued": queued(run),
    }
    return " ".join(filter(None, [words[status["state"]], status["message"]]))


def settings_of(id: str) -> None:
    """Turn the page to the form, with the settings of a run in it."""
    st.session_state["train-turn"] = NEW
    st.query_params[FROM] = id


def standing(run: Run) -> tuple[bool, bool]:
    """What the buttons above a live run follow: whether it goes on, and whether an epoch is done."""
    return run.status["state"] in ACTIVE or run.waiting, bool(run.metrics())


def live(id: str) -> None:
    """The run as it stands now; the whole page is drawn anew once its buttons would be others."""
    with shown():
        run = Run.open(id)
        status = run.status
        going, _ = now = standing(run)
        if now != st.session_state[f"stands-{id}"]:
            st.rerun()
        if status["state"] == "failed":
            st.error(status["message"], title="It failed.", icon=":material/error:")
        else:
            st.progress(min(1.0, status.get("step", 0) / max(1, status.get("total", 1))), in_words(run, status))
        metrics = run.metrics()
        if not metrics:
            if going:
                st.caption("Curves appear after the first epoch.")
                st.space(240)
            else:
                st.caption("It ended before its first epoch was done: there is nothing to show.")
            return
        last = metrics[-1]
        with st.grid(4, min_column_width=150, gap="small"):
            st.metric("Loss", f"{last['loss']:.3f}")
            if "top1" in last:
                st.metric("Positive found first", f"{last['top1']:.0%}", help="Among all other views of the batch.")
            use = (
                "This run learns from labels, too." if run.config.uses_labels else "Labels are only used to measure."
            )
            st.metric(
                "kNN accuracy",
                f"{last['knn']:.1%}" if "knn" in last else "no labels",
                help=f"On held-out pictures, by a vote of 20 neighbours. {use}",
            )
            st.metric("Pictures a second", f"{last['images_per_s']:,.0f}")
        if "effective_rank" in last:
            st.markdown(verdict(last), help=inspect.getdoc(health))
            st.caption(in_figures(last))
        left, right = st.columns(2)
        with left:
            curve([run], "loss", key=f"live-loss-{id}")
        with right:
            curve(
                [run], next(m for m in ("knn", "top1", "cosine", "accuracy", "lr") if m in last), key=f"live-knn-{id}"
            )


def one_run(id: str) -> None:
    """The live view of a run, with what can be done with it."""
    run = Run.open(id)
    status = run.status
    st.session_state[f"stands-{id}"] = standing(run)
    with st.container(horizontal=True):
        if run.waiting:
            st.button("Leave the queue", icon=":material/stop:", on_click=act, args=("stop", run))
        elif status["state"] in ACTIVE:
            st.button("Stop the run", icon=":material/stop:", on_click=act, args=("stop", run))
        elif status["state"] != "finished":
            st.button(
                "Resume",
                icon=":material/play_arrow:",
                # What failed mostly fails again as it is.
                type="secondary" if status["state"] == "failed" else emphasis.main(),
                on_click=act,
                args=("resume", run),
            )
        if run.metrics():
            dataset = run.config.dataset
            if st.button(
                "Open its map",
                icon=":material/scatter_plot:",
                type=emphasis.main() if status["state"] == "finished" else "secondary",
                on_click=sidebar.look_at,
                args=(dataset, run.id),
            ):
                sidebar.go("map.py")
            if st.button(
                "Its report", icon=":material/fact_check:", on_click=sidebar.look_at, args=(dataset, run.id)
            ):
                sidebar.go("report.py")
        if status["state"] not in ACTIVE and not run.waiting:
            st.button(
                "Train another like it",
                icon=":material/tune:",
                type=emphasis.main() if status["state"] == "failed" else "secondary",
                on_click=settings_of,
                args=(id,),
                help="Opens the form with the settings of this run.",
            )
    with shown():
        first_runs.warn(run.config.views, run.config.dataset, run.config.strength)
    # Drawn anew every two seconds while it is running; a finished run stands still.
    st.fragment(live, run_every=2 if status["state"] in ACTIVE or run.waiting else None)(id)
    if status["state"] in ACTIVE or snapshots.epochs(run.path / "snapshots"):
        st.subheader("The movie")
        with shown():
            movie.of_run(run)
    with st.expander("Config and log", icon=":material/description:"):
        st.json(run.config.model_dump(), expanded=False)
        log = run.path / "log.txt"
        text = log.read_text(errors="replace")[-4000:] if log.is_file() else "Nothing was logged."
        st.code(text, language=None)


with shown():
    if watched and watched != NEW:
        st.query_params.pop(FROM, None)
        one_run(watched)
    else:
        new_run()

looking.at("train")
