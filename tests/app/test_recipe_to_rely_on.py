"""What the augmentations page shows can be relied on: training gets it, a link restores it, figures are a study's."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import torch
from _ui import composition
from _ui.invariance_table import trained
from _ui.views import drawn
from streamlit.testing.v1 import AppTest

from contrastive import augment, catalogue, datasets, jobs, studies
from contrastive.config import TrainConfig
from contrastive.methods import METHODS
from contrastive.runs import Run
from contrastive.storage import write_json
from tests.app.conftest import Shown
from tests.app.opening import clean, open_page


def opened(data: str = "digits", encoder: str = "pixels", **query: str) -> AppTest:
    return open_page("augmentations.py", data=data, encoder=encoder, **query)


def views_of(shown: Shown) -> dict[int, np.ndarray]:
    """The last twelve views by number, in the order in which they were drawn from the generator."""
    return {int(alt.split()[1]): picture for picture, alt in shown[-12:]}


def test_training_makes_the_very_views_that_are_shown(shown: Shown) -> None:
    clean(opened("atelier", "pixels", recipe="simclr", draw="7"))
    images = datasets.load("atelier")
    row = int(np.random.default_rng(1).integers(len(images)))
    config = TrainConfig(dataset="atelier", views="simclr")
    recipe = augment.recipe(config.views, size=images.size, strength=config.strength).among(images.images)
    make = METHODS["simclr"].views(config, images.images, images.labels(), recipe)
    batch = make(torch.full((12,), row), torch.Generator().manual_seed(7))
    expected = (batch[0] * 255).round().to(torch.uint8).numpy()
    for number, picture in views_of(shown).items():
        assert np.array_equal(picture.transpose(2, 0, 1), expected[number - 1])


@pytest.mark.parametrize("op", augment.OPS)
def test_what_was_drawn_is_told_of_every_operation_and_of_nothing_that_was_not_applied(op: str) -> None:
    pixels = np.asarray(datasets.load("atelier").pixels[3])
    always, never = (
        augment.recipe([{"op": op, "probability": probability}], size=96).among(datasets.load("atelier").images[:20])
        for probability in (1.0, 0.0)
    )
    views, told = drawn(pixels, always, 3, 4)
    assert all(line.startswith(op.replace("_", ", ")) for line in told)
    assert len(set(told)) > 1 or op in ("flip", "grayscale", "sobel", "perspective", "solarize", "posterize")
    views, told = drawn(pixels, never, 3, 4)
    assert all(np.array_equal(view, pixels) for view in views)
    assert told == [""] * 4


def test_drawn_parameters_stand_under_each_view_when_asked_for() -> None:
    app = opened(recipe="simclr-no-flip", drawn="true")
    under = [caption.value for caption in app.caption if caption.value.startswith("crop top ")]
    assert len(under) == 12
    assert len(set(under)) == 12


def test_the_link_to_pass_on_is_the_page_as_it_stands(shown: Shown) -> None:
    app = opened("atelier", recipe="simclr", draw="5", strength="0.75")
    clean(app.selectbox(key="views-add").set_value("solarize").run())
    link = next(code.value for code in app.code if "recipe=" in code.value)
    before = views_of(shown)
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert (query["draw"], query["strength"]) == ("5", "0.75")
    again = open_page("augmentations.py", **query)
    assert [card.op for card in again.session_state["views-cards"]][-1] == "solarize"
    after = views_of(shown)
    assert all(np.array_equal(before[number], after[number]) for number in before)


def test_accuracies_of_the_study_stand_in_the_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    study = studies.load("composition")
    cell = studies.cells(study, studies.Choice(only={"first": "blur", "second": "crop"}))[0]
    run = Run.create(cell.config, cell.id)
    about = {"protocol": study.protocol, "measures": {"linear": 0.4375, "knn": 0.25}, "training_seconds": 1.0}
    write_json(run.path / "outcome.json", about)
    composition.accuracies.clear()
    assert composition.accuracies() == {("blur", "crop"): 0.4375}
    app = opened("atelier", "pixels", **{"recipe": "simclr", "views-matrix": "true"})
    assert any("Best of these: blur, then crop (0.438)" in caption.value for caption in app.caption)
    [table] = [html.proto.body for html in app.get("html") if "Pairs of operations" in html.proto.body]
    assert table.count("<img") == 16
    assert table.count("0.438") == 1
    composition.accuracies.clear()


def test_an_encoder_says_how_its_training_stands_to_the_recipe() -> None:
    known = catalogue.find("atelier-tiny")
    assert trained(known, "simclr-gentle") == "trained with this recipe"
    assert trained(known, "simclr") == "trained with simclr-gentle"
    assert trained(catalogue.find("untrained"), "simclr") == "not trained"
    config = TrainConfig(dataset="digits", views="none")
    assert trained(replace(known, config=config), "simclr") == "trained without views"
    own = replace(known, config=TrainConfig(dataset="digits", views=[{"op": "flip"}]))
    assert trained(own, [{"op": "flip"}]) == "trained with this recipe"
    assert trained(own, "simclr") == "trained with a recipe of its own"


def test_one_click_trains_with_the_views_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[TrainConfig] = []

    def begin(config: TrainConfig) -> Run:
        begun.append(config)
        return Run.create(config, f"run-{len(begun)}")

    monkeypatch.setattr(jobs, "begin", begin)
    for label, views in (("Train with these views", [{"op": "crop"}]), ("Train without any", "none")):
        app = opened(recipe='["crop",{"op":"blur","off":true}]', strength="0.5")
        next(button for button in app.button if button.label == label).click().run()
        assert not app.exception
        assert (begun[-1].dataset, begun[-1].views, begun[-1].strength) == ("digits", views, 0.5)
