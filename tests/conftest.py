"""What all tests share: data and runs of their own, real pictures where they lie beside the project."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

if "PYTEST_XDIST_WORKER" in os.environ:
    # Several workers share the cores; each of them with a thread a core would wait for the others.
    os.environ["OMP_NUM_THREADS"] = "1"


@pytest.fixture(scope="session", autouse=True)
def own_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder for the whole session, so that sets are prepared once and the user's own is never touched."""
    place = tmp_path_factory.mktemp("data")
    before = os.environ.get("CONTRASTIVE_DATA")
    os.environ["CONTRASTIVE_DATA"] = str(place)
    yield place
    os.environ.pop("CONTRASTIVE_DATA")
    if before is not None:
        os.environ["CONTRASTIVE_DATA"] = before


@pytest.fixture(autouse=True)
def own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runs folder for every test."""
    monkeypatch.setenv("CONTRASTIVE_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real pictures (CONTRASTIVE_REAL_DATA, default ../shared/data); skipped where it is absent."""
    place = Path(os.environ.get("CONTRASTIVE_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip(f"no real pictures at {place}; name their folder with CONTRASTIVE_REAL_DATA")
    return place
