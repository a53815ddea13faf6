"""The movie on its pages: what is sent to the browser, what is said, what can be taken along, and bad cases."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from _ui.movie import take, words
from _ui.movie.stage import frame_box
from streamlit.testing.v1 import AppTest

from contrastive import datasets, snapshots
from contrastive.config import TrainConfig
from contrastive.movie import Movie, Reading, film
from contrastive.runs import Run
from contrastive.storage import append
from tests.app.opening import clean, open_page

EPOCHS = [0, 1, 2, 4]


@pytest.fixture
def run() -> Run:
    """A run that has drawn its classes together, over a sample of 60 digits."""
    run = Run.create(TrainConfig(dataset="digits", epochs=4, snapshot_epochs=3), "drawn")
    whole = datasets.load("digits").limit(60)
    draw = np.random.default_rng(0)
    noise, centres = draw.normal(size=(60, 8)), 3 * draw.normal(size=(10, 8))[whole.codes()]
    for epoch in EPOCHS:
        snapshots.keep(run.path / "snapshots", epoch, whole.table["id"].tolist(), noise + epoch / 4 * centres)
    lines = [{"epoch": e, "loss": 5 - e, "knn": 0.5, "seconds": 1, "images_per_s": 9} for e in (1, 2, 3, 4)]
    append(run.path / "metrics.jsonl", [json.dumps(line) for line in lines])
    run.write_status("finished")
    return run


def settled(app: AppTest, seen: Callable[[AppTest], bool]) -> AppTest:
    """The same page once the frames were drawn, which a visitor sees by waiting."""
    for _ in range(120):
        if seen(clean(app)):
            return app
        time.sleep(0.25)
        app.run()
    raise AssertionError("the movie was never drawn")


def told(app: AppTest) -> str:
    return next((text.value for text in app.markdown if "ten nearest others" in text.value), "")


def test_it_says_what_training_changed(run: Run) -> None:
    app = open_page("map.py", data="digits", encoder="pixels", view="movie", layout="pca")
    app = settled(app, lambda app: "after epoch 4" in told(app))
    assert told(app).startswith("Of a picture's ten nearest others, ")
    assert "before training and **" in told(app)
    table = app.dataframe[0].value
    assert table["epoch"].tolist() == EPOCHS
    assert table["loss"].isna().tolist() == [True, False, False, False]
    assert table["own class"].iloc[-1] > table["own class"].iloc[0]
    assert not app.error


def test_frames_join_while_the_run_still_trains(run: Run) -> None:
    (last := run.path / "snapshots" / "4.npy").rename(later := run.path / "later.npy")
    run.write_status("running", epoch=3)
    app = open_page("map.py", data="digits", encoder="pixels", view="movie", layout="pca")
    app = settled(app, lambda app: "after epoch 2" in told(app))
    assert app.dataframe[0].value["epoch"].tolist() == EPOCHS[:3]
    later.rename(last)
    app = settled(app.run(), lambda app: "after epoch 4" in told(app))
    assert app.dataframe[0].value["epoch"].tolist() == EPOCHS
    assert run.status["state"] == "running"


def test_a_clicked_picture_is_followed_and_the_epoch_stands_in_the_address(run: Run) -> None:
    app = open_page("map.py", data="digits", encoder="pixels", view="movie", layout="pca")
    app.session_state["movie-drawn"] = {"rested": {"epoch": 2}, "clicked": {"row": 7}}
    app = settled(app.run(), lambda app: "after epoch 4" in told(app))
    assert any("neighbours, epoch by epoch" in head.value for head in app.subheader)
    said = [text.value for text in app.caption if "of its class" in text.value]
    assert [line.partition(":")[0] for line in said] == [words.when(epoch).capitalize() for epoch in EPOCHS]
    assert app.query_params["epoch"] in ("2", ["2"])


def test_without_a_run_there_is_a_sentence_and_a_way_to_train() -> None:
    app = open_page("map.py", data="digits", encoder="pixels", view="movie")
    assert "No run has kept snapshots yet" in app.info[0].value


def test_pictures_that_are_gone_and_snapshots_without_numbers_are_sentences(run: Run) -> None:
    for epoch in EPOCHS:
        (run.path / "snapshots" / f"{epoch}.npy").unlink()
        ids = [f"digit-{i:04}" for i in range(59)] + ["painted over"]
        snapshots.keep(
            run.path / "snapshots", epoch, ids, np.full((60, 4), np.nan if epoch < 2 else epoch) + np.eye(60, 4)
        )
    app = open_page("map.py", data="digits", encoder="pixels", view="movie", layout="pca")
    app = settled(app, lambda app: bool(app.error))
    assert "1 of the 60 pictures of drawn are no longer in" in app.error[0].proto.title
    for epoch in EPOCHS:
        snapshots.keep(run.path / "snapshots", epoch, ids, np.full((60, 4), np.inf))
    app = settled(
        app.run(), lambda app: any("no snapshots, or none that are numbers" in c.value for c in app.caption)
    )
    assert not app.error


def test_the_training_page_shows_it_too(run: Run) -> None:
    app = open_page("train.py", run=run.id, layout="pca")
    assert any(head.value == "The movie" for head in app.subheader)
    settled(app, lambda app: "after epoch 4" in told(app))


def test_sentences_of_unlabelled_and_of_short_movies(tmp_path: Path) -> None:
    a, b = Reading(0.31, 0.5), Reading(0.784, 0.9)
    assert words.sentence([0, 8], [a, b], "subject") == (
        "Of a picture's ten nearest others, 3.1 share its subject before training and **7.8** after epoch 8."
    )
    assert "**3.1** share its subject after epoch 3" in words.sentence([3], [a], "subject")
    assert words.sentence([0, 8], [None, None], "subject") == ""
    vectors = np.random.default_rng(0).normal(size=(40, 5))
    for epoch in (0, 3):
        snapshots.keep(tmp_path, epoch, [str(i) for i in range(40)], vectors)
    said = words.kept(tmp_path / "0.npy", tmp_path / "3.npy")
    assert said == "Of the ten nearest others before training, 10.0 are still among them after epoch 3."


def test_frames_as_a_table_hold_every_point(run: Run) -> None:
    made: Movie = list(film(run, "pca"))[-1]
    codes = np.arange(60) % 3 - 1
    table = take.table(made, codes, ["one", "two"])
    assert table.shape == (4 * 60, 5)
    at = table[(table["epoch"] == 2) & (table["id"] == made.ids[7])].iloc[0]
    assert (at["x"], at["y"]) == tuple(made.points[2, 7])
    assert at["label"] == ["", "one", "two"][codes[7] + 1]


def test_the_box_of_the_frames_holds_them_and_stays_when_one_is_added() -> None:
    points = np.random.default_rng(0).normal(size=(6, 50, 2))
    for frames in (points, points[:1], np.zeros((2, 3, 2))):
        low, high = frame_box(frames)
        assert (frames.min(axis=(0, 1)) >= low).all()
        assert (frames.max(axis=(0, 1)) < high).all()
    assert np.array_equal(frame_box(points[:5]), frame_box(np.concatenate([points[:5], 0.9 * points[:1]])))
