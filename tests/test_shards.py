"""Large collections: embedded in blocks, by several, resumed after a kill; and searched where they lie."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contrastive import catalogue, datasets, distributed, shards
from contrastive import embed as embedding
from contrastive.__main__ import main
from contrastive.errors import UserError
from contrastive.neighbours import Index, OnDisk
from contrastive.neighbours import on_disk as searching


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "BLOCK", 16)


def test_blocks_are_what_one_piece_would_be_and_survive_a_kill(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = datasets.load("digits", size=16).subset(range(70))
    encoder = catalogue.find("untrained").load(digits)
    place, whole = tmp_path / "v.npy", embedding.encode(encoder, digits.images)
    encode, asked = embedding.encode, []

    def dying(encoder: object, images: np.ndarray, **options: int) -> np.ndarray:
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append(len(images))
        return encode(encoder, images, **options)

    monkeypatch.setattr(embedding, "encode", dying)
    with pytest.raises(KeyboardInterrupt):
        shards.into_file(encoder, digits.images, place)
    assert not place.exists()
    asked.clear()
    found = shards.into_file(encoder, digits.images, place)
    assert asked == [16, 6], "only what was not done"
    assert isinstance(found, np.memmap)
    np.testing.assert_allclose(found, whole, atol=2e-2)
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(".")] == ["v.npy"]


def test_several_share_the_blocks(small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = datasets.load("digits", size=16).subset(range(70))
    encoder, place = catalogue.find("untrained").load(digits), tmp_path / "v.npy"
    monkeypatch.setattr(distributed, "world", lambda: 2)
    monkeypatch.setattr(distributed, "wait", lambda: None)
    part = tmp_path / "v.npy.part"
    shards._lay_out(part, (70, encoder.dim))
    monkeypatch.setattr(Path, "replace", lambda self, other: self)
    for rank in (1, 0):
        monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
        shards._fill(encoder, digits.images, place, batch_size=64, progress=None)
        notes = part.with_name(f"v.npy.part.{rank}.jsonl")
        if rank:
            assert [json.loads(line)["block"] for line in notes.read_text().splitlines()] == [1, 3]
    np.testing.assert_allclose(np.load(part), embedding.encode(encoder, digits.images), atol=2e-2)


def test_the_verb_searches_on_the_disk_what_is_past_the_budget(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    datasets.load("digits").picture(3).save(tmp_path / "three.png")
    asked: list[str] = []
    for kind in (OnDisk, Index):

        def search(self: Any, *given: Any, search: Any = kind.search, **more: Any) -> Any:
            asked.append(type(self).__name__)
            return search(self, *given, **more)

        monkeypatch.setattr(kind, "search", search)
    said = []
    for budget in ("1", "128"):
        monkeypatch.setenv("CONTRASTIVE_MEMORY_MIB", budget)
        assert main(["neighbours", "untrained", str(tmp_path / "three.png"), "--dataset", "digits", "--json"]) == 0
        said.append(json.loads(capsys.readouterr().out)["queries"][0]["neighbours"])
    assert asked == ["OnDisk", "Index"]
    for one, other in zip(*said, strict=True):
        assert {**one, "score": 0} == {**other, "score": 0}
        assert one["score"] == pytest.approx(other["score"], abs=2e-6)


def test_a_file_is_searched_as_memory_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "ROWS", 37)
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 8)).astype(np.float32)
    vectors[[3, 90, 180]] = vectors[3]
    vectors[50] = 0
    np.save(tmp_path / "v.npy", vectors)
    queries, exclude = vectors[[3, 7, 199]], np.array([3, -1, 199])
    wanted = Index(vectors, approximate=False)
    found = OnDisk(tmp_path / "v.npy")
    for hidden in (None, exclude):
        scores, rows = found.search(queries, 12, exclude=hidden)
        truth, places = wanted.search(queries, 12, exclude=hidden)
        np.testing.assert_allclose(scores, truth, atol=2e-6)
        assert rows[0].tolist() == places[0].tolist()
    assert found.search(queries, 500)[1].shape == (3, 200)
    with pytest.raises(UserError, match="8"):
        found.search(queries[:, :5], 3)
    (tmp_path / "short.npy").write_bytes((tmp_path / "v.npy").read_bytes()[:-64])
    with pytest.raises(UserError, match="shorter than it says"):
        OnDisk(tmp_path / "short.npy").search(queries, 3)
    np.save(tmp_path / "wide.npy", vectors.astype(np.float64))
    with pytest.raises(UserError, match="not a table"):
        OnDisk(tmp_path / "wide.npy")
