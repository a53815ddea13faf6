"""Whatever is uploaded ends as pictures or in one sentence: files, zips and tables, broken at will."""

import io
import random
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrastive import datasets
from contrastive.datasets.decode import decode, open_image
from contrastive.errors import UserError
from tests.fuzz.broken import SAVED_AS, broken, saved, whole


@pytest.fixture(scope="module")
def files(real: Path) -> list[bytes]:
    """Whole picture files of every format."""
    return whole(real, 6)


def tried(attempt: Callable[[], object]) -> str:
    """What came of it: fine, or refused in one sentence; anything else is raised."""
    said = "fine"
    try:
        attempt()
    except UserError as error:
        said = error.message
    assert said
    assert "\n" not in said
    return said if said == "fine" else "refused"


def all_of(cases: list[bytes], look: Callable[[bytes], object], capsys: pytest.CaptureFixture[str] | None) -> None:
    """Try every case, and say how many came out how, and how long the longest took."""
    counts: Counter[str] = Counter()
    longest = 0.0
    for case in cases:
        began = time.perf_counter()
        counts[tried(lambda case=case: look(case))] += 1
        longest = max(longest, time.perf_counter() - began)
    assert counts["refused"] > len(cases) / 10, "they were not broken enough"
    if capsys:
        with capsys.disabled():
            print(f"\n{look.__name__}: {len(cases):,} cases, {dict(counts)}, longest {longest:.2f} s")


def as_picture(file: bytes) -> None:
    decode(file, 32, name="it")
    open_image(file, name="it")


def test_whole_files_are_read(files: list[bytes]) -> None:
    assert len(files) == 6 * (len(SAVED_AS) + 1)
    for file in files:
        assert decode(file, 32).pixels.shape == (3, 32, 32)


def test_broken_pictures(files: list[bytes]) -> None:
    all_of(broken(files, 60, seed=1), as_picture, None)


def zipped(files: list[bytes]) -> bytes:
    """A few pictures in class folders, as somebody would upload them, with a table beside them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files[:8]):
            archive.writestr(f"{'ab'[number % 2]}/{number}.jpg", file)
        archive.writestr("labels.csv", "file,label\na/0.jpg,x\nb/1.jpg,y\n")
    return buffer.getvalue()


@pytest.fixture
def as_zip(tmp_path: Path) -> Callable[[bytes], None]:
    """Reads bytes as an uploaded zip: lists it, and decodes every picture in it."""

    def look_into_zip(file: bytes) -> None:
        path = tmp_path / "upload.zip"
        path.write_bytes(file)
        scan = datasets.scan("folder", root=path, size=16)
        for row in range(len(scan.table)):
            tried(lambda row=row: scan.pixels(row))

    return look_into_zip


@pytest.fixture
def as_table(tmp_path: Path, files: list[bytes]) -> Callable[[bytes], None]:
    """Reads bytes as a table that lists pictures beside it."""
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(files[0])

    def look_into_table(file: bytes) -> None:
        path = tmp_path / "table.csv"
        path.write_bytes(file)
        datasets.scan("csv", root=path, size=16)

    return look_into_table


TABLE = 'file;label;künstler\n0.jpg;rot;Ä\n1.jpg;blau;B\n2.jpg;rot;"C\nD"\n'.encode()


def test_broken_zips(files: list[bytes], as_zip: Callable[[bytes], None]) -> None:
    as_zip(zipped(files))
    all_of(broken([zipped(files)], 30, seed=2), as_zip, None)


def test_broken_tables(as_table: Callable[[bytes], None]) -> None:
    as_table(TABLE)
    all_of(broken([TABLE], 30, seed=3), as_table, None)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
def test_bytes_that_were_never_a_picture(file: bytes) -> None:
    tried(lambda: as_picture(file))


@pytest.mark.slow
def test_thousands_of_broken_pictures(files: list[bytes], capsys: pytest.CaptureFixture[str]) -> None:
    all_of(broken(files, 6000, seed=4), as_picture, capsys)


@pytest.mark.slow
def test_thousands_of_broken_zips(
    files: list[bytes], as_zip: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    all_of(broken([zipped(files)], 1500, seed=5), as_zip, capsys)


@pytest.mark.slow
def test_thousands_of_broken_tables(as_table: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]) -> None:
    all_of(broken([TABLE], 1500, seed=6), as_table, capsys)


def test_a_page_description_is_not_run(tmp_path: Path) -> None:
    """Pillow hands EPS to Ghostscript, whatever the file is called."""
    from PIL import Image

    script = saved(Image.new("RGB", (8, 8)), "EPS")
    with pytest.raises(UserError, match="not a picture"):
        open_image(script, name="innocent.png")


def test_draws_do_not_depend_on_anything_else(files: list[bytes]) -> None:
    random.seed(0)
    first = broken(files, 5, seed=1)
    random.seed(1)
    assert first == broken(files, 5, seed=1)
