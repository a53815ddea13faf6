"""Snapshots: which epochs, of which pictures, written before the epoch's line, and made anew after a rewind."""

import copy
from pathlib import Path

import numpy as np
import pytest

from contrastive import datasets, recording, snapshots
from contrastive.config import TrainConfig
from contrastive.embed import encode
from contrastive.runs import Run, record, rewind
from contrastive.train import train

SMALL = TrainConfig(
    dataset="digits", size=16, limit=64, epochs=4, batch_size=32, views="simclr-no-flip", snapshot_epochs=3
)


def trained(config: TrainConfig) -> Run:
    run = Run.create(config)
    record(run, train(config))
    return run


def test_epochs_are_spread_from_the_first_to_the_last() -> None:
    assert snapshots.moments(5, 20) == {1, 6, 10, 15, 20}
    assert snapshots.moments(1, 20) == {20}
    assert snapshots.moments(0, 20) == set()
    assert snapshots.moments(50, 7) == set(range(1, 8))
    for count in range(2, 40):
        found = snapshots.moments(count, 40)
        assert len(found) == count
        assert {1, 40} <= found


def test_they_hold_what_the_encoder_makes_of_the_same_pictures() -> None:
    run = trained(SMALL)
    ids, found = snapshots.kept(run.path / "snapshots")
    assert list(found) == [0, *sorted(snapshots.moments(3, 4))]
    whole = datasets.load("digits", size=16)
    rows = whole.table.reset_index().set_index("id").loc[ids, "index"].to_numpy()
    assert len(set(ids)) == len(ids) > 50
    wanted = encode(run.encoder(), whole.subset(rows).images)
    np.testing.assert_allclose(found[4], wanted, rtol=2e-3, atol=2e-3)
    assert np.abs(found[1].astype(np.float32) - found[4]).max() > 0.01
    assert {vectors.shape for vectors in found.values()} == {wanted.shape}
    assert {path.suffix for path in (run.path / "snapshots").iterdir()} == {".npy", ".json"}


def test_the_first_one_is_from_before_the_first_step() -> None:
    run = trained(SMALL)
    onward = trained(SMALL.changed(initial=run.id, epochs=1))
    _, before = snapshots.kept(run.path / "snapshots")
    _, after = snapshots.kept(onward.path / "snapshots")
    assert list(after) == [0, 1]
    np.testing.assert_allclose(after[0], before[4], rtol=2e-3, atol=2e-3)


def test_none_are_kept_when_none_are_asked_for() -> None:
    run = trained(SMALL.changed(snapshot_epochs=0, epochs=1))
    assert snapshots.kept(run.path / "snapshots") == ([], {})
    assert not (run.path / "snapshots").exists()


def test_a_snapshot_is_there_before_its_line_and_a_rewind_drops_later_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, states = Run.create(SMALL), []
    append = recording.append

    def watched(path: Path, lines: list[str]) -> None:
        if path.name == "metrics.jsonl":
            done = len(run.metrics()) + 1
            _, found = snapshots.kept(run.path / "snapshots")
            assert set(found) == {0} | {e for e in snapshots.moments(3, 4) if e <= done}
            states.append(copy.deepcopy(run.checkpoint()))
        append(path, lines)

    monkeypatch.setattr(recording, "append", watched)
    record(run, train(SMALL))
    _, before = snapshots.kept(run.path / "snapshots")
    rewind(run, states[0])
    assert list(snapshots.kept(run.path / "snapshots")[1]) == [0, 1]
    record(run, train(SMALL, resume=states[0]))
    _, after = snapshots.kept(run.path / "snapshots")
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[epoch], after[epoch]) for epoch in before)
    rewind(run, None)
    assert list(snapshots.kept(run.path / "snapshots")[1]) == [0]
