"""Broken files made of whole ones: cut off, spliced, with bytes changed where it hurts."""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

SAVED_AS = {
    "JPEG": {"quality": 80},
    "PNG": {},
    "WEBP": {},
    "GIF": {"save_all": True},
    "TIFF": {"compression": "tiff_lzw"},
    "BMP": {},
    "PPM": {},
    "AVIF": {},
}
"""Formats that pictures come in, and how they are saved here."""


def whole(real: Path, count: int) -> list[bytes]:
    """`count` real photographs, each in every format; one more JPEG of each is progressive and lies on its side."""
    with zipfile.ZipFile(real / "cifar10-jpg.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg")][: count * 97 : 97]
        pictures = [Image.open(io.BytesIO(archive.read(name))).convert("RGB") for name in names]
    files = []
    for picture in pictures:
        for kind, options in SAVED_AS.items():
            shown = picture.convert("P") if kind == "GIF" else picture.convert("RGBA") if kind == "PNG" else picture
            more = {"append_images": [shown.rotate(90)]} if kind == "GIF" else {}
            files.append(saved(shown, kind, **options, **more))
        exif = Image.Exif()
        exif[0x0112] = 6
        files.append(saved(picture, "JPEG", progressive=True, exif=exif))
    return files


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as the bytes of a file."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def cut(file: bytes, draw: random.Random) -> bytes:
    """The file up to some point."""
    return file[: draw.randrange(len(file) + 1)]


def changed(file: bytes, draw: random.Random) -> bytes:
    """Some bytes are others."""
    out = bytearray(file)
    for _ in range(draw.choice([1, 2, 8, 64])):
        out[draw.randrange(len(out))] = draw.randrange(256)
    return bytes(out)


def changed_at_the_start(file: bytes, draw: random.Random) -> bytes:
    """Some bytes of the first sixty are others: that is where sizes and depths stand."""
    out = bytearray(file)
    for _ in range(draw.choice([1, 2, 4])):
        out[draw.randrange(min(60, len(out)))] = draw.choice([0, 1, 127, 128, 255, draw.randrange(256)])
    return bytes(out)


def large_number(file: bytes, draw: random.Random) -> bytes:
    """Four bytes in a row say something enormous, or less than nothing."""
    place = draw.randrange(max(1, len(file) - 4))
    value = draw.choice([0, 1, 2**15, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 80_000])
    return file[:place] + struct.pack(draw.choice("<>") + "I", value) + file[place + 4 :]


def hole(file: bytes, draw: random.Random) -> bytes:
    """A piece is missing."""
    a, b = sorted(draw.randrange(len(file) + 1) for _ in range(2))
    return file[:a] + file[b:]


def twice(file: bytes, draw: random.Random) -> bytes:
    """A piece is there twice."""
    a, b = sorted(draw.randrange(len(file) + 1) for _ in range(2))
    return file[:b] + file[a:]


def zeros(file: bytes, draw: random.Random) -> bytes:
    """A piece is blank."""
    a, b = sorted(draw.randrange(len(file) + 1) for _ in range(2))
    return file[:a] + bytes(b - a) + file[b:]


WAYS: list[Callable[[bytes, random.Random], bytes]] = [
    cut,
    changed,
    changed_at_the_start,
    large_number,
    hole,
    twice,
    zeros,
]


def broken(files: list[bytes], count: int, *, seed: int) -> list[bytes]:
    """`count` files, each made of one of `files` in one or two of the ways; some have the tail of another."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        file = draw.choice(files)
        if draw.random() < 0.1:
            other = draw.choice(files)
            file = file[: draw.randrange(len(file) + 1)] + other[draw.randrange(len(other) + 1) :]
        for way in draw.choices(WAYS, k=draw.choice([1, 1, 2])):
            file = way(file, draw) or b"\0"
        made.append(file)
    return made
