"""Two processes with half of every batch each learn what one process learns with all of it; torchrun starts them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from contrastive import catalogue, datasets, distributed
from contrastive.__main__ import main
from contrastive.embed import embed, encode
from contrastive.errors import UserError
from contrastive.runs import Run, record
from contrastive.train import train
from tests.two_ranks import CRAMPED, METHODS, RUN, seen, shown, weights

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two processes found, and the run they trained together."""
    place = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CONTRASTIVE_RUNS", str(place / "runs"))
        # Prepared here, so that neither waits for the other.
        embed("untrained", datasets.load("digits", size=8).split("train").limit(45, seed=0))
        run = Run.create(RUN, "together")
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
        done = subprocess.run(
            [*command, "tests/two_ranks.py", str(place), run.id],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        (place / "said").write_text(done.stderr)
    return place


def test_they_share_every_batch_without_overlap(two: Path) -> None:
    rows = [torch.load(two / f"{rank}.pt", weights_only=True)["rows"].tolist() for rank in range(2)]
    assert sorted(rows[0] + rows[1]) == list(range(15))
    assert abs(len(rows[0]) - len(rows[1])) == 1


@pytest.mark.parametrize("method", list(METHODS))
def test_loss_gradients_and_weights_are_those_of_one_process(two: Path, method: str) -> None:
    first, second = (torch.load(two / f"{rank}.pt", weights_only=True)["found"][method] for rank in range(2))
    alone = seen(method)
    assert first["losses"] == pytest.approx(alone["losses"], abs=1e-5)
    assert torch.equal(first["gradients"], second["gradients"])
    torch.testing.assert_close(first["gradients"], alone["gradients"], atol=1e-5, rtol=1e-4)
    assert alone["gradients"].abs().max() > 1e-3
    for name, value in alone["weights"].items():
        torch.testing.assert_close(first["weights"][name], value, atol=1e-5, rtol=1e-4)


def test_a_batch_that_one_has_no_room_for_is_parted_by_both(two: Path) -> None:
    first, second = (torch.load(two / f"cramped-{rank}.pt", weights_only=True) for rank in range(2))
    assert torch.equal(first, second)
    torch.testing.assert_close(first, weights(CRAMPED), atol=1e-5, rtol=1e-4)
    assert (two / "said").read_text().count("A batch of 15 does not fit this device: 2 parts of about 7") == 2


def test_no_thread_of_the_group_outlives_it(two: Path) -> None:
    """One that does aborts a process now and then that is done with its work."""
    for rank in range(2):
        assert "gloo" not in (two / f"threads-{rank}").read_text()


def test_they_share_the_blocks_of_an_embedding(two: Path) -> None:
    first, second = (np.load(two / f"vectors-{rank}.npy") for rank in range(2))
    assert np.array_equal(first, second)
    np.testing.assert_allclose(first, encode(catalogue.find("untrained").load(shown()), shown().images), atol=2e-2)


def test_one_of_them_writes_and_all_stop_when_one_is_asked(two: Path) -> None:
    assert (two / "stopped").read_text() == "stopped 1"
    run = Run(two / "runs" / "together")
    assert run.status["state"] == "finished"
    assert [line["epoch"] for line in run.metrics()] == [1, 2]
    assert [line["step"] for line in run.steps()] == list(range(1, 7))
    assert run.log_file.read_text().count("begins at epoch") == 2
    alone = Run.create(RUN)
    record(alone, train(RUN))
    ours, theirs = run.checkpoint()["method"], alone.checkpoint()["method"]
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name], value, atol=1e-5, rtol=1e-4)


def test_the_verb_starts_them(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[Any] = []

    def start(arguments: list[str], devices: int) -> None:
        asked.append((arguments, devices))
        Run.open(arguments[2]).write_status("failed", message="There are 1 GPUs here.")

    monkeypatch.setattr(distributed, "start", start)
    assert main(["train", "--dataset", "digits", "--devices", "3", "--run", "many"]) == 2
    assert asked == [(["train", "--run", "many", "--resume"], 3)]
    assert "There are 1 GPUs here." in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "torchrun" in capsys.readouterr().out


def test_alone_there_is_nothing_to_share() -> None:
    x = torch.randn(2, 3, 4)
    assert distributed.gathered(x, 1) is x
    assert distributed.share(7) is None
    assert (distributed.world(), distributed.rank(), distributed.follower()) == (1, 0, False)


@pytest.mark.slow
def test_the_verb_for_real(capsys: pytest.CaptureFixture[str]) -> None:
    said = [text for name in ("dataset", "size", "limit") for text in (f"--{name}", str(getattr(RUN, name)))]
    assert main(["train", *said, "--epochs", "1", "--devices", "2", "--run", "pair", "--json"]) == 0
    assert capsys.readouterr().out.count('"run": "pair"') == 1
    assert Run.open("pair").status["state"] == "finished"
    assert main(["train", "--dataset", "folder:/nowhere", "--devices", "2", "--run", "bad"]) == 2
    assert "does not exist" in Run.open("bad").status["message"]
    with pytest.raises(UserError, match="no run"):
        Run.open("other")
