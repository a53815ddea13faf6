"""Pictures that travel inside the page: exact where they are pixels, bounded where they are large."""

import base64
import io

import numpy as np
import pytest
from _ui.data_url import LARGEST, data_url
from PIL import Image


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


@pytest.mark.parametrize("shape", [(7, 9), (7, 9, 3)])
def test_pixels_are_shown_exactly(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    url = data_url(pixels)
    assert url.startswith("data:image/png;base64,")
    assert np.array_equal(np.asarray(opened(url)), pixels)


def test_large_and_transparent_pictures_are_shown_small_and_opaque() -> None:
    picture = Image.new("RGBA", (3000, 1500), (200, 10, 10, 90))
    seen = opened(data_url(picture))
    assert (seen.size, seen.mode) == ((LARGEST, LARGEST // 2), "RGB")
    assert picture.size == (3000, 1500)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_encoded_pictures_travel_as_they_are(kind: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (5, 5)).save(buffer, kind)
    url = data_url(buffer.getvalue())
    assert url.startswith(f"data:image/{kind.lower()};")
    assert base64.b64decode(url.partition(",")[2]) == buffer.getvalue()


def test_other_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="PNG"):
        data_url(b"<svg onload=alert(1)>")
