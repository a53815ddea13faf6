"""Any picture -> RGB pixels, or one sentence."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrastive.datasets.decode import MAX_MEGAPIXELS, decode, fit, open_image
from contrastive.errors import UserError


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


RED = Image.new("RGB", (40, 30), "red")


@pytest.mark.parametrize(
    "content",
    [
        encoded(RED, "JPEG"),
        encoded(RED.convert("CMYK"), "JPEG"),
        encoded(RED.convert("P"), "GIF"),
        encoded(RED.convert("P"), "PNG"),
        encoded(RED.convert("CMYK"), "TIFF"),
        encoded(RED, "JPEG", progressive=True),
        encoded(RED.convert("RGBA"), "PNG"),
        encoded(RED, "GIF", save_all=True, append_images=[Image.new("RGB", (40, 30), "blue")]),
        encoded(RED, "WEBP", save_all=True, append_images=[Image.new("RGB", (40, 30), "blue")], lossless=True),
    ],
    ids=[
        "jpeg",
        "cmyk",
        "palette",
        "palette png",
        "cmyk tiff",
        "progressive",
        "alpha",
        "animated gif",
        "animated webp",
    ],
)
def test_kinds_become_rgb(content: bytes) -> None:
    image = open_image(content)
    assert image.mode == "RGB"
    assert image.size == (40, 30)
    red, green, blue = image.getpixel((20, 15))
    assert red > 220
    assert green < 40
    assert blue < 40


def test_transparency_becomes_white_and_16_bits_become_8() -> None:
    clear = encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG")
    assert open_image(clear).getpixel((0, 0)) == (255, 255, 255)
    deep = encoded(Image.fromarray(np.full((8, 8), 65535 // 2, np.uint16)), "PNG")
    assert open_image(deep).getpixel((0, 0)) == (127, 127, 127)


@pytest.mark.parametrize("mode", ["LA", "PA", "RGBA", "P"])
def test_what_is_clear_becomes_white_in_every_mode(mode: str) -> None:
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    image = clear.convert("RGB").quantize(2) if mode == "P" else clear.convert(mode)
    content = (
        encoded(image, "PNG", transparency=0) if mode == "P" else encoded(image, "TIFF" if mode == "PA" else "PNG")
    )
    assert open_image(content).getpixel((4, 4)) == (255, 255, 255)


def test_floating_greys_run_from_black_to_white() -> None:
    ramp = np.linspace(0, 3.5, 64, dtype=np.float32).reshape(8, 8)
    ramp[0, 0] = np.nan
    grey = np.asarray(open_image(encoded(Image.fromarray(ramp), "TIFF")))
    assert (grey[0, 0, 0], grey[-1, -1, 0]) == (0, 255)


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_turned_photograph_stands_upright(turned: int) -> None:
    upright = Image.new("RGB", (40, 24), "white")
    upright.paste("red", (0, 0, 16, 8))
    # What the camera stored, so that turning it as the tag says gives the picture back.
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    lying = upright.transpose(Image.Transpose(undo[turned])) if turned > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = turned
    content = encoded(lying, "JPEG", exif=exif, quality=95)
    image = open_image(content)
    assert image.size == image.info["original"] == (40, 24)
    assert np.abs(np.asarray(image).astype(int) - np.asarray(upright)).mean() < 12
    assert decode(content, 24)[1:] == (40, 24)


def test_an_animation_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        content = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert open_image(content).getpixel((4, 4))[0] > 220, kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>not a picture</html>",
        encoded(Image.effect_noise((200, 200), 50), "JPEG")[:2000],
        encoded(RED, "PNG")[:60],
    ],
    ids=["zero bytes", "html", "cut jpeg", "cut png"],
)
def test_damage_is_one_sentence(content: bytes) -> None:
    with pytest.raises(UserError, match=r"my\.jpg"):
        open_image(content, name="my.jpg")


def test_a_hundred_megapixels_are_refused_before_they_are_decoded() -> None:
    huge = encoded(Image.new("1", (10_000, 10_000)), "PNG")
    with pytest.raises(UserError, match=f"100 megapixels; the limit is {MAX_MEGAPIXELS}"):
        open_image(huge)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        open_image(tmp_path / "gone.png")


@pytest.mark.parametrize("size", [(40, 30), (3, 5000), (1, 1), (96, 96)])
def test_fit_gives_the_centre_square(size: tuple[int, int]) -> None:
    assert fit(Image.new("RGB", size, "red"), 24).shape == (3, 24, 24)
    assert fit(Image.new("RGB", size, "white"), 24, channels=1).min() == 255


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_fitted_can_be_written_to(channels: int) -> None:
    """Torch warns of memory that cannot."""
    assert fit(Image.new("RGB", (24, 24)), 24, channels=channels).flags.writeable


def test_fit_takes_the_middle() -> None:
    striped = Image.new("RGB", (90, 30), "blue")
    striped.paste("red", (30, 0, 60, 30))
    square = fit(striped, 30)
    assert (square[0] > 250).all()
