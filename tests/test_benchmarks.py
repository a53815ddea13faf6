"""The benchmarks: a row says why an aim was missed, and only then; the one for GPUs runs, or says there is none."""

import json
import sys
from pathlib import Path

import pytest
import torch

from benchmarks import gpu
from benchmarks.frame import OURS, Row, table


def test_a_reason_is_told_where_an_aim_is_missed_and_only_there() -> None:
    slow = Row("work", "ms", {OURS: 2.0, "peer": 1.0}, "peer", 0.5, 1.0, note="so it is", missed="too much to do")
    fast = Row("work", "ms", {OURS: 1.0, "peer": 2.0}, "peer", 2.0, 1.0, note="so it is", missed="too much to do")
    assert "**no**: too much to do; so it is" in table([slow])
    assert "yes: so it is" in table([fast])
    assert "too much" not in table([fast])
    assert Row("work", "share", {OURS: 0.98}, least=0.99).reached is False
    assert "at least 0.99" in table([Row("work", "share", {OURS: 0.99}, least=0.99)])


def test_the_step_on_a_gpu_runs_in_its_smallest_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "rows.json"
    monkeypatch.setattr(sys, "argv", ["gpu", "--smallest", "--rounds", "1", "--out", str(out)])
    gpu.main()
    (row,) = json.loads(out.read_text())["rows"]
    assert row["figures"][OURS] > 0
    assert "100 epochs of CIFAR-10" in row["note"]


def test_without_a_gpu_it_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["gpu", "--out", str(tmp_path / "rows.json")])
    gpu.main()
    assert gpu.NONE in capsys.readouterr().out
