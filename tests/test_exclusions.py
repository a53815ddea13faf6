"""Exclusions: what is ticked is remembered, and training leaves it out."""

import json

import pytest

from contrastive import datasets, exclusions
from contrastive.__main__ import main
from contrastive.config import TrainConfig
from contrastive.runs import Run
from contrastive.train import training_set


def test_they_are_remembered_by_name_and_forgotten() -> None:
    assert exclusions.ticked("folder:/some where/ünï.zip") == []
    exclusions.keep("folder:/some where/ünï.zip", ["b", "a", "b"])
    assert exclusions.ticked("folder:/some where/ünï.zip") == ["a", "b"]
    assert exclusions.ticked("folder:/some where/other.zip") == []
    exclusions.keep("folder:/some where/ünï.zip", [])
    exclusions.keep("folder:/some where/ünï.zip", [])
    assert exclusions.ticked("folder:/some where/ünï.zip") == []


def test_training_leaves_them_out() -> None:
    whole = datasets.load("digits")
    everything = training_set(TrainConfig(dataset="digits"), whole)
    ids = everything.table["id"].tolist()
    chosen = training_set(TrainConfig(dataset="digits", excluded=[*ids[3:6], "no such picture"]), whole)
    assert chosen.table["id"].tolist() == ids[:3] + ids[6:]
    assert (chosen.pixels[3] == everything.pixels[6]).all()


def test_ticked_on_the_command_line_becomes_the_ids(capsys: pytest.CaptureFixture[str]) -> None:
    ids = datasets.load("digits").table["id"].tolist()[:2]
    exclusions.keep("digits", ids)
    try:
        start = ["train", "--dataset", "digits", "--epochs", "1", "--limit", "40", "--batch-size", "20"]
        assert main([*start, "--views", "none", "--excluded", "ticked", "--run", "without"]) == 0
    finally:
        exclusions.keep("digits", [])
    assert json.loads((Run.open("without").path / "config.json").read_text())["excluded"] == ids
    assert main([*start, "--excluded", "nonsense"]) == 2
    assert "excluded" in capsys.readouterr().err
