"""The reference encoders in the sidebar: offline one sentence says what to do; once fetched, one looks."""

from pathlib import Path

import pytest
import torch

from contrastive import catalogue
from contrastive.encoders import build
from tests.app.opening import clean, open_page, picker


def test_offline_one_sentence_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    app = open_page("home.py", data="digits", encoder="pixels")
    app.radio(key="reference").set_value("squeezenet1_0").run()
    app = clean(app.button(key="reference-fetch").click().run())
    assert "squeezenet1_0-b66bff10.pth could not be downloaded" in app.error[0].body + app.error[0].title
    assert not [button for button in app.button if button.key == "reference-look"]


def test_what_was_fetched_can_be_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path))

    def fetch(url: str, target: str, **_: object) -> None:
        torch.manual_seed(0)
        torch.save(build("squeezenet1_0", size=224).body.state_dict(), target)

    monkeypatch.setattr(torch.hub, "download_url_to_file", fetch)
    app = open_page("home.py", data="digits", encoder="pixels")
    app.radio(key="reference").set_value("squeezenet1_0").run()
    app = clean(app.button(key="reference-fetch").click().run())
    app = clean(app.button(key="reference-look").click().run())
    assert picker(app, "encoder").value == "squeezenet1_0"
    assert catalogue.PUBLISHED["squeezenet1_0"] in [caption.value for caption in app.caption]
