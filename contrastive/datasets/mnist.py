"""`mnist`: 70,000 handwritten digits of 28 x 28 pixels, downloaded once or read where they lie."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from contrastive.datasets.decode import fit
from contrastive.datasets.prepare import Scan
from contrastive.errors import UserError
from contrastive.storage import data_dir

SIZE = 28
PARTS = {"train": "train", "test": "t10k"}
CARD = {
    "title": "MNIST",
    "description": "70,000 handwritten digits, centred, 28 x 28 grey pixels; 60,000 to train, 10,000 to test.",
    "source": "Y. LeCun, C. Cortes and C. Burges, yann.lecun.com/exdb/mnist",
    "licence": "CC BY-SA 3.0",
    "citation": "LeCun et al. (1998). Gradient-based learning applied to document recognition. Proc. IEEE.",
}


def scan(root: Path | None, size: int | None) -> Scan:
    """MNIST at `size` pixels. `root` holds torchvision's layout (MNIST/raw/*-ubyte.gz) or those files."""
    folder = _find(root)
    labels = {split: _read_idx(folder, f"{part}-labels-idx1-ubyte") for split, part in PARTS.items()}
    pixels: dict[str, np.ndarray] = {}
    table = pd.DataFrame(
        [
            {"id": f"{split}-{i:05d}", "split": split, "digit": str(label)}
            for split, values in labels.items()
            for i, label in enumerate(values)
        ]
    )
    side = size or SIZE

    def read(row: int) -> np.ndarray:
        if not pixels:
            # Read on first use: a set that is already prepared never opens the large files.
            pixels.update({s: _read_idx(folder, f"{p}-images-idx3-ubyte") for s, p in PARTS.items()})
        first = len(labels["train"])
        image = pixels["train"][row] if row < first else pixels["test"][row - first]
        return image[None] if side == SIZE else fit(Image.fromarray(image), side, channels=1)

    return Scan(
        name="mnist",
        key=f"mnist 1 {side}",
        table=table,
        label_columns=["digit"],
        size=side,
        channels=1,
        read=read,
        card=CARD,
    )


def _find(root: Path | None) -> Path:
    """The folder with the four files; downloads them into data/ when no root is given and none are there."""
    base = root or data_dir()
    for folder in (base / "MNIST" / "raw", base / "raw", base):
        if any((folder / f"train-labels-idx1-ubyte{suffix}").is_file() for suffix in (".gz", "")):
            return folder
    if root is not None:
        raise UserError(
            f"There is no MNIST in {root}.", "It should hold MNIST/raw/train-images-idx3-ubyte.gz and the others."
        )
    _download(base)
    return base / "MNIST" / "raw"


def _download(base: Path) -> None:
    from torchvision.datasets import MNIST

    try:
        MNIST(str(base), train=True, download=True)
    except (OSError, RuntimeError) as error:
        raise UserError(
            "MNIST could not be downloaded.",
            f"Put the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
            f"t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz into {base / 'MNIST' / 'raw'}, "
            "or name the folder that holds them: mnist:FOLDER.",
        ) from error


def _read_idx(folder: Path, name: str) -> np.ndarray:
    """An IDX file of unsigned bytes, zipped or plain -> array of its declared shape."""
    packed, plain = folder / f"{name}.gz", folder / name
    if not packed.is_file() and not plain.is_file():
        raise UserError(f"{name}.gz is missing in {folder}.", "MNIST needs all four files.")
    try:
        raw = gzip.decompress(packed.read_bytes()) if packed.is_file() else plain.read_bytes()
        dimensions = raw[3]
        shape = struct.unpack(f">{dimensions}I", raw[4 : 4 + 4 * dimensions])
        return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except (OSError, EOFError, ValueError, IndexError, struct.error) as error:
        raise UserError(f"{name} in {folder} is damaged.", "Download it again.") from error
