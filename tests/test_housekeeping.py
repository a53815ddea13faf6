"""What takes room is listed by size and deleted when asked; what is in use stays, full caches lose their oldest."""

import gc
import json
import os
from pathlib import Path

import numpy as np
import pytest

from contrastive import datasets, holding, housekeeping
from contrastive.__main__ import main
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.runs import Run, this_process


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own, with an embedding, two maps and something measured."""
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path / "data"))
    cache = tmp_path / "data" / "cache"
    for name, size, age in (("embeddings/e.npy", 3000, 3), ("maps/old.npz", 2000, 2), ("maps/new.npz", 1000, 1)):
        path = cache / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".npy"):
            np.save(path, np.zeros(size // 8))
        else:
            path.write_bytes(bytes(size))
        os.utime(path, (1e9 - age * 86_400,) * 2)
    (cache / "reports").mkdir()
    (cache / "reports" / "r.json").write_text("{}")
    return cache


def named(kind: str) -> list[str]:
    return [item.name for item in housekeeping.items() if item.kind == kind]


def test_listed_by_size_and_deleted_by_name(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Run.create(TrainConfig(dataset="digits"), "done").write_status("finished")
    datasets.load("digits", size=8)
    sizes = [item.bytes for item in housekeeping.items()]
    assert sizes == sorted(sizes, reverse=True)
    assert {item.kind for item in housekeeping.items()} == {"runs", "prepared", "embeddings", "maps", "measured"}
    assert main(["clean"]) == 0
    assert "maps/old.npz" in capsys.readouterr().out
    assert main(["clean", "maps/old.npz", "runs/done", "--dry-run"]) == 0
    assert named("maps") == ["old.npz", "new.npz"]
    assert main(["clean", "maps/old.npz", "runs/done", "measured", "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [item["name"] for item in said["deleted"]] == ["old.npz", "done", "reports/r.json"]
    assert named("maps") == ["new.npz"]
    assert Run.all() == []
    assert main(["clean", "embeddings", "--older", "1e9"]) == 0
    assert named("embeddings") == ["e.npy"], "nothing is that old"
    for wrong, words in ((["runs"], "All runs at once"), (["maps/none"], "no maps/none"), (["files"], "no")):
        assert main(["clean", *wrong]) == 2
        assert words in capsys.readouterr().err


def test_what_is_in_use_stays(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    busy = Run.create(TrainConfig(dataset="digits", initial="base"), "busy")
    busy.write_status("running", **this_process())
    Run.create(TrainConfig(dataset="digits"), "base").write_status("finished")
    vectors = holding.mapped(own / "embeddings" / "e.npy")
    looked_at = datasets.load("digits", size=8)
    assert main(["clean", "runs/busy", "runs/base", "embeddings", "prepared", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["deleted"] == []
    assert len(said["kept"]) == 4
    assert len(Run.all()) == 2
    for item in housekeeping.items():
        if item.kind in ("prepared", "embeddings", "runs"):
            assert item.use
    part = vectors[1:]
    del vectors, looked_at
    gc.collect()
    assert holding.held(own / "embeddings" / "e.npy"), "a part of it is still looked at"
    del part
    gc.collect()
    assert not holding.held(own / "embeddings" / "e.npy")


def test_another_process_that_looks_is_seen_and_one_that_died_is_not(own: Path) -> None:
    import subprocess
    import sys

    path = own / "embeddings" / "e.npy"
    code = f"from pathlib import Path; from contrastive import holding; a = holding.mapped(Path({str(path)!r}))"
    looker = subprocess.Popen(
        [sys.executable, "-c", f"{code}; print('ready', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )
    assert looker.stdout
    assert looker.stdout.readline() == b"ready\n"
    (item,) = [item for item in housekeeping.items() if item.kind == "embeddings"]
    with pytest.raises(UserError, match="somebody looks at it"):
        housekeeping.delete(item)
    looker.kill()
    looker.communicate()
    housekeeping.delete(item)
    assert not path.exists()
    with pytest.raises(UserError, match="gone already"):
        housekeeping.delete(item)


def test_full_caches_lose_their_oldest(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert housekeeping.prune() == []
    held = holding.mapped(own / "embeddings" / "e.npy")
    os.utime(own / "embeddings" / "e.npy", (1, 1))
    monkeypatch.setattr(housekeeping, "budget", lambda: 1500)
    assert [item.name for item in housekeeping.prune()] == ["old.npz"]
    assert len(held)
    monkeypatch.undo()
    monkeypatch.setenv("CONTRASTIVE_CACHE_MIB", "much")
    with pytest.raises(UserError, match="whole number"):
        housekeeping.budget()
