"""`style-train` as a run: its directory, previews, going on, and what it refuses."""

import json
from pathlib import Path

import pytest
from PIL import Image

from contrastive import style
from contrastive.__main__ import main
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.style.run import StyleRun


def flags(album: str, judge: str, *more: str) -> list[str]:
    small = {"size": 32, "batch-size": 2, "steps": 4, "every": 2, "split": "all", "precision": "float32"}
    given = [text for name, value in small.items() for text in (f"--{name}", str(value))]
    return ["style-train", "--content", album, "--style", json.dumps([album]), "--perceptual", judge, *given, *more]


def test_a_run_leaves_weights_previews_and_goes_on(
    album: str, judge: str, capsys: pytest.CaptureFixture[str], own_runs: Path
) -> None:
    assert main([*flags(album, judge, "--run", "one"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["run"] == "one"
    assert said["status"]["state"] == "finished"
    run = StyleRun.open("one")
    assert run.path.parent == own_runs.parent / "styles"
    assert [sheet.name for sheet in run.previews()] == ["000002.jpg", "000004.jpg"]
    with Image.open(run.previews()[-1]) as sheet:
        assert sheet.size == (5 * 32, 5 * 32), "the four held-out pictures as styles and as contents, and a corner"
    assert len(run.metrics()) == 2
    assert len(run.steps()) == 4
    assert "one" in style.names()
    before = style.load("one").hash()
    assert not Run.exists("one"), "a style network is no encoder"

    assert main([*flags(album, judge, "--run", "one", "--resume")]) == 0
    assert len(run.steps()) == 4, "nothing was left to do"
    assert style.load("one").hash() == before
    with pytest.raises(UserError, match="no style network called 'two'"):
        style.load("two")


def test_settings_that_cannot_be_are_one_sentence(album: str, judge: str, capsys: pytest.CaptureFixture[str]) -> None:
    for more, sentence in (
        (["--size", "8"], "size = 8 is not possible"),
        (["--transfer", "magic"], "transfer = 'magic' is not possible"),
        (["--content", "nowhere"], "no data set called 'nowhere'"),
        (["--perceptual", "resnet18"], "no perceptual network 'resnet18'"),
        (["--run", "../out"], "cannot be the name of a run"),
    ):
        assert main(flags(album, judge, *more)) == 2
        assert sentence in capsys.readouterr().err
    assert main(flags(album, judge, "--run", "kept")) == 0
    assert main(flags(album, judge, "--run", "kept")) == 2
    assert "already a run called 'kept'" in capsys.readouterr().err
    assert main(flags(album, judge, "--run", "kept", "--resume", "--lr", "0.01")) == 2
    assert "was made with another lr" in capsys.readouterr().err
    failed = [run for run in StyleRun.all() if run.status["state"] == "failed"]
    assert any("nowhere" in run.status["message"] for run in failed)
