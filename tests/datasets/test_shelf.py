"""Zips as a hostile or clumsy person makes them: every bad entry is one sentence, and the rest of the set loads."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrastive import datasets
from contrastive.datasets import shelf as shelf_module
from contrastive.datasets import zipped
from contrastive.datasets.directory import listed
from contrastive.datasets.shelf import shelf
from contrastive.errors import UserError


def picture(seed: int = 0) -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (12, 12, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def packed(place: Path, add: Callable[[zipfile.ZipFile], object], good: int = 4) -> Path:
    """A zip with `good` pictures in two classes, and what `add` puts beside them."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(good):
            archive.writestr(f"set/{'ab'[i % 2]}/{i}.png", picture(i))
        add(archive)
    return place


def link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("set/a/link.png")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def twice(archive: zipfile.ZipFile) -> None:
    archive.writestr("set/a/twice.png", picture(8))
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("set/a/twice.png", picture(9))


def patched(place: Path, name: str, field: str, value: int) -> None:
    """Write another value into both headers of an entry: what a lying zip says."""
    local, central, form = {"flags": (6, 8, "<H"), "method": (8, 10, "<H"), "size": (22, 24, "<L")}[field]
    raw = bytearray(place.read_bytes())
    for signature, name_at, offset in ((b"PK\3\4", 30, local), (b"PK\1\2", 46, central)):
        at = raw.find(name.encode())
        while raw[at - name_at : at - name_at + 4] != signature:
            at = raw.find(name.encode(), at + 1)
        struct.pack_into(form, raw, at - name_at + offset, value)
    place.write_bytes(raw)


@pytest.mark.parametrize(
    ("add", "bad", "reason", "good"),
    [
        (lambda a: a.writestr("../../outside.png", picture()), "../../outside.png", "outside the zip", 4),
        (lambda a: a.writestr("set/a/../../../x.png", picture()), "set/a/../../../x.png", "outside the zip", 4),
        (lambda a: a.writestr("/etc/absolute.png", picture()), "/etc/absolute.png", "outside the zip", 4),
        (lambda a: a.writestr("C:\\absolute.png", picture()), "C:\\absolute.png", "outside the zip", 4),
        (lambda a: a.writestr("..\\climbs.png", picture()), "..\\climbs.png", "outside the zip", 4),
        (link, "set/a/link.png", "a link, not a picture", 4),
        (twice, "set/a/twice.png", "more than once", 5),
        (lambda a: a.writestr("set/a/" + "n" * 2000 + ".png", picture()), "n" * 900, "2,010 characters", 4),
        (lambda a: a.writestr("set/a/bomb.png", bytes(20 * 2**20)), "set/a/bomb.png", "more than 16 MiB", 4),
        (lambda a: a.writestr("set/a/zip.png", b"PK\3\4 a zip"), "set/a/zip.png", "not a picture", 4),
        (
            lambda a: a.writestr("set/a/odd.png", picture(), zipfile.ZIP_BZIP2),
            "set/a/odd.png",
            "cannot be read safely",
            4,
        ),
    ],
    ids=[
        "climbs",
        "climbs inside",
        "absolute",
        "drive",
        "backslash",
        "link",
        "twice",
        "long",
        "bomb",
        "liar",
        "bzip2",
    ],
)
def test_a_bad_entry_is_one_sentence_and_the_rest_loads(
    tmp_path: Path, own_data: Path, add: Callable[[zipfile.ZipFile], object], bad: str, reason: str, good: int
) -> None:
    place = packed(tmp_path / "set.zip", add)
    around = {*tmp_path.rglob("*"), *tmp_path.parent.glob("*"), *own_data.glob("*")}
    found = datasets.load(f"folder:{place}")
    assert len(found) == good
    assert found.classes == ["a", "b"]
    (row,) = found.card["unreadable"]
    assert bad in row["id"]
    assert reason in row["reason"]
    assert len(row["reason"]) < 200
    after = {*tmp_path.rglob("*"), *tmp_path.parent.glob("*"), *own_data.glob("*")}
    assert after - around <= {own_data / "prepared"}, "nothing is written but the prepared set"


def test_the_last_of_two_entries_with_one_name_counts(tmp_path: Path) -> None:
    found = datasets.load(f"folder:{packed(tmp_path / 'set.zip', twice)}")
    row = found.table["id"].tolist().index("set/a/twice.png")
    assert np.array_equal(found.pixels[row].transpose(1, 2, 0), np.asarray(Image.open(io.BytesIO(picture(9)))))


def test_encrypted_entries_are_named(tmp_path: Path) -> None:
    place = packed(tmp_path / "set.zip", lambda a: a.writestr("set/a/secret.png", picture()))
    patched(place, "set/a/secret.png", "flags", 1)
    (bad,) = shelf(place).refused
    assert bad == {"id": "set/a/secret.png", "reason": "set/a/secret.png is encrypted."}


@pytest.mark.parametrize("says", [100, 2**25])
def test_a_declared_size_is_not_believed(tmp_path: Path, says: int) -> None:
    """A bomb that declares a harmless size is stopped while it unpacks, and one that promises too much is caught."""
    place = packed(tmp_path / "set.zip", lambda a: a.writestr("set/a/bomb.png", bytes(40 * 2**20)))
    patched(place, "set/a/bomb.png", "size", says)
    found = datasets.load(f"folder:{place}")
    assert len(found) == 4
    (row,) = found.card["unreadable"]
    assert "would unpack to more than 16 MiB" in row["reason"]


def test_a_large_picture_that_hardly_shrinks_is_no_bomb() -> None:
    assert zipped.growth_limit(2**20) == 200 * 2**20
    assert zipped.growth_limit(10) == 16 * 2**20
    assert zipped.growth_limit(2**40) == zipped.MAX_FILE_BYTES


def test_damage_in_the_middle_is_found(tmp_path: Path) -> None:
    place = packed(tmp_path / "set.zip", lambda a: None, good=7)
    raw = bytearray(place.read_bytes())
    entry = next(iter(listed(place)))
    raw[entry.offset + 30 + len(entry.name) + 100] ^= 0xFF
    place.write_bytes(raw)
    found = datasets.load(f"folder:{place}")
    assert len(found) == 6
    assert entry.name in found.card["unreadable"][0]["reason"]


def test_a_zip_in_a_zip_and_a_hundred_thousand_other_files_are_passed_over(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", lambda a: None).read_bytes()

    def crowd(archive: zipfile.ZipFile) -> None:
        archive.writestr("set/a/inner.zip", inner)
        for i in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"notes/{i}.txt"), b"")

    found = shelf(packed(tmp_path / "set.zip", crowd))
    assert len(found.names) == 4
    assert found.refused == []


def test_too_many_or_too_much_refuses_the_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = packed(tmp_path / "set.zip", lambda a: a.writestr("set/a/big.png", bytes(2**20)))
    monkeypatch.setattr(zipped, "MAX_TOTAL_BYTES", 2**20)
    with pytest.raises(UserError, match=r"set\.zip says it would unpack to"):
        shelf(place)
    monkeypatch.undo()
    monkeypatch.setattr(shelf_module, "MAX_FILES", 4)
    with pytest.raises(UserError, match="holds more than 4 pictures"):
        shelf(place)


def test_when_every_entry_is_bad_the_reason_is_said(tmp_path: Path) -> None:
    place = packed(tmp_path / "set.zip", lambda a: a.writestr("../x.png", picture()), good=0)
    with pytest.raises(UserError, match="names a place outside the zip"):
        datasets.load(f"folder:{place}")


def test_names_that_cannot_be_printed_are_shown_with_underscores(tmp_path: Path) -> None:
    names = ["set/a/line\nbreak.png", "set/a/line_break.png", "set/a/\x1b[31mred.png", "set/a/\u202egnp.png"]

    def odd(archive: zipfile.ZipFile) -> None:
        for i, name in enumerate((*names, "set/b/Ölgemälde 水彩 🎨.png")):
            archive.writestr(name, picture(10 + i))

    found = datasets.load(f"folder:{packed(tmp_path / 'set.zip', odd)}")
    ids = found.table["id"].tolist()
    assert len(set(ids)) == len(ids) == 9
    assert all(identity.isprintable() for identity in ids)
    assert "set/b/Ölgemälde 水彩 🎨.png" in ids
    for i, shown in enumerate(("set/a/line_break.png", "set/a/line_break_.png", "set/a/_[31mred.png")):
        assert np.array_equal(found.picture(ids.index(shown)), Image.open(io.BytesIO(picture(10 + i))))
        assert found.open(ids.index(shown)).size == (12, 12)


@pytest.mark.parametrize("wide", [False, True])
def test_the_table_of_contents_is_what_zipfile_reads(
    tmp_path: Path, wide: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wide:
        # The writer then takes the 64-bit form for every field above 100 bytes, as it would above 4 GiB.
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)

    def more(archive: zipfile.ZipFile) -> None:
        archive.comment = b"a word at the end"
        archive.writestr("ümlaut/水.png", picture())
        archive.mkdir("empty")

    place = packed(tmp_path / "set.zip", more)
    place.write_bytes(b"#!/bin/sh something stands before\n" + place.read_bytes())
    with zipfile.ZipFile(place) as archive:
        expected = [
            (i.filename, i.CRC, i.compress_size, i.file_size, i.header_offset)
            for i in archive.infolist()
            if not i.is_dir()
        ]
    assert [(e.name, e.crc, e.packed, e.size, e.offset) for e in listed(place)] == expected
    found = shelf(place)
    assert all(zlib.crc32(found.open(name)) == crc for name, crc, *_ in expected)


def test_a_cut_zip_is_one_sentence(tmp_path: Path) -> None:
    whole = packed(tmp_path / "set.zip", lambda a: None).read_bytes()
    for kept in (10, len(whole) // 2, len(whole) - 30):
        (tmp_path / "cut.zip").write_bytes(whole[:kept])
        with pytest.raises(UserError, match=r"cut\.zip is not a zip that can be read"):
            shelf(tmp_path / "cut.zip")
    start = whole.index(b"PK\1\2")
    (tmp_path / "cut.zip").write_bytes(whole[:start] + b"XX" + whole[start + 2 :])
    with pytest.raises(UserError, match="not a zip"):
        shelf(tmp_path / "cut.zip")


def test_a_folder_with_names_of_another_age_is_read(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    try:
        (tmp_path / "set" / "caf\udce9.png").write_bytes(picture())
    except (OSError, UnicodeError):
        pytest.skip("this file system takes UTF-8 names only")
    (tmp_path / "set" / ("x" * 240 + ".png")).write_bytes(picture())
    found = datasets.load(f"folder:{tmp_path / 'set'}")
    assert found.table["id"].tolist() == ["caf_.png", "x" * 240 + ".png"]
    assert found.table["title"].str.len().max() <= 80
