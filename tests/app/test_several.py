"""Several people at once: they share what is large, and never see what another uploaded."""

import asyncio
import io
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from _ui import warm
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import datasets, jobs
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.runs import Run, this_process
from contrastive.storage import data_dir
from tests.app.opening import clean, open_page

PICTURE = re.compile(r"data:image/[a-z+.]+;base64,[A-Za-z0-9+/=]+")


def test_a_server_looks_after_the_queue_before_anybody_opens_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    from app import app, while_it_is_up

    told = threading.Event()
    monkeypatch.setattr(jobs, "tend", told.set)
    monkeypatch.setattr(datasets, "load", lambda name: None)
    monkeypatch.setattr(warm, "_begun", set())

    async def start() -> None:
        async with while_it_is_up(app):
            for warming in [thread for thread in threading.enumerate() if thread.name == "warm first page"]:
                warming.join(60)

    # In a thread of its own: the browser tests of the same process have a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, start()).result()
    assert told.is_set()


def looks() -> None:
    """A page that says which arrays it looks at."""
    import streamlit as st
    from _ui import loading

    images = loading.dataset("digits", 8)
    known = loading.known("pixels")
    vectors = loading.vectors(known, images)
    there = loading.index(f"{known.name} {images.fingerprint}", vectors).directions
    st.text(f"{id(images.pixels)} {id(vectors)} {id(there)}")


def test_sessions_share_one_copy_of_pictures_and_embeddings() -> None:
    said = {clean(AppTest.from_function(looks, default_timeout=60).run()).text[0].value for _ in range(4)}
    assert len(said) == 1


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("neighbours.py", "neighbours-upload"),
        ("map.py", "map-upload"),
        ("augmentations.py", "views-upload"),
        ("style.py", "style-own-content"),
        ("style.py", "style-own-styles"),
    ],
)
def test_an_upload_is_seen_by_nobody_else(page: str, field: str) -> None:
    """Not by who was there before, comes later, follows the address, or brings another file of the same name."""
    mine, theirs = (open_page(page, data="digits") for _ in range(2))
    untouched = drawn(theirs)
    bring(mine, field, seed=1)
    private = drawn(mine) - untouched
    assert private
    assert speaks_of(mine, "secret")

    address = {name: mine.query_params[name] for name in mine.query_params}
    others = {"there before": clean(theirs.run()), "later": open_page(page, data="digits")}
    for who, other in others.items():
        assert drawn(other) == untouched, who
        assert not speaks_of(other, "secret"), who
        assert not other.file_uploader(key=field).value, who
    assert not drawn(open_page(page, **address)) & private
    bring(others["later"], field, seed=2)
    assert drawn(others["later"]) - untouched
    assert not drawn(others["later"]) & private
    assert not list(data_dir().rglob("*secret*")), "nothing of it lies on the disk"


def bring(app: AppTest, field: str, seed: int) -> None:
    """Upload a picture of noise, another one for every seed, always by the same name."""
    noise = np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    app.file_uploader(key=field).upload("secret.png", buffer.getvalue(), "image/png")
    clean(app.run())


def drawn(app: AppTest) -> set[str]:
    """Every picture that is sent to the browser, as the address that holds it."""
    return {url for element in app._tree for url in PICTURE.findall(str(getattr(element, "proto", "")))}


def speaks_of(app: AppTest, word: str) -> bool:
    """Whether anything that is sent to the browser has a word in it."""
    return any(word in str(getattr(element, "proto", "")) for element in app._tree)


def test_launching_stopping_and_deleting_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four people press every button at once: each gets what was asked for or a sentence, and no run is torn."""
    monkeypatch.setattr(jobs, "_start", lambda run, on: run.write_status("running", **this_process()))
    monkeypatch.setattr(jobs, "_force", lambda run, status: press(lambda: run.write_status("stopped")))
    failures: list[BaseException] = []

    def press(action: Callable[[], object]) -> None:
        try:
            action()
        except UserError:
            pass
        except BaseException as error:
            failures.append(error)

    def person(number: int) -> None:
        for turn in range(12):
            run = None
            try:
                run = jobs.begin(TrainConfig(dataset="digits", seed=turn % 3), f"r{turn % 3}")
            except UserError:
                run = Run.open(f"r{turn % 3}") if Run.exists(f"r{turn % 3}") else None
            for action in (jobs.stop, Run.delete, jobs.launch, jobs.stop, Run.delete)[number % 2 :]:
                if run:
                    press(lambda run=run, action=action: action(run))
            press(Run.all)

    people = [threading.Thread(target=person, args=(number,)) for number in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    if failures:
        raise failures[0]
    assert Run.unreadable() == {}
