"""`cifar10`: 60,000 colour pictures of 32 x 32 pixels, downloaded once, or read where they lie."""

import hashlib
import tarfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
from PIL import Image

from contrastive.datasets import inert
from contrastive.datasets.decode import fit
from contrastive.datasets.download import Progress, fetch
from contrastive.datasets.known_folders import in_known_folders
from contrastive.datasets.prepare import Scan
from contrastive.datasets.shelved import shelved
from contrastive.errors import UserError
from contrastive.storage import data_dir, digest

SIZE = 32
BATCHES, ARCHIVE = "cifar-10-batches-py", "cifar-10-python.tar.gz"
CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
VEHICLES = {"airplane", "automobile", "ship", "truck"}
KINDS = ["animal", "vehicle"]
LABELS = ["class", "kind"]

CARD = {
    "title": "CIFAR-10",
    "description": "60,000 photos of ten kinds of animals and vehicles, 32 x 32 colour pixels; 50,000 to train, "
    "10,000 to test.",
    "source": "A. Krizhevsky, V. Nair and G. Hinton, https://www.cs.toronto.edu/~kriz/cifar.html",
    "licence": "none stated",
    "citation": "Krizhevsky, A. (2009). Learning Multiple Layers of Features from Tiny Images. Toronto.",
}


def scan(root: Path | None, size: int | None, *, progress: Progress | None = None) -> Scan:
    """CIFAR-10 with the columns class and kind (animal or vehicle).

    `root`: torchvision's layout (cifar-10-batches-py), or class folders of pictures, or a zip of them. Without one,
    the set is downloaded once (170 MB). Unless told, the size is 32.
    """
    place = root or data_dir() / "downloads"
    holder = place.parent if place.name == BATCHES else place
    if root is not None and not (holder / BATCHES).is_dir():
        return _of_pictures(root, size)
    # An archive that is still there was not unpacked to the end.
    if root is None and (not (holder / BATCHES).is_dir() or (holder / ARCHIVE).is_file()):
        _download(holder, progress)
    return _of_batches(holder, size)


def _of_pictures(root: Path, size: int | None) -> Scan:
    pictures, table = in_known_folders(root, {name: name for name in CLASSES}, "class")
    table = _with_kind(table)
    card = CARD | {"description": f"{len(table):,} pictures from {root.name}, in CIFAR-10's ten classes."}
    if any(PurePosixPath(name).suffix.lower() in (".jpg", ".jpeg") for name in table["id"]):
        card["description"] += " They were saved as JPEG, which is lossy: their pixels are not those of the original."
    return shelved(
        pictures,
        table,
        LABELS,
        name="cifar10",
        size=size or SIZE,
        card=card,
        classes_of={"class": CLASSES, "kind": KINDS},
    )


def _of_batches(holder: Path, size: int | None) -> Scan:
    states = tuple(path.stat().st_mtime_ns for path in sorted((holder / BATCHES).iterdir()))
    labels, first_test = _labels(holder, states)
    pixels: list[np.ndarray] = []
    splits = np.where(np.arange(len(labels)) < first_test, "train", "test")
    numbers = np.concatenate([np.arange(first_test), np.arange(len(labels) - first_test)])
    table = pd.DataFrame(
        {
            "id": [f"{split}-{number:05d}" for split, number in zip(splits, numbers, strict=True)],
            "split": splits,
            "class": [CLASSES[label] for label in labels],
        }
    )
    side = size or SIZE

    def read(row: int) -> np.ndarray:
        if not pixels:
            # Read on first use: a set that is already prepared does not keep them in memory.
            pixels.append(np.concatenate([images for images, _ in _batches(holder)]))
        image = pixels[0][row]
        return image if side == SIZE else fit(Image.fromarray(image.transpose(1, 2, 0)), side)

    return Scan(
        name="cifar10",
        key=digest("cifar10 1", str(side), labels.tobytes()),
        table=_with_kind(table),
        label_columns=LABELS,
        classes_of={"class": CLASSES, "kind": KINDS},
        size=side,
        channels=3,
        read=read,
        card=CARD,
    )


def _with_kind(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(kind=["vehicle" if name in VEHICLES else "animal" for name in table["class"]])


@lru_cache(maxsize=1)
def _labels(holder: Path, states: tuple[int, ...]) -> tuple[np.ndarray, int]:
    """Labels (n,) and where the test pictures begin; `states` tell changed files from those of the last time."""
    of_each = [labels for _, labels in _batches(holder)]
    return np.concatenate(of_each), sum(map(len, of_each[:-1]))


def _batches(holder: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pictures (n, 3, 32, 32) uint8 and labels (n,) of every file of the published set, the test pictures last.

    They are pickles, and a pickle can run anything: they are taken apart, never loaded. Raises UserError where the
    files are not the published ones.
    """
    from torchvision.datasets import CIFAR10

    for name, md5 in [*CIFAR10.train_list, *CIFAR10.test_list]:
        file = holder / BATCHES / name
        try:
            raw = file.read_bytes()
            if hashlib.md5(raw, usedforsecurity=False).hexdigest() != md5:
                raise ValueError(name)
            labels = np.array(inert.listed(raw, "labels"), dtype=np.int64)
            pixels = inert.block(raw, len(labels) * 3 * SIZE**2)
            yield np.frombuffer(pixels, np.uint8).reshape(len(labels), 3, SIZE, SIZE), labels
        except (OSError, ValueError) as error:
            raise UserError(
                f"The files in {holder / BATCHES} are not the published CIFAR-10: some are missing or differ.",
                f"Unpack {ARCHIVE} from {CIFAR10.url} there again.",
            ) from error


def _download(holder: Path, progress: Progress | None) -> None:
    from torchvision.datasets import CIFAR10

    fetch(CIFAR10.url, holder / ARCHIVE, md5=CIFAR10.tgz_md5, progress=progress)
    try:
        with tarfile.open(holder / ARCHIVE) as archive:
            archive.extractall(holder, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise UserError(f"{holder / ARCHIVE} cannot be unpacked ({error}).", "Is there room on the disk?") from error
    (holder / ARCHIVE).unlink()
