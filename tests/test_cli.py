"""The command line: every verb, one JSON document on stdout, and exit code 2 for a user's mistake."""

import json
from pathlib import Path

import numpy as np
import pytest

from contrastive import datasets
from contrastive.__main__ import main


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_whole_length(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = call(
        capsys,
        "train",
        "--dataset",
        "digits",
        "--size",
        "16",
        "--views",
        "simclr-no-flip",
        "--epochs",
        "1",
        "--limit",
        "200",
        "--batch-size",
        "50",
        "--run",
        "first",
        "--json",
    )
    assert code == 0, err
    assert json.loads(out)["status"]["state"] == "finished"

    code, out, _ = call(capsys, "runs", "--json")
    assert json.loads(out)["runs"][0]["run"] == "first"

    code, out, _ = call(capsys, "embed", "first", "--out", str(tmp_path / "v.npy"), "--json")
    assert json.loads(out)["images"] == 200
    assert np.load(tmp_path / "v.npy").shape == (200, 256)

    code, out, _ = call(capsys, "map", "first", "--method", "pca", "--json")
    assert len(json.loads(out)["points"]) == 200

    picture = tmp_path / "mine.png"
    datasets.load("digits", size=16).picture(3).resize((300, 200)).save(picture)
    code, out, _ = call(capsys, "neighbours", "first", str(picture), "--k", "5", "--json")
    hits = json.loads(out)["queries"][0]["neighbours"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3, 4, 5]
    assert hits[0]["score"] >= hits[4]["score"]

    code, out, _ = call(capsys, "report", "first", "--probe", "knn", "--json")
    report = json.loads(out)
    assert {"accuracy", "macro_f1", "majority_baseline", "per_class", "confusion", "intervals"} <= report.keys()
    code, out, _ = call(capsys, "report", "first", "pixels", "untrained", "--probe", "knn,linear")
    assert out.count("knn") == 3

    code, out, _ = call(capsys, "train", "--run", "first", "--resume", "--json")
    assert json.loads(out)["metrics"]["epoch"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["embed", "no-such-run"],
        ["datasets", "check", "no-such-set"],
        ["datasets", "check"],
        ["train", "--dataset", "digits", "--epochs", "none"],
        ["train", "--dataset", "folder:/nowhere/at/all", "--epochs", "1"],
        ["train", "--encoder", "gigantic"],
        ["stop", "no-such-run"],
        ["report", "pixels", "--dataset", "digits", "--probe", "magic"],
        ["report", "pixels", "--dataset", "digits", "--label", "colour"],
        ["neighbours", "pixels", "--dataset", "digits", "/nowhere.png"],
        ["map", "pixels", "--dataset", "digits", "--method", "tsne", "--perplexity", "-4"],
    ],
)
def test_mistakes_are_one_line_and_code_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, out, err = call(capsys, *arguments)
    assert code == 2, err
    assert out == ""
    said = [line for line in err.splitlines() if line.startswith("contrastive: ")]
    assert len(said) == 1
    assert "Traceback" not in err


def test_a_config_file_with_an_unknown_key(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    for content, words in (('{"tempreature": 1}', "temperature"), ("{", "JSON"), ("[1]", "JSON object")):
        path.write_text(content)
        code, _, err = call(capsys, "train", "--config", str(path))
        assert code == 2
        assert words in err
    path.write_text('{"dataset": "digits", "epochs": 3, "limit": 40, "size": 8, "views": "none"}')
    code, out, _ = call(capsys, "train", "--config", str(path), "--epochs", "1", "--json")
    assert code == 0
    assert json.loads(out)["metrics"]["epoch"] == 1


def test_doctor_and_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(call(capsys, "doctor", "--json")[1])["packages"]["torch"] != "missing"
    assert "atelier" in call(capsys, "datasets")[1]
    assert "No runs yet" in call(capsys, "runs")[1]
    checked = json.loads(call(capsys, "datasets", "check", "digits", "--json")[1])
    assert checked["images"] == 1797
    assert sum(checked["classes"].values()) == 1797
