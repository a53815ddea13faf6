"""Home: three doors, a wall that hangs as the encoder sees it, what learns right now; and links to what is gone."""

import os
from pathlib import Path

import numpy as np
import psutil
import pytest
from _ui import hanging
from streamlit.testing.v1 import AppTest

from contrastive import catalogue, datasets
from contrastive.config import TrainConfig
from contrastive.runs import Run
from tests.app.opening import open_page


def links(app: AppTest) -> list[str]:
    return [link.proto.label.strip("*") for link in app.get("page_link")]


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def test_a_wall_is_walked_from_picture_to_nearest_picture() -> None:
    x = np.random.default_rng(0).permutation(40).astype(float)
    line = np.stack([x, 2 * x], axis=1)
    assert (line[hanging.in_order(line), 0] == np.arange(40)).all()
    assert len(hanging.in_order(line[:0])) == 0


@pytest.fixture
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of data of the test's own: no map is at hand but those the shipped encoders bring."""
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path))


@pytest.mark.usefixtures("nothing_kept")
def test_a_map_that_is_at_hand_is_read_and_none_is_drawn() -> None:
    images = datasets.load("digits")
    points = hanging.places(catalogue.find("digits-tiny"), images)
    assert points is not None
    assert points.shape == (len(images), 2)
    assert hanging.places(catalogue.find("pixels"), images) is None


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(("encoder", "arranged"), [("digits-tiny", True), ("untrained", False)])
def test_the_doors_and_the_wall(encoder: str, arranged: bool) -> None:
    app = open_page("home.py", data="digits", encoder=encoder)
    assert links(app)[:3] == ["Browse the pictures", "Neighbours of my artwork", "Learn how it works"]
    assert (f"hang as *{encoder}* sees them" in captions(app)) == arranged
    assert "36 of 1,797 pictures" in captions(app)
    assert "Learning now" not in [heading.value for heading in app.subheader]


def test_a_run_in_progress_is_told_and_can_be_watched() -> None:
    run = Run.create(TrainConfig(dataset="digits", epochs=9), "mine")
    process = psutil.Process(os.getpid())
    run.write_status(
        "running", pid=process.pid, pid_created=process.create_time(), step=3, total=9, epoch=3, seconds_left=240.0
    )
    app = open_page("home.py", data="digits", encoder="pixels")
    assert "Learning now" in [heading.value for heading in app.subheader]
    assert "Watch" in links(app)
    bars = [bar.proto.text for bar in app.get("progress")]
    assert bars == ["mine: epoch 3 of 9, about 4 min left"] * 2, "in the sidebar and on the page"


def test_a_link_to_what_is_gone_says_so() -> None:
    app = open_page("home.py", data="digits", encoder="nobody")
    assert any("no encoder or run called 'nobody'" in error.proto.title for error in app.main.error)
    app = open_page("train.py", data="digits", run="gone")
    assert any("no run called 'gone'" in error.proto.title for error in app.error)


@pytest.mark.usefixtures("nothing_kept")
def test_the_sidebar_has_a_picture_of_the_set_and_of_what_the_encoder_makes_of_it() -> None:
    app = open_page("home.py", data="atelier", encoder="atelier-tiny")
    shown = [part.proto.body for part in app.sidebar.get("html")]
    assert len(shown) == 2
    assert 'alt="A picture of atelier"' in shown[0]
    assert "by atelier-tiny, as dots" in shown[1]
    assert "Contrastive atelier" in app.sidebar.markdown[0].value
    app = open_page("home.py", data="atelier", encoder="pixels")
    assert len(app.sidebar.get("html")) == 1, "no map of pixels was ever drawn"
