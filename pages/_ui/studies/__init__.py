"""Studies on the runs page: the question, ours beside the published figures, its cells, and a start button."""

import time

import streamlit as st

from _ui import address, emphasis, sidebar
from _ui.errors import show, shown
from _ui.studies.cells import open_cell
from _ui.studies.showed import report
from _ui.studies.table import table
from contrastive import datasets, studies
from contrastive.counted import counted, duration
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.studies import Choice, Study, job

READING = """
A mean over seeds carries its 95 % interval (Student's t), and a difference smaller than the interval is none. A
published figure is a single run unless its source says otherwise. Where nothing else is said, probes learn from
training pictures of the data set, 10,000 at most, and are read on its test pictures, 10,000 at most: also where the
encoder itself was trained on fewer.
"""


def draw() -> None:
    """Everything about one study, chosen by name."""
    titles = {name: studies.load(name).title for name in studies.names()}
    name = address.pick("Study", titles, key="study", default="pairwise-and-triplet", width=520)
    study = studies.load(name)
    st.subheader(study.question)
    if study.source:
        st.caption(study.source)
    with shown():
        choice = _choice(study)
        _work(study, choice)
        rows = studies.results(study, choice)
        if said := unlike(study, choice):
            st.info(said, icon=":material/info:")
        table(study, rows)
        open_cell(study, rows)
        report(name)
    with st.expander(
        "How ours differs, and how to read this" if study.published else "How to read this", icon=":material/help:"
    ):
        if study.note:
            st.markdown(study.note)
        st.markdown(READING)


def _choice(study: Study) -> Choice:
    """How much of the study, and on which data; the whole of it unless told."""
    with st.expander("Smaller, or on other data", icon=":material/tune:"):
        left, middle, right, last = st.columns(4)
        seeds = left.number_input(
            "Seeds", 1, 20, len(study.seeds), key=f"study-seeds-{study.name}", bind="query-params"
        )
        epochs = middle.number_input(
            "Epochs", 1, None, None, key=f"study-epochs-{study.name}", bind="query-params", placeholder="as written"
        )
        limit = right.number_input(
            "Pictures", 4, None, None, key=f"study-limit-{study.name}", bind="query-params", placeholder="as written"
        )
        size = last.number_input(
            "Side in pixels",
            8,
            512,
            None,
            key=f"study-size-{study.name}",
            bind="query-params",
            placeholder="as written",
        )
        only: dict[str, str] = {}
        for column, (factor, levels) in zip(st.columns(len(study.factors)), study.factors.items(), strict=True):
            picked = column.selectbox(
                f"Only {factor}", ["all", *levels], key=f"study-only-{study.name}-{factor}", bind="query-params"
            )
            if picked != "all":
                only[factor] = picked
        stand_in = _stand_ins(study, only)
        settings = _settings(study)
    seeds_told = None if seeds == len(study.seeds) else int(seeds)
    return Choice(
        only=only,
        seeds=seeds_told,
        epochs=epochs,
        limit=limit,
        size=size,
        stand_in=stand_in,
        settings=settings,
    )


def _settings(study: Study) -> dict[str, str]:
    """Fields of the config that are told otherwise for every cell."""
    typed = st.text_input(
        "Other settings, for every cell",
        key=f"study-set-{study.name}",
        bind="query-params",
        placeholder="as written, or such as encoder=resnet18; batch_size=512",
        help="FIELD=VALUE; several with semicolons. The fields are those of *Train, Set everything yourself*.",
    )
    found = {}
    for part in filter(None, (part.strip() for part in typed.split(";"))):
        name, _, value = (half.strip() for half in part.partition("="))
        if not value:
            raise UserError(f"{part!r} is not FIELD=VALUE.", "For example encoder=resnet18.")
        found[name] = value
    return found


def _stand_ins(study: Study, only: dict[str, str]) -> dict[str, str]:
    """What is read in place of each data set of the cells: another one, or a place on this machine."""
    used = dict.fromkeys(cell.config.dataset for cell in studies.cells(study, Choice(only=only)))
    at_hand = sidebar.data_names()
    found = {}
    for number, name in enumerate(used):
        if number % 2 == 0:
            columns = st.columns(2)
        told = columns[number % 2].selectbox(
            f"{name} is read from",
            # Not the name itself: Streamlit takes the chosen one away from the front of what is typed.
            ["as written", *(other for other in at_hand if other != name)],
            key=f"study-from-{study.name}-{name}",
            bind="query-params",
            accept_new_options=True,
            help=(
                "Where it cannot be downloaded, choose what stands in for it, or type where it lies, such as "
                f"{name.partition(':')[0]}:/home/me/downloads or folder:/home/me/pictures.zip."
            ),
        )
        if told and told not in ("as written", name):
            found[name] = told
    for told in found.values():
        if told not in at_hand and told.partition(":")[0] not in datasets.names():
            raise UserError(
                f"There is no data set called {told!r}.",
                "A place is typed with its kind, as folder:/home/me/pictures.zip.",
            )
    return found


def unlike(study: Study, choice: Choice) -> str:
    """What of a choice is not as the study is written, in words; empty where only cells or seeds were chosen."""
    said = [f"{new} in place of {old}" for old, new in choice.stand_in.items()]
    if choice.epochs:
        said.append(f"{choice.epochs} epoch{'s' if choice.epochs > 1 else ''}")
    if choice.limit:
        said.append(f"at most {choice.limit:,} pictures")
    if choice.size:
        said.append(f"at {choice.size} px")
    said += [f"{name} = {value}" for name, value in choice.settings.items()]
    if not said:
        return ""
    alone = " A difference from a published figure may come from that alone." if study.published else ""
    return f"Not as written: {', '.join(said)}.{alone}"


def _arguments(choice: Choice) -> list[str]:
    """The choice as the command line takes it."""
    said: list[str] = []
    for factor, level in choice.only.items():
        said += ["--only", f"{factor}={level}"]
    for old, new in choice.stand_in.items():
        said += ["--map", f"{old}={new}"]
    for name, setting in choice.settings.items():
        said += ["--set", f"{name}={setting}"]
    told = {"--seeds": choice.seeds, "--epochs": choice.epochs, "--limit": choice.limit, "--size": choice.size}
    for flag, value in told.items():
        if value is not None:
            said += [flag, str(value)]
    return said


def _work(study: Study, choice: Choice) -> None:
    """Start, progress and stop; live while somebody works on it."""
    todo = studies.cells(study, choice)
    drawn = job.status(study.name)
    running = drawn["state"] == "running"

    def begin() -> None:
        try:
            job.launch(study.name, _arguments(choice))
        except UserError as error:
            st.session_state["study-error"] = error

    if error := st.session_state.pop("study-error", None):
        show(error)

    @st.fragment(run_every=2.0 if running else None)
    def progress() -> None:
        found = job.status(study.name)
        if running and (found["state"] != "running" or found["number"] != drawn["number"]):
            # One more cell is measured, or the last: the chart and the table below are to show it.
            st.rerun()
        if found["state"] == "running":
            done = found["number"] - (not found.get("done", False)) if found["number"] else 0
            text = f"Cell {found['number']} of {found['total']}: {found['cell']}" if found["total"] else "Starting"
            st.progress(max(0, done) / max(1, found["total"]), text)
            if found.get("run") and Run.exists(found["run"]):
                status = Run.open(found["run"]).status
                if status.get("seconds_left") is not None and status["state"] == "running":
                    ahead = duration(status["seconds_left"])
                    st.caption(f"This cell: epoch {status.get('epoch', 0)}, about {ahead} left.")
            if found.get("seconds_left") and found["number"] < found["total"]:
                left = max(0.0, found["seconds_left"] - (time.time() - found["updated"]))
                st.caption(f"All cells: about {duration(left)} left.")
            if st.button("Stop after this step", icon=":material/stop_circle:", key="study-stop"):
                job.stop(study.name)

    progress()
    if not running:
        left = sum(studies.outcome(cell, study.protocol) is None for cell in todo)
        found = job.status(study.name)
        failed = studies.failures(study, choice)
        for reason, cells in failed.items():
            said = "All cells failed." if len(cells) == len(todo) else f"{counted(len(cells), 'cell')} failed."
            st.error(reason, title=said, icon=":material/error:")
        if failed:
            st.caption("Where pictures are missing, others can stand in for them: *Smaller, or on other data*.")
        if found.get("message") and not failed:
            st.caption(f"Last time it was {found['state']}: {found['message']}")
        if left:
            st.button(
                "Try again" if failed else "Go on" if left < len(todo) else "Start",
                type=emphasis.main(),
                icon=":material/play_arrow:",
                on_click=begin,
                help=f"{left} of {len(todo)} runs are left. Finished ones are kept; it goes on without the page.",
            )
        seconds = studies.seconds_left(study, choice)
        ahead = " The first of them tells how long all take." if seconds is None else ""
        ahead = f" The rest takes about {duration(seconds)} on this machine." if seconds else ahead
        st.caption(f"{len(todo) - left} of {len(todo)} runs are done.{ahead}")
