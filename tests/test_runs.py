"""Run directories: what is written, in which order, and what survives."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from contrastive import catalogue, datasets
from contrastive.config import TrainConfig
from contrastive.embed import embed
from contrastive.errors import UserError
from contrastive.execute import execute
from contrastive.runs import Run, read_lines, record, rewind, this_process
from contrastive.storage import append
from contrastive.train import Step, train

SMALL = TrainConfig(dataset="digits", size=16, limit=64, epochs=2, batch_size=32, views="simclr-no-flip")


def trained(config: TrainConfig = SMALL) -> Run:
    run = Run.create(config)
    run.write_status("running", **this_process())
    record(run, train(config))
    run.write_status("finished")
    return run


def test_a_run_directory_holds_what_it_promises() -> None:
    run = trained()
    names = {path.name for path in run.path.iterdir()}
    assert names >= {
        "config.json",
        "status.json",
        "metrics.jsonl",
        "steps.jsonl",
        "encoder.safetensors",
        "checkpoint.pt",
    }
    assert not [name for name in names if name.endswith(".tmp")]
    assert [line["epoch"] for line in run.metrics()] == [1, 2]
    assert {"loss", "top1", "top5", "mean_rank", "lr", "images_per_s", "ridge", "knn"} <= run.metrics()[0].keys()
    assert len(run.steps()) == 4
    assert Run.open(run.id).config == SMALL
    assert Run.all()[0].id == run.id
    digits = datasets.load("digits", size=16)
    vectors = embed(run, digits.subset(range(20)))
    assert vectors.shape == (20, 256)
    assert len(list((run.path / "embeddings").glob("*.npy"))) == 1
    torch.testing.assert_close(
        torch.from_numpy(vectors.copy()),
        run.encoder()(digits.subset(range(20)).images.float() / 255),
        atol=1e-5,
        rtol=1e-4,
    )
    assert catalogue.find(run.id).kind == "run"
    run.delete()
    assert not run.path.exists()


def test_metric_files_agree_with_the_checkpoint_after_a_crash() -> None:
    run = trained()
    state = run.checkpoint()
    (run.path / "metrics.jsonl").write_text(json.dumps({"epoch": 1, "loss": 1.0}) + '\n{"epoch": 2, "lo')
    assert [line["epoch"] for line in run.metrics()] == [1], "a torn line is not read"
    rewind(run, state)
    assert [line["epoch"] for line in run.metrics()] == [1, 2]
    assert run.metrics()[1]["loss"] == state["metrics"]["loss"]
    rewind(run, None)
    assert run.metrics() == run.steps() == []


def test_a_dead_process_is_seen_also_when_its_number_was_given_away() -> None:
    run = Run.create(SMALL)
    run.write_status("running", **this_process())
    assert run.status["state"] == "running"
    run.write_status("running", **this_process() | {"pid_created": 1.0})
    assert run.status["state"] == "interrupted"
    run.write_status("running", pid=2**22 + 1, pid_created=1.0)
    assert run.status["state"] == "interrupted"


def test_who_trains_it_is_said_anew_when_another_was_put_down() -> None:
    run, seen = Run.create(SMALL), []

    def disturbed() -> Iterator[Step]:
        for step in train(SMALL):
            run.write_status("starting", pid=2**22 + 1, pid_created=1.0)
            assert run.status["state"] == "interrupted"
            yield step
            if step.state:
                seen.append(run.status["state"])

    record(run, disturbed())
    assert seen == ["running", "running"]


def test_ids_cannot_leave_the_folder_and_do_not_clash() -> None:
    for wrong in ("../escape", "a/b", "", ".hidden", "x" * 200):
        with pytest.raises(UserError):
            Run.create(SMALL, wrong) if wrong else Run.open(wrong)
        assert not Run.exists(wrong)
    assert Run.create(SMALL).id != Run.create(SMALL).id
    Run.create(SMALL, "mine")
    with pytest.raises(UserError, match="already"):
        Run.create(SMALL, "mine")


def test_a_run_that_was_tampered_with_is_named_and_the_others_stay() -> None:
    good, bad = Run.create(SMALL, "good"), Run.create(SMALL, "bad")
    (bad.path / "config.json").write_text('{"tempreature": 0.1}')
    (bad.path.parent / "no-run").mkdir()
    assert [run.id for run in Run.all()] == [good.id]
    faults = Run.unreadable()
    assert set(faults) == {"bad", "no-run"}
    assert "tempreature" in faults["bad"]
    with pytest.raises(UserError, match="cannot be used"):
        _ = bad.config


def test_a_running_run_is_not_deleted() -> None:
    run = Run.create(SMALL)
    run.write_status("running", **this_process())
    with pytest.raises(UserError, match="running"):
        run.delete()
    assert run.path.exists()


def test_reading_stops_before_a_half_written_line(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    assert read_lines(path) == []
    path.write_text('{"a": 1}\n{"a": 2}\n{"a"')
    assert read_lines(path) == [{"a": 1}, {"a": 2}]


def test_a_process_on_another_machine_is_alive_while_it_is_heard_of() -> None:
    run = Run.create(SMALL)
    run.write_status("running", pid=1, pid_created=1.0, host="another machine")
    assert run.status["state"] == "running"
    told = json.loads((run.path / "status.json").read_text())
    (run.path / "status.json").write_text(json.dumps({**told, "updated": 1.0}))
    assert run.status["state"] == "interrupted"
    (run.path / "heartbeat").touch()
    assert run.status["state"] == "running"
    os.utime(run.path / "heartbeat", (time.time() - 61,) * 2)
    assert run.status["state"] == "interrupted"


def test_a_full_disk_keeps_the_last_checkpoint_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run.create(SMALL.changed(epochs=3))
    fsync = os.fsync

    def full(handle: int) -> None:
        if "checkpoint" in os.readlink(f"/proc/self/fd/{handle}") and (run.path / "checkpoint.pt").exists():
            raise OSError(28, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="disk is full"):
        execute(run, should_stop=lambda: False)
    assert run.status["state"] == "failed"
    assert "disk is full" in run.status["message"]
    assert "the last checkpoint is kept" in run.log_file.read_text()
    assert run.checkpoint()["epoch"] == 1
    assert len(run.metrics()) == 1
    assert not list(run.path.glob("*.tmp"))
    monkeypatch.setattr(os, "fsync", fsync)
    execute(run, should_stop=lambda: False)
    assert [line["epoch"] for line in run.metrics()] == [1, 2, 3]


def test_a_line_that_does_not_fit_on_the_disk_leaves_no_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = tmp_path / "lines.jsonl", os.write
    append(path, ['{"a": 1}'])
    left = [5]

    def filling(handle: int, content: bytes) -> int:
        if not left[0]:
            raise OSError(28, "No space left on device")
        taken = write(handle, bytes(content)[: left[0]])
        left[0] -= taken
        return taken

    monkeypatch.setattr(os, "write", filling)
    with pytest.raises(OSError, match="No space"):
        append(path, ['{"a": 2}'])
    monkeypatch.setattr(os, "write", write)
    append(path, ['{"a": 3}'])
    assert read_lines(path) == [{"a": 1}, {"a": 3}]


def test_what_somebody_else_deleted_is_a_sentence() -> None:
    run = Run.create(SMALL)
    run.delete()
    for look in (lambda: run.status, lambda: run.config, run.delete):
        with pytest.raises(UserError, match="deleted"):
            look()


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contrastive.storage import write_bytes

    target = tmp_path / "checkpoint.pt"
    write_bytes(target, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint.pt"]
