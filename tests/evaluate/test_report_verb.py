"""`report` on the command line: probes with options, every split, before and after the head, few labels."""

import json

import pytest

from contrastive.__main__ import main
from contrastive.config import TrainConfig
from contrastive.evaluate import Report
from contrastive.runs import Run, record
from contrastive.train import train

SMALL = TrainConfig(dataset="digits", size=16, limit=100, epochs=1, batch_size=50, views="none", head_dim=8)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["report", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_probes_with_options_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    probes = "linear,linear:scale=false,sgd:epochs=2,knn:k=3:metric=euclidean,kmeans"
    code, out, err = told(
        capsys, "pixels", "untrained", "--dataset", "digits", "--size", "8", "--limit", "200", "--probe", probes
    )
    assert code == 0, err
    lines = out.splitlines()
    assert len(lines) == 11
    assert [line.split()[1] for line in lines[1:6]] == probes.split(",")
    assert " ".join(lines[0].split()[2:]) == "accuracy balanced macro-F1 weighted majority top-3 95 % of accuracy"
    assert len({len(line) for line in lines}) == 1, "columns stand under each other"
    assert err.count("better than always answering") == 10


@pytest.mark.parametrize("split", ["train", "test"])
def test_json_carries_the_report_and_its_health(capsys: pytest.CaptureFixture[str], split: str) -> None:
    code, out, _ = told(
        capsys, "digits-tiny", "--dataset", "digits", "--split", split, "--probe", "knn:k=5", "--json"
    )
    document = json.loads(out)
    assert code == 0
    assert {"accuracy", "weighted_f1", "top_k", "per_class", "confusion", "intervals"} <= document.keys()
    assert set(document) <= {*Report.__dataclass_fields__} | {
        "encoder", "dataset", "split", "after_head", "options", "health", "verdict"
    }  # fmt: skip
    assert document["options"] == {"k": 5}
    assert document["split"] == split
    assert document["n_test"] == (1438 if split == "train" else 359)
    assert ("memory" in document["note"]) == (split == "train")
    assert document["verdict"].startswith("Healthy")
    assert document["health"]["prediction_entropy"] > 0.95


def test_after_the_head_of_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run.create(SMALL, "headed")
    record(run, train(SMALL))
    run.write_status("finished")
    before, after = (
        json.loads(told(capsys, "headed", "--probe", "knn", "--json", *flags)[1]) for flags in ([], ["--after-head"])
    )
    assert (before["after_head"], after["after_head"]) == (False, True)
    assert before["health"]["effective_rank"] > after["health"]["effective_rank"]
    assert after["health"]["effective_rank"] <= 8


def test_few_labels(capsys: pytest.CaptureFixture[str]) -> None:
    base = ("digits-tiny", "--dataset", "digits", "--labels-per-class", "1,500", "--draws", "2", "--probe", "knn:k=1")
    code, out, _ = told(capsys, *base)
    assert code == 0
    assert [line.split()[2] for line in out.splitlines()[1:]] == ["1", "500"]
    assert out.splitlines()[2].split()[5] == "-", "one choice has no interval"
    (curve,) = json.loads(told(capsys, *base, "--json")[1])["curves"]
    assert [row["images"] for row in curve["rows"]] == [10, 1438]
    assert curve["rows"][0]["accuracy"] < curve["rows"][1]["accuracy"]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--probe", "knn:k=zero"], "k = 'zero' is not possible"),
        (["--probe", "linear,"], "no probe called ''"),
        (["--split", "val"], "no pictures in its split val"),
        (["--after-head"], "No projection head"),
        (["--probe", "finetune", "--after-head"], "No projection head"),
        (["--probe", "finetune"], "no weights to fine-tune"),
        (["--labels-per-class", "few"], "not numbers of pictures"),
        (["--labels-per-class", "0"], "at least one"),
        (["--labels-per-class", "5", "--probe", "kmeans"], "no low-label curve"),
    ],
)
def test_mistakes_are_one_line(capsys: pytest.CaptureFixture[str], flags: list[str], words: str) -> None:
    code, out, err = told(capsys, "pixels", "--dataset", "digits", "--size", "8", *flags)
    assert (code, out) == (2, "")
    said = [line for line in err.splitlines() if line.startswith("contrastive: ")]
    assert len(said) == 1
    assert words in said[0]
