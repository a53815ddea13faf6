"""Adding pictures on the data set page: an upload that is previewed, renamed and kept; a museum out of reach."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive.datasets import own
from tests.app.opening import picker

MAIN = Path(__file__).parents[2] / "pages" / "main.py"


def opened(page: str) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=120).run()
    return app.switch_page(page).run()


def packed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, colour in (("cats/1.png", "red"), ("cats/2.png", "blue"), ("dogs/1.png", "green")):
            picture = io.BytesIO()
            Image.new("RGB", (30, 20), colour).save(picture, "PNG")
            archive.writestr(name, picture.getvalue())
        archive.writestr("dogs/broken.jpg", b"<html>")
    return buffer.getvalue()


def test_an_upload_is_understood_renamed_and_kept() -> None:
    app = opened("dataset.py")
    app.file_uploader(key="own-files").upload("pets.zip", packed()).run()
    assert not app.exception
    said = next(m.value for m in app.markdown if m.value.startswith("Understood"))
    assert "4 pictures" in said
    assert "30 to 30 px wide" in said
    assert "2 values of *class*: cats 2, dogs 2" in said
    assert any("1 file will be left out" in m.value for m in app.markdown)
    app.text_input(key="own-name").set_value("my pets")
    app.text_input(key="own-column-class").set_value("animal")
    next(b for b in app.button if b.label == "Keep it").click().run()
    assert not app.exception
    assert picker(app, "data").value == "my pets"
    assert own.record("my pets").columns == {"class": "animal"}
    own.remove("my pets")


def test_what_holds_no_picture_is_one_sentence_and_nothing_to_keep() -> None:
    app = opened("dataset.py")
    app.file_uploader(key="own-files").upload("junk.png", b"no picture", "image/png").run()
    assert not app.exception
    assert app.error[0].proto.title == "None of these files is a picture that can be read."
    assert not [button for button in app.button if button.label == "Keep it"]


def test_a_museum_out_of_reach_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRASTIVE_MUSEUM_URL", "http://127.0.0.1:9")
    app = opened("dataset.py")
    app.segmented_control(key="own-way").set_value("a museum").run()
    next(b for b in app.button if b.label == "Fetch").click().run()
    assert not app.exception
    assert len(app.error) == 1
