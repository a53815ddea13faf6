"""Fine-tuning on the page: a button that says how long, then a bar in the background that can be cancelled."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import streamlit as st

from _ui import background, emphasis, loading
from _ui.report.reading import Reading
from contrastive.catalogue import Known
from contrastive.counted import duration
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.evaluate import Report, examine
from contrastive.storage import data_dir, digest, read_json, write_json

STORE = "report-tuning"
SAMPLE = 16
BACKWARD = 3.5
"""How many times as long as looking at a picture learning from it takes, about."""
_numbers = count()


class _Stopped(Exception):
    """Nobody waits for this any more."""


@dataclass
class Job:
    """A fine-tuning under way."""

    key: str
    number: int = field(default_factory=lambda: next(_numbers))
    done: int = 0
    total: int = 0
    began: float = 0.0
    seen: float = field(default_factory=time.monotonic)
    cancelled: bool = False
    ended: bool = False


def tuned(reading: Reading) -> Report | None:
    """The report of a fine-tuned copy, once there is one; until then, what it will take, or how far it is."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        epochs = st.number_input("Epochs", 1, 50, 10, key="report-tuning-epochs", width=120)
        last = st.toggle(
            "Only its last block", key="report-tuning-last", help="The rest of the encoder stays as it is."
        )
        even = st.toggle("Classes weigh alike", key="report-tuning-even", help="Draws every class equally often.")
    options = {"epochs": int(epochs), "blocks": "last" if last else "all", "sampler": "weighted" if even else "none"}
    key = digest("finetune 1", reading.name, str(sorted(options.items())))
    place = data_dir() / "cache" / "reports" / f"{key}.json"
    if place.is_file():
        return Report.from_dict(read_json(place))
    job = st.session_state.get(STORE)
    if job is None or job.key != key or job.ended:
        _offer(reading, options, key)
        return None
    background.streamed("report-tuning-part", partial(_follow, job, reading, options, place))
    return None


def _offer(reading: Reading, options: dict[str, Any], key: str) -> None:
    images = reading.images
    learned, held = len(images.rows("train")), len(images.rows("val"))
    each = _seconds_an_image(f"{reading.known.hash(images)} {images.fingerprint}", reading.known, images)
    seconds = each * (options["epochs"] * (learned * BACKWARD + held) + len(reading.rows))
    st.markdown(
        "The probes above read what the encoder keeps apart already. Fine-tuning lets a copy of it go on learning "
        f"from the {learned:,} training pictures and their labels, and asks how good a start it was."
    )
    label = f"Fine-tune, about {duration(max(1, seconds))}"
    if st.button(label, type=emphasis.main(), icon=":material/model_training:"):
        st.session_state[STORE] = Job(key)
        st.rerun()


def _follow(job: Job, reading: Reading, options: dict[str, Any], place: Path) -> bool:
    job.seen = time.monotonic()
    try:
        work = background.work(f"finetune {job.key} {job.number}", partial(_carry_out, job, reading, options, place))
    except UserError:
        job.ended = True
        raise
    said = "Waiting for its turn"
    if job.done:
        left = (time.monotonic() - job.began) / job.done * (job.total - job.done)
        said = f"Fine-tuning: step {job.done:,} of {job.total:,}, about {duration(left)} left"
    st.progress(job.done / max(1, job.total), said)
    if st.button("Cancel", icon=":material/close:", key="report-tuning-cancel"):
        job.cancelled = job.ended = True
        st.rerun()
    return work.done


def _carry_out(job: Job, reading: Reading, options: dict[str, Any], place: Path) -> Iterator[Report]:
    images, choice = reading.images, reading.choice
    job.began = time.monotonic()

    def inform(done: int, total: int) -> None:
        job.done, job.total = done, total
        if job.cancelled or time.monotonic() - job.seen > background.UNWATCHED:
            raise _Stopped

    try:
        report = examine(
            reading.known,
            {"probe": "finetune", **options},
            images.split("train"),
            images.split(choice.split),
            validation=images.split("val"),
            column=choice.column,
            progress=inform,
        )
    except _Stopped:
        return
    finally:
        job.ended = True
    write_json(place, report.as_dict(per_image=True))
    yield report


@st.cache_data(max_entries=16, show_spinner=False)
def _seconds_an_image(key: str, _known: Known, _images: ImageDataset) -> float:
    """How long this machine looks at one picture."""
    from contrastive.embed import encode

    network, few = loading.encoder(_known, _images), _images.images[:SAMPLE]
    encode(network, few)
    began = time.perf_counter()
    encode(network, few)
    return (time.perf_counter() - began) / len(few)
