"""Large arrays: in memory within the budget, past it in a file without a name; the search over them is the same."""

from pathlib import Path

import numpy as np
import psutil
import pytest

from contrastive.neighbours import Index
from contrastive.room import room


@pytest.fixture
def tight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A budget of one MiB, and where files past it lie."""
    monkeypatch.setenv("CONTRASTIVE_MEMORY_MIB", "1")
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path))
    return tmp_path / "cache"


def mapped(array: np.ndarray) -> bool:
    return isinstance(array.base, np.memmap)


def test_past_the_budget_it_is_a_file_that_nobody_sees(tight: Path) -> None:
    within, past = room((2**18,), np.float32), room((2**18 + 1,), np.float32)
    assert not mapped(within)
    assert mapped(past)
    assert type(past) is np.ndarray
    assert list(tight.iterdir()) == []
    assert [place for place in psutil.Process().memory_maps() if place.path.startswith(str(tight))]
    past[:] = 1
    assert past.sum() == 2**18 + 1
    del past
    assert not [place for place in psutil.Process().memory_maps() if place.path.startswith(str(tight))]


@pytest.mark.parametrize("approximate", [False, True])
def test_an_index_of_many_vectors_keeps_to_the_budget(
    tight: Path, monkeypatch: pytest.MonkeyPatch, approximate: bool
) -> None:
    vectors = np.random.default_rng(0).normal(size=(20_000, 16)).astype(np.float32)
    large = Index(vectors, approximate=approximate)
    monkeypatch.setenv("CONTRASTIVE_MEMORY_MIB", "128")
    small = Index(vectors, approximate=approximate)
    assert mapped(large.directions)
    assert not mapped(small.directions)
    for one, other in zip(large.search(vectors[:50], 9), small.search(vectors[:50], 9), strict=True):
        assert np.array_equal(one, other)
