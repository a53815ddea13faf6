"""Any picture a user may bring -> RGB pixels of one size, or one clear sentence."""

import io
import struct
import warnings
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from contrastive.errors import UserError

MAX_MEGAPIXELS = 80
ORIENTATION, SIDEWAYS = 0x0112, (5, 6, 7, 8)
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "GIF", "TIFF", "PPM", "AVIF")
"""What is decoded, whatever a file is called: Pillow knows others, and runs Ghostscript for one of them."""
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm", ".avif"}

DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    ArithmeticError,
    LookupError,
    RuntimeError,
    struct.error,
)
# Our own limit is checked below, before any pixel is decoded; Pillow's would only warn.
Image.MAX_IMAGE_PIXELS = None


class Decoded(NamedTuple):
    """A picture as a data set keeps it, and how large it was: pixels uint8 (c, size, size), width, height."""

    pixels: np.ndarray
    width: int
    height: int


def decode(source: Path | bytes, size: int, *, name: str = "") -> Decoded:
    """A file as an RGB square of `size` pixels. Raises UserError as `open_image` does."""
    image = open_image(source, name=name, at_least=size)
    return Decoded(fit(image, size), *image.info["original"])


def open_image(source: Path | BinaryIO | bytes, *, name: str = "", at_least: int | None = None) -> Image.Image:
    """Decode one picture to RGB, upright, alpha laid on white, the first frame of an animation.

    `at_least`: the shorter side that is needed; a JPEG is then decoded at the nearest larger scale, which is
    several times faster, and `info["original"]` of the answer still says how large the file is. Raises UserError
    for what is not a picture, is cut off, or is too large.
    """
    called = name or (source.name if isinstance(source, Path) else "This file")
    try:
        with warnings.catch_warnings():
            # Pillow warns about odd metadata; it concerns neither the pixels nor the user.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as image:
                width, height = image.size
                if width * height > MAX_MEGAPIXELS * 1_000_000:
                    raise UserError(
                        f"{called} has {width * height / 1e6:.0f} megapixels; the limit is {MAX_MEGAPIXELS}.",
                        "Make it smaller and try again.",
                    )
                if at_least:
                    image.draft("RGB", (2 * at_least, 2 * at_least))
                image.load()
                turned = image.getexif().get(ORIENTATION, 1)
                lying = turned in SIDEWAYS
                upright = _to_rgb(image if turned == 1 else ImageOps.exif_transpose(image))
                upright.info["original"] = (height, width) if lying else (width, height)
                return upright
    except UserError:
        raise
    except UnidentifiedImageError as error:
        raise UserError(f"{called} is not a picture that can be read.", "Try a JPEG, PNG or WebP.") from error
    except FileNotFoundError as error:
        raise UserError(f"{called} does not exist.") from error
    except DAMAGED as error:
        # Pillow's decoders answer damaged files with any of these.
        raise UserError(f"{called} is damaged or cut off and cannot be decoded.") from error


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        # 16-bit and floating greys: the darkest value becomes black and the brightest white.
        grey = np.asarray(image, dtype=np.float64)
        grey = np.nan_to_num(grey, posinf=0.0, neginf=0.0)
        top = 65535.0 if image.mode.startswith("I;16") else max(float(grey.max()), 1e-12)
        return Image.fromarray((grey.clip(0, top) * (255.0 / top)).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image).convert("RGB")
    return _in_mode(image, "RGB")


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    # Pillow copies a picture that is in that mode already, which is a tenth of the time of a small one.
    return image if image.mode == mode else image.convert(mode)


def fit(image: Image.Image, size: int, *, channels: int = 3) -> np.ndarray:
    """The centre square at `size` pixels -> uint8 (c, size, size)."""
    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    image = _in_mode(image, "L" if channels == 1 else "RGB")
    if image.size != (size, size):
        # Cropping inside the resize keeps a 10,000 x 1 strip from growing into gigabytes.
        filter_ = Image.Resampling.BICUBIC if size > side else Image.Resampling.LANCZOS
        image = image.resize((size, size), filter_, box=(left, top, left + side, top + side))
    array = np.asarray(image)
    # A copy in either case: Pillow's own memory cannot be written to, which torch warns of.
    return array[None].copy() if channels == 1 else np.ascontiguousarray(array.transpose(2, 0, 1))
