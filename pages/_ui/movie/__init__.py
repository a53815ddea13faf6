"""The movie of a run: its snapshots as frames of a map, to play, pause and scrub through, even while it trains."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from _ui import background, loading, sidebar
from _ui.address import choice
from _ui.errors import shown
from _ui.thumbnails import address
from contrastive import movie, snapshots
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.movie import Movie, Reading
from contrastive.runs import ACTIVE, Run

from . import take, words
from .followed import followed
from .stage import stage

__all__ = ["of_run", "show"]

LAYOUTS = {"tsne": "t-SNE", "umap": "UMAP", "pca": "PCA"}
HEIGHT = 680


def show(images: ImageDataset, known: Known) -> None:
    """The movie of the run one looks through, or of another one; a sentence where there is none to show."""
    runs = [run for run in Run.all() if snapshots.epochs(run.path / "snapshots")]
    if not runs:
        st.info(
            "A movie shows the same pictures move while an encoder learns. No run has kept snapshots yet.",
            icon=":material/movie:",
        )
        st.page_link(
            "train.py", label="Train an encoder", icon=":material/model_training:", query_params=sidebar.address()
        )
        return
    here = st.session_state.get("data")
    ids = [run.id for run in sorted(runs, key=lambda run: (run.id != known.name, run.config.dataset != here))]
    if st.session_state.get("movie-run") not in ids:
        st.session_state["movie-run"] = asked if (asked := st.query_params.get("movie-run")) in ids else ids[0]
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    picked = bar.selectbox("Run", ids, key="movie-run", width=320)
    st.query_params["movie-run"] = picked
    with shown():
        of_run(Run.open(picked), bar)


def of_run(run: Run, bar: Any = None) -> None:
    """The movie of one run with its controls, drawn anew while the run is trained or frames are being drawn.

    `bar`: a container that has something in it already and takes the controls too.
    """
    pictures = loading.dataset(run.config.dataset, run.config.size)
    with bar or st.container(horizontal=True, vertical_alignment="bottom"):
        method = choice(
            "Layout",
            LAYOUTS,
            key="layout",
            help="t-SNE and UMAP frames begin where the last frame left off; every frame is turned onto that one. "
            "UMAP takes some twenty seconds before its first frame.",
        )
        column = pictures.target
        if len(pictures.label_columns) > 1:
            column = st.selectbox("Colour by", pictures.label_columns, key="movie-colour", width=180)
    background.streamed(f"movie {run.id} {method} {column}", partial(_draw, run, pictures, method, column))


def _draw(run: Run, pictures: ImageDataset, method: str, column: str) -> bool:
    """The stage and what it means; says whether nothing more will come."""
    active = run.status["state"] in ACTIVE
    made, done = _drawn(run, method)
    if made is None:
        _nothing_yet(run, active, done)
        return done and not active
    where = {id: row for row, id in enumerate(pictures.table["id"].astype(str))}
    if missing := [id for id in made.ids if id not in where]:
        raise UserError(
            f"{len(missing):,} of the {len(made.ids):,} pictures of {run.id} are no longer in {pictures.name}.",
            "Choose another run, or train again.",
        )
    rows = np.array([where[id] for id in made.ids])
    codes = pictures.codes(column)[rows]
    classes = pictures.classes_of.get(column, [])
    read = [_reading(*_stamp(run, epoch), column, codes) for epoch in made.epochs]
    titles = pictures.table["title"].fillna("").iloc[rows].tolist() if "title" in pictures.table.columns else None
    key = f"movie-{run.id}"
    # The address speaks of the run it was opened with.
    asked = st.query_params.get("epoch", "")
    first, begin = st.session_state.setdefault("movie-begins", (run.id, int(asked) if asked.isdecimal() else None))
    curves = words.curves(run, made, read)
    event = stage(
        made.points,
        made.epochs,
        total=run.config.epochs,
        rows=rows,
        thumbnails=address(pictures),
        ids=made.ids,
        codes=codes,
        classes=classes,
        labels=[classes[code] if code >= 0 else "" for code in codes],
        titles=titles,
        curves=curves,
        start=begin if first == run.id else None,
        said=_under_way(run, made, active, done),
        height=HEIGHT,
        key=key,
    )
    if event["epoch"] is not None:
        st.query_params["epoch"] = str(event["epoch"])
    st.markdown(
        words.sentence(made.epochs, read, column) or _kept(_stamp(run, made.epochs[0]), _stamp(run, made.epochs[-1]))
    )
    if made.note:
        st.caption(made.note)
    if made.epochs[0]:
        st.caption("This run kept nothing from before training; runs started now do.")
    followed(made, run.path / "snapshots", pictures, rows, codes, classes, event["clicked"] or 0)
    take.along(run, made, pictures, rows, codes, classes, read)
    return done and not active


def _drawn(run: Run, method: str) -> tuple[Movie | None, bool]:
    """The movie as far as it is drawn, in the background, and whether that is all there are snapshots for."""
    name = f"movie {run.id} {method}"
    now = [_stamp(run, epoch) for epoch in snapshots.epochs(run.path / "snapshots")]
    made, drawing, done = st.session_state.get(name, (None, now, False))
    if done:
        drawing = now
    # What is being drawn is drawn to its end, even if a new epoch ends meanwhile: on a slow machine there would
    # otherwise never be a first frame.
    work = background.work(f"{name} {drawing}", partial(movie.film, run, method))
    if work.found:
        made = work.found[-1]
    elif work.done:
        made = None
    st.session_state[name] = (made, drawing, work.done)
    return made, work.done and drawing == now


def _nothing_yet(run: Run, active: bool, done: bool) -> None:
    if not done:
        st.progress(0.0, "Drawing the first frame")
    elif active:
        st.caption("The movie begins with the first snapshot.")
    else:
        st.caption("There is nothing to show: this run kept no snapshots, or none that are numbers throughout.")
    st.space(HEIGHT - 60)


def _under_way(run: Run, made: Movie, active: bool, done: bool) -> str:
    """A few words for beside the reel; nothing when nothing is to come."""
    if not done:
        return f"drawing frame {len(made.epochs) + 1}"
    return "in training: more to come" if active else ""


def _stamp(run: Run, epoch: int) -> tuple[str, int]:
    """A snapshot's place and when it was written."""
    place = run.path / "snapshots" / f"{epoch}.npy"
    return str(place), place.stat().st_mtime_ns if place.is_file() else 0


@st.cache_data(max_entries=1000, show_spinner=False)
def _reading(place: str, changed: int, column: str, codes: np.ndarray) -> Reading | None:
    return movie.read(np.load(place), codes)


@st.cache_data(max_entries=100, show_spinner=False)
def _kept(first: tuple[str, int], last: tuple[str, int]) -> str:
    return words.kept(*(Path(place) for place, _ in (first, last)))
