"""The flipbook: an animation that other programs open, with as many moments as there are frames."""

import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageSequence

from contrastive.flipbook import COLOURS, REST, flipbook

POINTS = np.random.default_rng(0).normal(size=(3, 40, 2)).astype(np.float32)


def made(kind: str, points: np.ndarray = POINTS, codes: np.ndarray | None = None) -> Image.Image:
    content = flipbook(
        points,
        codes=np.arange(points.shape[1]) % 3 - 1 if codes is None else codes,
        classes=["ship", "cat"],
        captions=[f"epoch {i}" for i in range(len(points))],
        picture=lambda row: Image.new("RGB", (64, 48), (200, 0, 0)),
        kind=kind,
    )
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["WEBP", "GIF"])
def test_it_rests_on_every_frame_and_moves_between(kind: str) -> None:
    movie = made(kind)
    assert movie.format == kind
    assert movie.n_frames > 2 * len(POINTS)
    pictures, durations = [], []
    for image in ImageSequence.Iterator(movie):
        pictures.append(np.asarray(image.convert("RGB"), dtype=int))
        durations.append(image.info["duration"])
    rests = [i for i, duration in enumerate(durations) if duration >= REST]
    assert len(rests) == len(POINTS)
    assert (rests[0], rests[-1]) == (0, movie.n_frames - 1)
    assert all(np.abs(a - b).mean() > 0.1 for a, b in pairwise(pictures))


def test_pictures_hang_in_frames_of_their_class_colour() -> None:
    movie = made("WEBP", POINTS[:1], np.zeros(40, int))
    pixels = np.asarray(movie.convert("RGB"), dtype=int).reshape(-1, 3)
    blue = np.array([int(COLOURS[0][i : i + 2], 16) for i in (1, 3, 5)])
    assert (np.abs(pixels - blue).max(axis=1) < 40).sum() > 200
    assert (np.abs(pixels - [200, 0, 0]).max(axis=1) < 40).sum() > 2000


def test_one_point_in_one_frame_is_a_still_picture() -> None:
    assert made("GIF", np.zeros((1, 1, 2))).size[0] > 500
