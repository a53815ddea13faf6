"""Quality on the data set page: the button, the findings, ticks that reach the training form, and the way back."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import exclusions
from contrastive.datasets import own
from tests.app.opening import open_page


@pytest.fixture
def flawed(tmp_path: Path) -> Iterator[str]:
    """A data set with one picture twice, and one file that is none."""
    rng = np.random.default_rng(0)
    for i in range(14):
        place = tmp_path / "art" / "ab"[i % 2]
        place.mkdir(parents=True, exist_ok=True)
        small = Image.fromarray(rng.integers(0, 255, (6, 6, 3), dtype=np.uint8))
        small.resize((40, 40), Image.Resampling.BICUBIC).save(place / f"{i}.png")
    (tmp_path / "art" / "a" / "twin.png").write_bytes((tmp_path / "art" / "a" / "0.png").read_bytes())
    (tmp_path / "art" / "a" / "none.png").write_bytes(b"<html>")
    own.add("flawed", tmp_path / "art")
    yield "flawed"
    own.remove("flawed")
    exclusions.keep("flawed", [])


def opened(data: str, page: str = "dataset.py") -> AppTest:
    return open_page(page, data=data, encoder="pixels")


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in (*app.markdown, *app.caption))


def test_a_check_shows_what_it_found(flawed: str) -> None:
    app = opened(flawed)
    assert "Found in" not in said(app)
    app.button(key="quality-check").click().run()
    assert not app.exception
    assert "unreadable files (1)" in said(app)
    assert "exact copies (1)" in said(app)
    assert "none.png" in str(app.dataframe[0].value)
    again = opened(flawed)
    assert "exact copies (1)" in said(again), "what was found is kept"
    pills = next(p for p in again.button_group if p.key.startswith("quality-kind"))
    pills.set_value("exact").run()
    assert not again.exception
    table = next(t.value for t in again.dataframe if "beside" in t.value)
    assert table["picture"].str.fullmatch(r"/thumbnails/[0-9a-f]{32}/\d+\.webp").all()
    assert table["class"].tolist() == ["a"]


def test_ticks_reach_the_training_form_and_can_be_undone(flawed: str) -> None:
    exclusions.keep(flawed, ["a/0.png"])
    train = opened(flawed, "train.py")
    box = next(box for box in train.checkbox if "Leave out the 1 picture" in box.label)
    assert box.value
    app = opened(flawed)
    assert "1 picture is left out" in said(app)
    app.button(key="quality-clear").click().run()
    assert exclusions.ticked(flawed) == []
    app.button(key="quality-undo").click().run()
    assert exclusions.ticked(flawed) == ["a/0.png"]
    exclusions.keep(flawed, [])
    assert not any("Leave out" in box.label for box in opened(flawed, "train.py").checkbox)


def test_nothing_found_in_an_unlabelled_set(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for i in range(12):
        small = Image.fromarray(rng.integers(0, 255, (6, 6, 3), dtype=np.uint8))
        small.resize((40, 40), Image.Resampling.BICUBIC).save(tmp_path / f"{i}.png")
    own.add("plain", tmp_path)
    try:
        app = opened("plain")
        app.button(key="quality-check").click().run()
        assert not app.exception
        assert "Nothing found" in said(app)
        assert "No labels" in said(app)
    finally:
        own.remove("plain")
