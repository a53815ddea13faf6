"""Digits are never mirrored, or turned far, without a word of warning."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from contrastive import augment, datasets
from contrastive.__main__ import main
from contrastive.config import TrainConfig
from contrastive.datasets import own
from contrastive.runs import Run

MAIN = Path(__file__).parents[2] / "pages" / "main.py"
Views = str | list[dict[str, Any]]


def said(views: Views, dataset: str = "digits", strength: float = 1.0, classes: tuple[str, ...] = ()) -> str:
    return " ".join(
        augment.warnings_for(augment.recipe(views, size=28, strength=strength), dataset, classes),
    )


def test_a_mirror_is_warned_of_where_it_mirrors_digits() -> None:
    for dataset in ("digits", "mnist", "mnist:some/folder"):
        assert "mirrored 2" in said("simclr", dataset)
    assert "mirrored 2" in said("simclr", "folder:mine.zip", classes=tuple("0123456789"))
    assert not said("simclr", "atelier", classes=("cat", "fish"))
    assert not said("simclr", "fashion-mnist")
    assert not said("simclr", strength=0.0)
    assert not said([{"op": "flip", "probability": 0.0}])


@pytest.mark.parametrize(
    ("entry", "warned"),
    [
        ({"op": "rotate", "degrees": 45}, False),
        ({"op": "rotate", "degrees": 46}, True),
        ({"op": "rotate", "right_angles": True}, True),
        ({"op": "rotate", "degrees": 180, "probability": 0.0}, False),
        ({"op": "pad_rotate_scale"}, False),
        ({"op": "pad_rotate_scale", "degrees": 90}, True),
    ],
)
def test_far_turns_are_warned_of(entry: dict[str, Any], warned: bool) -> None:
    assert ("6 upside down is a 9" in said([entry])) == warned
    assert not said([entry], "pets")


def test_every_recipe_with_a_mirror_is_warned_of_and_no_other() -> None:
    for name, (_, spec) in augment.RECIPES.items():
        assert bool(said(name)) == any(entry["op"] == "flip" for entry in spec)


@pytest.mark.parametrize(("views", "warned"), [("simclr", True), ("simclr-no-flip", False)])
def test_the_command_line_warns(views: str, warned: bool, capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--limit", "16", "--batch-size", "8", "--epochs", "1"]
    assert main(["train", "--dataset", "digits", "--views", views, *few]) == 0
    assert ("warning: A mirrored 2" in capsys.readouterr().err) == warned


@pytest.fixture
def own_digits(tmp_path: Path) -> Iterator[str]:
    """A data set of one's own with the classes 0 to 9, which no name gives away."""
    digits = datasets.load("digits")
    for row in range(40):
        place = tmp_path / "mine" / digits.classes[digits.codes()[row]]
        place.mkdir(parents=True, exist_ok=True)
        digits.picture(row).save(place / f"{row}.png")
    own.add("mine", tmp_path / "mine")
    yield "mine"
    own.remove("mine")


def test_digits_of_ones_own_are_known_by_their_classes(own_digits: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--dataset", own_digits, "--batch-size", "8", "--limit", "16", "--epochs", "1"]) == 0
    assert capsys.readouterr().err.count("warning: A mirrored 2") == 1
    assert any("mirrored 2" in warning for warning in training_page(data=own_digits))


def training_page(**query: str) -> list[str]:
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("train.py").run()
    assert not app.exception
    return [warning.value for warning in app.warning]


def test_the_training_page_warns_before_and_during() -> None:
    assert any("mirrored 2" in warning for warning in training_page(data="digits"))
    assert not training_page(data="atelier")
    run = Run.create(TrainConfig(dataset="digits", views="simclr"))
    assert any("mirrored 2" in warning for warning in training_page(data="atelier", run=run.id))
