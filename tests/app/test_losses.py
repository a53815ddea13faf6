"""The losses page: what the stage is told is what the losses give, and its sentences follow from the data."""

import io
import re
from pathlib import Path
from typing import Any

import _ui.microscope
import numpy as np
import pandas as pd
import pytest
import torch
from _ui.microscope.words import NAMES
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import augment, catalogue, datasets, losses
from contrastive.embed import encode
from tests.app.opening import clean, open_page

Told = list[dict[str, Any]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the stage was given, one entry a drawing."""
    given: Told = []
    monkeypatch.setattr(_ui.microscope, "_component", lambda *, key, data: given.append(data))
    return given


@pytest.fixture
def own_set(tmp_path: Path) -> Any:
    """Makes a data set of one's own from so many pictures in a class each; gone after the test."""
    from contrastive.datasets import own

    made: list[str] = []

    def make(name: str, **classes: int) -> str:
        for folder, count in classes.items():
            place = tmp_path / name / ("" if folder == "flat" else folder)
            place.mkdir(parents=True, exist_ok=True)
            for i in range(count):
                noise = np.random.default_rng(len(folder) + i).integers(0, 255, (20, 20, 3), dtype=np.uint8)
                Image.fromarray(noise).save(place / f"{folder}-{i}.png")
        own.add(name, tmp_path / name)
        made.append(name)
        return name

    yield make
    for name in made:
        own.remove(name)


def opened(data: str = "digits", encoder: str = "pixels", **query: str) -> AppTest:
    return open_page("losses.py", data=data, encoder=encoder, **query)


def words(app: AppTest) -> str:
    return " ".join(element.value for element in app.markdown)


def test_the_loss_shown_is_the_loss_of_the_views_training_would_draw(told: Told) -> None:
    encoder = catalogue.default_for("atelier")
    app = opened("atelier", encoder, recipe="simclr", seed="5", pictures="9", temperature="0.2")
    assert not app.error
    images = datasets.load("atelier")
    rows = np.random.default_rng(5).permutation(len(images))[:24]
    recipe, draws = augment.recipe("simclr", size=images.size), torch.Generator().manual_seed(5)
    views = torch.stack([recipe(images.images[rows], draws) for _ in range(2)])
    network = catalogue.find(encoder).load(images)
    z = torch.from_numpy(encode(network, views.flatten(0, 1))).unflatten(0, (2, 24))[:, :9]
    data = told[-1]
    assert float(data["loss"]) == pytest.approx(losses.nt_xent(z, temperature=0.2).item(), abs=1e-4)
    assert np.mean(data["bars"]) == pytest.approx(float(data["loss"]), abs=1e-4)
    assert data["roles"].count("p") == 18
    labels = images.codes()[rows[:9]]
    false = sum(int(a == b) for i, a in enumerate(labels) for j, b in enumerate(labels) if i != j) * 4
    assert data["roles"].count("f") == false > 0
    assert f"{false} of {18 * 16} negatives show the same class" in words(app)


@pytest.mark.parametrize("kind", NAMES)
def test_every_loss_has_its_knob_its_formula_and_its_source(kind: str, told: Told) -> None:
    app = opened(loss=kind, pictures="12")
    assert not app.error
    before = told[-1]
    terms = set(re.findall(r'data-term="(\w+)"', before["formula"]))
    assert terms == {"pos", "neg", "mean"} == set(before["terms"])
    assert len(before["worked"]) == len(before["bars"]) == 24
    assert any("Source:" in code.value for code in app.code)
    assert "of the push" in words(app)
    knob = next(s for s in app.slider if s.key in ("temperature", "margin", "cosine-margin"))
    clean(knob.set_value(knob.value / 2 + 0.1).run())
    assert told[-1]["loss"] != before["loss"]
    assert told[-1]["measure"] == before["measure"], "the encoder was not asked again"


def test_a_larger_batch_keeps_the_pictures_it_had_and_another_draw_does_not(told: Told) -> None:
    app = opened(pictures="8")
    few = {(t, v) for t, v in zip(told[-1]["titles"], told[-1]["views"], strict=True)}
    clean(app.slider(key="pictures").set_value(16).run())
    more = {(t, v) for t, v in zip(told[-1]["titles"], told[-1]["views"], strict=True)}
    assert few < more
    clean(next(button for button in app.button if button.label == "Draw another batch").click().run())
    assert app.number_input(key="seed").value == 2
    assert {(t, v) for t, v in zip(told[-1]["titles"], told[-1]["views"], strict=True)} != more


def test_labels_take_false_negatives_away(told: Told) -> None:
    app = opened(loss="triplet", pictures="24")
    assert "f" in told[-1]["roles"]
    clean(app.selectbox(key="pairing").set_value("own view, other class").run())
    assert "f" not in told[-1]["roles"]
    assert "labels said which pairs to leave alone" in words(app)
    clean(app.selectbox(key="partners").set_value("semi-hard").run())
    assert told[-1]["roles"].count("n") == 48


def test_the_matrix_can_be_taken_along() -> None:
    from _ui.microscope.batch import draw
    from _ui.microscope.words import table

    from contrastive.microscope import Knobs, look

    images = datasets.load("digits")
    batch = draw(images, catalogue.find("pixels").load(images), "simclr-no-flip", 3, 6, "a key")
    seen = look("nt_xent", torch.from_numpy(batch.vectors), torch.from_numpy(batch.labels), Knobs())
    again = pd.read_csv(io.StringIO(table(seen, batch, images).to_csv(index=False)), dtype={"anchor": str})
    assert len(again) == 144
    positive = again[again.role == "positive"]
    assert (positive.anchor == positive.other.astype(str)).all()
    assert (positive.anchor_view + positive.other_view == 3).all()
    assert (positive.push < 0).all()
    false = again[again.role == "false negative"]
    assert (false.anchor_class == false.other_class).all()


@pytest.mark.parametrize("kind", ["nt_xent", "sup_con", "triplet"])
def test_an_unlabelled_set_is_shown_and_says_what_cannot_be_marked(kind: str, told: Told, own_set: Any) -> None:
    app = opened(own_set("plain", flat=12), loss=kind)
    assert not app.error
    assert "f" not in told[-1]["roles"]
    assert "has no labels" in words(app)
    assert "pairing" not in [s.key for s in app.selectbox]
    assert ("as NT-Xent" in words(app)) == (kind == "sup_con")


def test_small_sets_and_one_class(told: Told, own_set: Any) -> None:
    app = opened(own_set("five", cats=3, dogs=2), pictures="20")
    assert len(told[-1]["bars"]) == 10
    assert any("5 pictures; all of them" in caption.value for caption in app.caption)
    app = opened(own_set("single", flat=1))
    assert "single picture" in app.info[0].value
    app = opened(own_set("cats", cats=40, dogs=1), loss="triplet", pairing="own view, other class", pictures="4")
    assert "one class" in app.error[0].proto.title
