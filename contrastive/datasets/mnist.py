"""`mnist` and `fashion-mnist`: 70,000 grey pictures of 28 x 28 pixels, downloaded once or read where they lie."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from contrastive.datasets.decode import fit
from contrastive.datasets.prepare import Scan
from contrastive.errors import UserError
from contrastive.storage import data_dir

SIZE = 28
PARTS = {"train": "train", "test": "t10k"}


def _scan(
    root: Path | None,
    size: int | None,
    *,
    name: str,
    kind: str,
    column: str,
    classes: list[str],
    card: dict[str, Any],
) -> Scan:
    """A set in MNIST's file format at `size` pixels; `kind` is torchvision's name for it, and its folder's.

    `root` holds torchvision's layout (KIND/raw/*-ubyte.gz), or those files themselves.
    """
    folder = _find(root, kind)
    labels = {split: _read_idx(folder, f"{part}-labels-idx1-ubyte") for split, part in PARTS.items()}
    pixels: dict[str, np.ndarray] = {}
    table = pd.DataFrame(
        [
            {"id": f"{split}-{i:05d}", "split": split, column: classes[label]}
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
        name=name,
        key=f"{name} 1 {side}",
        table=table,
        label_columns=[column],
        classes_of={column: classes},
        size=side,
        channels=1,
        read=read,
        card=card,
    )


MNIST: dict[str, Any] = {
    "name": "mnist",
    "kind": "MNIST",
    "column": "digit",
    "classes": [str(digit) for digit in range(10)],
    "card": {
        "title": "MNIST",
        "description": "70,000 handwritten digits, centred, 28 x 28 grey pixels; 60,000 to train, 10,000 to test.",
        "source": "Y. LeCun, C. Cortes and C. Burges, yann.lecun.com/exdb/mnist",
        "licence": "CC BY-SA 3.0",
        "citation": "LeCun et al. (1998). Gradient-based learning applied to document recognition. Proc. IEEE.",
    },
}

FASHION: dict[str, Any] = {
    "name": "fashion-mnist",
    "kind": "FashionMNIST",
    "column": "article",
    "classes": [
        *("T-shirt", "trouser", "pullover", "dress", "coat"),
        *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
    ],
    "card": {
        "title": "Fashion-MNIST",
        "description": "70,000 articles of clothing, 28 x 28 grey pixels; 60,000 to train, 10,000 to test.",
        "source": "H. Xiao, K. Rasul and R. Vollgraf, Zalando Research",
        "licence": "MIT",
        "citation": "Xiao et al. (2017). Fashion-MNIST. arXiv:1708.07747.",
    },
}


def scan(root: Path | None, size: int | None) -> Scan:
    """70,000 handwritten digits, grey, 28 px; downloaded once. Source: LeCun et al. 1998, Proc. IEEE 86."""
    return _scan(root, size, **MNIST)


def scan_fashion(root: Path | None, size: int | None) -> Scan:
    """70,000 articles of clothing, grey, 28 px; downloaded once. Source: Xiao et al. 2017, arXiv:1708.07747."""
    return _scan(root, size, **FASHION)


def _find(root: Path | None, kind: str) -> Path:
    """The folder with the four files; downloads them into data/ when no root is given and none are there."""
    base = root or data_dir()
    # The files of both sets have the same names, so a bare folder is believed only when it was named.
    bare = [base / "raw", base] if root is not None else []
    for folder in (base / kind / "raw", *bare):
        if any((folder / f"train-labels-idx1-ubyte{suffix}").is_file() for suffix in (".gz", "")):
            return folder
    if root is not None:
        raise UserError(
            f"There is no {kind} in {root}.", f"It should hold {kind}/raw/train-images-idx3-ubyte.gz and the others."
        )
    _download(base, kind)
    return base / kind / "raw"


def _download(base: Path, kind: str) -> None:
    from torchvision import datasets

    try:
        getattr(datasets, kind)(str(base), train=True, download=True)
    except (OSError, RuntimeError) as error:
        raise UserError(
            f"{kind} could not be downloaded.",
            f"Put the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
            f"t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz into {base / kind / 'raw'}, "
            "or name the folder that holds them after a colon, as in mnist:FOLDER.",
        ) from error


def _read_idx(folder: Path, name: str) -> np.ndarray:
    """An IDX file of unsigned bytes, zipped or plain -> array of its declared shape."""
    packed, plain = folder / f"{name}.gz", folder / name
    if not packed.is_file() and not plain.is_file():
        raise UserError(f"{name}.gz is missing in {folder}.", "All four files are needed.")
    try:
        raw = gzip.decompress(packed.read_bytes()) if packed.is_file() else plain.read_bytes()
        dimensions = raw[3]
        shape = struct.unpack(f">{dimensions}I", raw[4 : 4 + 4 * dimensions])
        return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except (OSError, EOFError, ValueError, IndexError, struct.error) as error:
        raise UserError(f"{name} in {folder} is damaged.", "Download it again.") from error
