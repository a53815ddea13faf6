"""What cannot be trained is one sentence on the command line, exit code 2, and nothing on stdout.

Below the command line, the same faults are tested where they are found: broken studies and unknown methods in
studies/test_studies.py, missing labels in methods/test_methods.py and test_sampling.py, lonely classes in
methods/test_partners.py, files of weights that do not fit in encoders/test_foreign.py, a loss that is no number and
a set that is too small in test_train.py, other bad flags in test_cli.py.
"""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from contrastive import datasets
from contrastive.__main__ import main
from contrastive.methods import batchwise
from contrastive.runs import Run
from contrastive.storage import pretrained_dir
from contrastive.studies import study

DIGITS = ["--dataset", "digits", "--size", "16", "--views", "none", "--limit", "64", "--batch-size", "32"]
SHIPPED = pretrained_dir() / "atelier-tiny" / "encoder.safetensors"


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that is said."""
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    (line,) = [line for line in told.err.splitlines() if line.startswith("contrastive: ")]
    return line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--method", "triplet", "--positives", "same class", "--per-class", "1"],
            "10 classes have a single picture",
        ),
        (["--initial", "atelier-tiny"], "atelier-tiny is a tiny for 3-channel images"),
        (["--initial", f"file:{SHIPPED}"], "encoder.safetensors holds a tiny for 3-channel images"),
        (["--initial", f"file:{SHIPPED}", "--encoder", "pami"], "not a pami for 1"),
        (["--method", "telepathy"], "no method called 'telepathy'"),
    ],
)
def test_a_sentence_each(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in refused(capsys, "train", *DIGITS, *arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--method", "supcon"], "The method supcon needs labels"),
        (["--method", "triplet"], "The method triplet needs labels"),
        (["--sampler", "balanced"], "The balanced sampler needs labels"),
    ],
)
def test_a_set_without_labels(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digits = datasets.load("digits", size=16)
    (tmp_path / "bare").mkdir()
    for row in range(30):
        digits.picture(row).save(tmp_path / "bare" / f"{row}.png")
    told = refused(capsys, "train", "--dataset", f"folder:{tmp_path / 'bare'}", "--views", "none", *arguments)
    assert words in told
    assert "bare has none" in told


def test_a_study_with_an_unknown_method(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.yaml").write_text(
        "{title: Odd, question: 'Why?', base: {dataset: digits}, factors: {loss: {odd: {method: telepathy}}}, "
        "measures: {knn: kNN}}"
    )
    monkeypatch.setattr(study, "FOLDER", tmp_path)
    assert "There is no method called 'telepathy'" in refused(capsys, "study", "odd")
    assert not Run.all()


def test_a_batch_larger_than_the_set_sees_all_of_it_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *DIGITS, "--batch-size", "4096", "--epochs", "2", "--run", "whole"]) == 0
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    assert line == "warning: A batch of 4,096 is more than the 64 pictures there are; every step sees all of them."
    assert len(Run.open("whole").steps()) == 2


def test_a_loss_that_is_no_number_keeps_the_last_good_epoch(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", *DIGITS, "--epochs", "4", "--run"]
    files = ("checkpoint.pt", "encoder.safetensors")
    good: dict[str, bytes] = {}
    steps = 0

    def breaking(logits: Tensor, positives: Tensor) -> Tensor:
        nonlocal steps
        steps += 1
        if steps == 6:
            run = Run.open("broken")
            good.update({name: (run.path / name).read_bytes() for name in files})
        return nt_xent_of(logits, positives) * (float("nan") if steps == 6 else 1.0)

    nt_xent_of = batchwise.nt_xent_of
    monkeypatch.setattr(batchwise, "nt_xent_of", breaking)
    assert "no longer a number at step 6 (epoch 3, " in refused(capsys, *arguments, "broken")
    run = Run.open("broken")
    assert run.status["state"] == "failed"
    assert "step 6" in run.status["message"]
    assert good == {name: (run.path / name).read_bytes() for name in files}
    assert [line["epoch"] for line in run.metrics()] == [1, 2]
    state = run.checkpoint()
    assert state["epoch"] == 2
    assert all(value.isfinite().all() for value in state["method"].values())

    assert main([*arguments, "broken", "--resume"]) == 0
    assert main([*arguments, "whole"]) == 0
    assert run.encoder().hash() == Run.open("whole").encoder().hash()


def test_a_checkpoint_that_does_not_fit_or_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["train", *DIGITS, "--epochs", "1", "--run"]
    for name, width in (("mine", "64"), ("wider", "96")):
        assert main([*arguments, name, "--head-width", width]) == 0
    mine, wider = Run.open("mine"), Run.open("wider")
    state = wider.checkpoint()
    foreign = (wider.path / "checkpoint.pt").read_bytes()
    capsys.readouterr()

    (mine.path / "checkpoint.pt").write_bytes(foreign)
    assert "belongs to another config" in refused(capsys, "train", "--run", "mine", "--resume")
    torch.save({**state, "config": mine.config.model_dump_json()}, mine.path / "checkpoint.pt")
    assert "another shape" in refused(capsys, "train", "--run", "mine", "--resume")
    for damaged in (foreign[: len(foreign) // 2], b"", b"no checkpoint"):
        (mine.path / "checkpoint.pt").write_bytes(damaged)
        assert "cannot be read" in refused(capsys, "train", "--run", "mine", "--resume")
    assert mine.status["state"] == "failed"
