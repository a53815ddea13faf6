"""The augmentations page: what it shows is what training gets, and what it says follows from the data."""

import io
import json
import time
from typing import Any

import numpy as np
import pytest
import torch
from _ui import recipe_address as address
from _ui.views import cosines
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import augment, catalogue, datasets, style
from tests.app.conftest import Shown
from tests.app.opening import clean, open_page

PICKED = ("network", "styles")


def opened(data: str = "digits", encoder: str = "pixels", **query: str | list[str]) -> AppTest:
    return open_page("augmentations.py", data=data, encoder=encoder, **query)


def views_of(shown: Shown) -> dict[int, np.ndarray]:
    """The last twelve views by number, in the order in which they were drawn from the generator."""
    return {int(alt.split()[1]): picture for picture, alt in shown[-12:]}


def similarities(shown: Shown) -> list[float]:
    return [float(alt.rpartition(" ")[2]) for _, alt in shown[-12:]]


@pytest.mark.parametrize("data", ["atelier", "digits"])
def test_views_are_the_tensors_of_the_recipe(data: str, shown: Shown) -> None:
    app = opened(data, catalogue.default_for(data), recipe="simclr", draw="7", strength="0.5")
    assert not app.error
    images = datasets.load(data)
    row = int(np.random.default_rng(1).integers(len(images)))
    recipe = augment.recipe("simclr", size=images.size, strength=0.5)
    expected = recipe(images.images[row].expand(12, -1, -1, -1), torch.Generator().manual_seed(7))
    expected = (expected * 255).round().to(torch.uint8).numpy()
    for number, picture in views_of(shown).items():
        picture = picture[..., None] if picture.ndim == 2 else picture
        times = picture.shape[0] // images.size
        assert np.array_equal(picture[::times, ::times].transpose(2, 0, 1), expected[number - 1])
    assert similarities(shown) == sorted(similarities(shown), reverse=True)
    assert "views are nearer to their picture" in " ".join(m.value for m in app.markdown)


def test_strength_zero_changes_nothing_and_a_mirror_of_digits_is_warned_of(shown: Shown) -> None:
    app = opened(recipe="simclr")
    assert "mirrored 2" in app.warning[0].value
    assert min(similarities(shown)) < 1
    clean(app.slider(key="strength").set_value(0.0).run())
    assert similarities(shown) == [1.0] * 12
    assert not app.warning
    assert not opened("atelier", recipe="simclr").warning


def test_strength_zero_is_cosine_one_for_every_recipe_and_operation() -> None:
    images, known = datasets.load("atelier"), catalogue.find("atelier-tiny")
    network = known.load(images)
    originals = np.asarray(images.pixels[:4])
    for said in [*augment.RECIPES, *([{"op": op}] for op in augment.OPS)]:
        still = augment.recipe(said, size=images.size, strength=0.0)(images.images[:4], torch.Generator())
        found = cosines(network, originals, (still * 255).round().to(torch.uint8).numpy())
        np.testing.assert_allclose(found, 1, atol=1e-5, err_msg=str(said))


def test_another_draw_gives_other_views(shown: Shown) -> None:
    app = opened(recipe="simclr-no-flip")
    first = views_of(shown)
    clean(next(button for button in app.button if button.label == "Draw again").click().run())
    assert app.number_input(key="draw").value == 2
    assert not np.array_equal(first[1], views_of(shown)[1])


def config_shown(app: AppTest) -> dict[str, Any]:
    return json.loads(next(code.value for code in app.code if code.language == "json"))


def test_cards_move_switch_off_and_join(shown: Shown) -> None:
    app = opened(recipe="simclr")
    assert config_shown(app)["views"] == "simclr"
    later = [button for button in app.button if button.label == "Move crop down"]
    clean(later[0].click().run())
    assert app.selectbox(key="recipe").value == "my own"
    order = [entry["op"] for entry in config_shown(app)["views"]]
    assert order == ["flip", "crop", "colour", "grayscale", "blur"]

    toggles = [toggle for toggle in app.toggle if (toggle.key or "").startswith("card-on-")]
    assert toggles[0].label == "1 · Flip"
    clean(toggles[0].set_value(False).run())
    assert not app.warning
    clean(app.selectbox(key="views-add").set_value("cutout").run())
    share = next(s for s in app.slider if (s.key or "").endswith("-share") and s.value == 0.5)
    clean(share.set_value(1.0).run())
    spec = config_shown(app)["views"]
    assert [entry["op"] for entry in spec] == ["crop", "colour", "grayscale", "blur", "cutout"]
    assert spec[-1] == {"op": "cutout", "share": 1.0}
    images = datasets.load("digits")
    row = int(np.random.default_rng(1).integers(len(images)))
    own = augment.recipe(spec, size=images.size)
    expected = own(images.images[row].expand(12, -1, -1, -1), torch.Generator().manual_seed(1))
    picture = views_of(shown)[3]
    times = len(picture) // images.size
    assert np.array_equal(picture[::times, ::times], (expected[2, 0] * 255).round().to(torch.uint8).numpy())

    clean(app.selectbox(key="recipe").set_value("none").run())
    assert config_shown(app)["views"] == "none"
    assert similarities(shown) == [1.0] * 12


def test_curves_are_drawn_when_asked_for() -> None:
    app = opened(recipe="simclr-no-flip")
    assert len(app.get("plotly_chart")) == 1, "the map"
    app.toggle(key="views-curves").set_value(True)
    # Measured in the background; the page asks again until all is there.
    for _ in range(200):
        clean(app.run())
        if len(app.get("plotly_chart")) == 5:
            break
        time.sleep(0.1)
    assert len(app.get("plotly_chart")) == 5
    assert any("moves pictures furthest" in m.value for m in app.markdown)


def test_an_upload_and_junk(shown: Shown) -> None:
    app = opened("atelier", recipe="simclr")
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 120, 3), np.uint8)).save(buffer, "PNG")
    app.file_uploader(key="views-upload").upload("mine.png", buffer.getvalue())
    clean(app.run())
    assert not app.error
    assert "mine.png" in shown[-1][1]

    app = opened("atelier", recipe="simclr")
    app.file_uploader(key="views-upload").upload("page.jpg", b"<html>")
    clean(app.run())
    assert "page.jpg" in app.error[0].proto.title
    assert len(app.error) == 1
    assert len(views_of(shown)) == 12, "the page goes on with a picture of the set"
    app.file_uploader(key="views-upload").upload("mine.png", buffer.getvalue())
    clean(app.run())
    assert not app.error, "what came last is looked at"
    assert "mine.png" in shown[-1][1]


def test_an_own_recipe_lives_in_the_address_and_junk_there_is_a_sentence() -> None:
    entries = [{"op": "crop"}, {"op": "cutout", "share": 0.75, "off": True}, {"op": "colour", "hue": 0.0}]
    assert address.read(address.written(entries)) == entries
    app = opened(recipe=address.written(entries))
    assert [entry["op"] for entry in config_shown(app)["views"]] == ["crop", "colour"]
    assert not app.error
    for junk in (
        '["telepathy"]',
        '[{"op":"crop","speed":3}]',
        "[" * 5000,
        '{"op":"crop"}',
        '[{"op":"flip","off":[]},7]',
    ):
        app = opened(recipe=junk)
        assert app.error, junk
        assert config_shown(app)


def test_style_takes_other_pictures_of_the_set_and_its_knobs_are_words(shown: Shown) -> None:
    entries = [{"op": "style", "network": "light-adaconv", "alpha": (1.0, 1.0), "styles": "digits", "bank": 64}]
    assert address.read(address.written(entries)) == entries
    app = opened("atelier", recipe='[{"op":"style","alpha":[1,1],"bank":64}]')
    images = datasets.load("atelier")
    row = int(np.random.default_rng(1).integers(len(images)))
    recipe = augment.recipe([{"op": "style", "alpha": (1.0, 1.0), "bank": 64}], size=images.size)
    expected = recipe.among(images.images)(
        images.images[row].expand(12, -1, -1, -1), torch.Generator().manual_seed(1)
    )
    for number, picture in views_of(shown).items():
        painted = (expected[number - 1] * 255).round().to(torch.uint8).numpy()
        assert np.array_equal(picture.transpose(2, 0, 1), painted)
    network, styles = (next(s for s in app.selectbox if (s.key or "").endswith(f"-{knob}")) for knob in PICKED)
    assert network.options == style.names()
    clean(styles.set_value("digits").run())
    assert config_shown(app)["views"][0]["styles"] == "digits"
    for junk in ('[{"op":"style","network":"telepathy"}]', '[{"op":"style","styles":7}]'):
        assert opened(recipe=junk).error, junk


def test_every_operation_is_measured_and_pairs_are_shown() -> None:
    app = opened(recipe="simclr-no-flip")
    app.toggle(key="views-ignores").set_value(True)
    app.toggle(key="views-matrix").set_value(True)
    for _ in range(600):
        clean(app.run())
        if any("ignores" in m.value for m in app.markdown):
            break
        time.sleep(0.1)
    said = " ".join(m.value for m in app.markdown)
    assert "ignores" in said
    assert "notices" in said


def test_pairs_stand_in_the_address_and_are_six_at_most() -> None:
    app = opened(**{"recipe": "simclr-no-flip", "views-matrix": "true", "views-pairs": ["Crop", "Noise"]})
    assert app.pills(key="views-pairs").value == ["crop", "noise"]
    clean(app.pills(key="views-pairs").set_value(list(augment.OPS)[:8]).run())
    assert any("The first 6 of them" in text.value for text in app.caption)
    [table] = [part.proto.body for part in app.get("html") if "Pairs of operations" in part.proto.body]
    assert table.count("<img") == 36


def test_plain_cues_say_what_they_find_without_a_network() -> None:
    app = opened(**{"recipe": "none", "views-shortcuts": "true"})
    clean(app)
    assert any("alone find the other view 100% of the time" in text.value for text in app.markdown)
    app.selectbox(key="recipe").set_value("simclr-no-flip").run()
    clean(app)
    [said] = [text.value for text in app.markdown if "the other view" in text.value]
    assert "100%" not in said
