"""On real paintings: a copy, a smaller or recompressed one, and a part of a picture find where they come from."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.parts import found
from contrastive import catalogue, datasets
from contrastive.datasets import ImageDataset
from contrastive.datasets.decode import fit
from contrastive.embed import embed, encode
from contrastive.neighbours import Index

ENCODERS = [pytest.param("atelier-tiny", marks=pytest.mark.slow), "art-small"]
COPIES = 200


@pytest.fixture(scope="module", params=ENCODERS)
def looked_at(request: pytest.FixtureRequest, real: Path) -> tuple[str, ImageDataset, catalogue.Known, Index]:
    images = datasets.load(f"folder:{real / 'paintings.zip'}")
    known = catalogue.find(request.param)
    return request.param, images, known, Index(np.asarray(embed(known, images)))


def asked(known: catalogue.Known, images: ImageDataset, pictures: list[Image.Image]) -> np.ndarray:
    pixels = np.stack([fit(picture, images.size, channels=images.channels) for picture in pictures])
    return encode(known.load(images), torch.from_numpy(pixels))


def drawn(images: ImageDataset, count: int) -> np.ndarray:
    return np.random.default_rng(0).permutation(len(images))[:count]


def test_a_copy_ranks_first_and_a_jpeg_or_a_smaller_one_nearly_always(looked_at) -> None:
    name, images, known, index = looked_at
    rows = drawn(images, COPIES)
    originals = [images.open(int(row)).convert("RGB") for row in rows]

    def jpeg(picture: Image.Image) -> Image.Image:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=90)
        return Image.open(buffer).convert("RGB")

    changes = {
        "copy": lambda p: p,
        "jpeg 90": jpeg,
        "half size": lambda p: p.resize((max(1, p.width // 2), max(1, p.height // 2)), Image.Resampling.LANCZOS),
    }
    for what, change in changes.items():
        scores, first = index.search(asked(known, images, [change(picture) for picture in originals]), 1)
        # An exact copy elsewhere in the set is as right an answer.
        right = (first[:, 0] == rows) | (index.directions[first[:, 0]] == index.directions[rows]).all(1)
        print(f"{name}: {what} first for {right.mean():.3f}, lowest cosine {scores.min():.4f}")
        if what == "copy":
            assert right.mean() >= 0.995
            assert scores.min() >= 0.999
        else:
            assert right.mean() >= 0.95


def test_a_patch_finds_its_source_among_the_first_five(looked_at) -> None:
    """A square of 70 % of the shorter side, half of the picture, its place drawn by a seed."""
    name, images, known, index = looked_at
    share = found(known, images, index, 0.7)
    print(f"{name}: the source of a patch among the first five for {share:.2f}")
    assert share >= LEAST.get(name, 0.8)


LEAST = {"atelier-tiny": 0.6}
"""Where an encoder is known to miss 0.8, what it must reach; atelier-tiny, taught on drawn scenes, reached 0.69."""
