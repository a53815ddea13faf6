"""The style page: what it shows is what the network paints, and what it says follows from the vectors."""

import io
import re
import time
from typing import Any

import numpy as np
import pytest
from _ui.style import grid as pairs
from _ui.style import pictures, score
from _ui.views import cosines
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import catalogue, datasets, style
from contrastive.datasets.decode import fit
from contrastive.style.painting import paint
from contrastive.style_invariance import StyleInvariance
from tests.app.conftest import Shown
from tests.app.opening import clean, open_page


def opened(data: str = "atelier", encoder: str = "pixels", **query: Any) -> AppTest:
    return open_page("style.py", data=data, encoder=encoder, network="light-adain", size="128", **query)


def result(shown: Shown) -> np.ndarray:
    return next(picture for picture, alt in reversed(shown) if " in the style of " in alt)


def expected(content: int, styles: list[int], data: str = "atelier", **knobs: Any) -> np.ndarray:
    images = datasets.load(data)
    pictures = [images.open(row).convert("RGB") for row in (content, *styles)]
    return np.asarray(paint(style.load("light-adain"), pictures[0], pictures[1:], size=128, **knobs))


def words(app: AppTest) -> str:
    return " ".join(element.value for element in [*app.markdown, *app.caption])


def test_the_result_is_what_the_network_paints_and_follows_the_slider(shown: Shown) -> None:
    app = opened(content="20", style="40", alpha="0.5")
    assert not app.error
    assert np.array_equal(result(shown), expected(20, [40], alpha=0.5))
    shown.clear()
    clean(app.slider(key="alpha").set_value(1.0).run())
    assert np.array_equal(result(shown), expected(20, [40]))
    shown.clear()
    clean(app.toggle(key="colours").set_value(True).run())
    assert np.array_equal(result(shown), expected(20, [40], keep_colours=True))
    assert "nearest neighbours stayed" in words(app)
    assert f"Their similarity is {similarity(result(shown), 20):.2f}" in words(app)


def similarity(painted: np.ndarray, row: int) -> float:
    """Cosine of a painted picture and its original for the encoder `pixels`."""
    images = datasets.load("atelier")
    small = fit(Image.fromarray(painted), images.size)[None]
    return float(cosines(catalogue.find("pixels").load(images), np.asarray(images.pixels[row])[None], small)[0])


def test_a_mix_by_weight_lives_in_the_address(shown: Shown) -> None:
    app = opened(content="20", style=["40", "77", "3@digits"], w2="0.5", w3="0.0")
    assert not app.error
    assert np.array_equal(result(shown), expected(20, [40, 77], weights=[1, 0.5]))
    assert app.query_params["style"] == ["40", "77", "3@digits"]
    assert any("STYLE1 STYLE2 STYLE3 --weights 1,0.5,0 " in code.value for code in app.code)
    clean(app.slider(key="w1").set_value(0.0).run())
    clean(app.slider(key="w2").set_value(0.0).run())
    assert "weight of 0 or more" in app.error[0].proto.title
    clean(next(button for button in app.button if button.label == "Take it down").click().run())
    assert app.query_params["style"] == ["77", "3@digits"]
    assert [app.slider(key=key).value for key in ("w1", "w2")] == [0.0, 0.0], "weights stay with their styles"


def test_an_address_of_pictures_that_there_are_not() -> None:
    for junk in ("telepathy", "3@nowhere", "../../etc/passwd", "1@"):
        app = opened(content=junk, style=junk)
        assert app.error, junk
        assert app.query_params["content"] != [junk]
    app = opened("digits", content="999999999", style="5")
    assert not app.error


@pytest.mark.parametrize("mode", ["L", "RGBA", "RGB"])
def test_uploads_of_any_shape_are_painted(mode: str, shown: Shown) -> None:
    app = opened(content="20", style="40")
    noise = np.random.default_rng(0).integers(0, 255, (9, 200, 4), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).convert(mode).save(buffer, "PNG")
    app.file_uploader(key="style-own-content").upload("mine.png", buffer.getvalue())
    clean(app.run())
    assert not app.error
    assert any(alt.startswith("mine.png in the style of") for _, alt in shown)
    assert "content" not in app.query_params
    assert "of your own are not in this page's address" in words(app)


def test_several_uploads_become_a_mix() -> None:
    app = opened(content="20", style="40")
    for number in range(3):
        buffer = io.BytesIO()
        Image.new("RGB", (1, 1 + number), (90 * number, 60, 10)).save(buffer, "PNG")
        app.file_uploader(key="style-own-styles").upload(f"{number}.png", buffer.getvalue())
    clean(app.run())
    assert not app.error
    assert len(app.session_state[pictures.STYLES]) == 3


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n truncated"])
def test_junk_is_one_sentence_and_the_stage_stays(content: bytes, shown: Shown) -> None:
    app = opened(content="20", style="40")
    app.file_uploader(key="style-own-styles").upload("page.jpg", content)
    clean(app.run())
    assert [error.proto.title.partition(" ")[0] for error in app.error] == ["page.jpg"]
    assert np.array_equal(result(shown), expected(20, [40])), "what hung there stays"


def test_a_pair_of_the_grid_goes_on_the_stage() -> None:
    app = opened(content="20", style=["40", "77"])
    contents, manners = pairs.drawn(1000, 1)
    assert len(contents) == pairs.CONTENTS
    assert len(manners) == pairs.MANNERS
    assert not set(contents) & set(manners)
    drawn = [app.number_input(key="grid").value, app.query_params["content"]]
    clean(next(button for button in app.button if button.label == "Draw others").click().run())
    assert [app.number_input(key="grid").value, app.query_params["content"]] == [drawn[0] + 1, drawn[1]]
    assert pairs.drawn(1000, 2) != (contents, manners)
    assert pairs.drawn(1, 0) == ([0], [0])


def found(name: str, cosine: float, content: float | None) -> StyleInvariance:
    return StyleInvariance(
        name, cosine, (cosine - 0.1, cosine), 0.5, (0.4, 0.6), content, content, "subject", "style", 20
    )


def test_the_table_says_what_the_figures_say() -> None:
    said = score.sentence([found("a", 0.9, 0.2), found("b", 0.5, 0.8)])
    assert re.search(r"a is moved least by a style \(0\.90\).*0\.20.*b \(0\.80\).*more \(0\.50\)", said)
    assert "too" in score.sentence([found("a", 0.9, 0.9), found("b", 0.5, 0.8)])
    assert "without labels" in score.sentence([found("a", 0.9, None)])
    table = score.frame([found("a", 0.9, 0.2)])
    assert {"encoder", "cosine", "cosine_low", "retrieval_high", "content"} <= set(table)


def test_every_encoder_is_measured_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(known: catalogue.Known, *_: Any, progress: Any, **__: Any) -> StyleInvariance:
        progress(1, 2)
        return found(known.name, 0.4 if known.name == "pixels" else 0.3, 0.5)

    monkeypatch.setattr(score.style_invariance, "measured", measured)
    app = opened("digits", "digits-tiny")
    clean(app.toggle(key="style-score-on").set_value(True).run())
    for _ in range(100):
        if "pixels is moved least" in words(app):
            break
        time.sleep(0.1)
        clean(app.run())
    assert "pixels is moved least by a style (0.40)" in words(app)
    assert "Download CSV" in str(app.get("download_button"))
