"""`digits`: 1,797 real handwritten digits of 8 x 8 pixels that come with scikit-learn; no download."""

import gzip
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from contrastive.datasets.decode import fit
from contrastive.datasets.prepare import Scan
from contrastive.errors import UserError

SIZE = 28
CARD = {
    "title": "Handwritten digits",
    "description": "1,797 digits written by 43 people, scanned and averaged down to 8 x 8 grey pixels.",
    "source": "E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, as shipped with scikit-learn",
    "licence": "CC BY 4.0",
    "citation": "Alpaydin, E. and Kaynak, C. (1998). Optical Recognition of Handwritten Digits. UCI.",
}


@lru_cache(maxsize=1)
def _raw() -> tuple[np.ndarray, np.ndarray]:
    """Grey pixels (1797, 8, 8) in 0..255 and labels (1797,), read without importing scikit-learn."""
    spec = find_spec("sklearn")
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0], "datasets", "data", "digits.csv.gz") if folders else Path()
    if not path.is_file():
        raise UserError("The digits come with scikit-learn, which is not installed.", "pip install scikit-learn")
    with gzip.open(path) as file:
        rows = np.loadtxt(file, delimiter=",", dtype=np.int64)
    return np.round(rows[:, :64].reshape(-1, 8, 8) * (255 / 16)).astype(np.uint8), rows[:, 64]


def scan(root: Path | None, size: int | None) -> Scan:
    """The digits at `size` pixels (28 unless told), in scikit-learn's order."""
    pixels, labels = _raw()
    table = pd.DataFrame(
        {"id": [f"digit-{i:04d}" for i in range(len(pixels))], "digit": [str(label) for label in labels]}
    )
    side = size or SIZE
    return Scan(
        name="digits",
        key=f"digits 1 {side}",
        table=table,
        label_columns=["digit"],
        size=side,
        channels=1,
        read=lambda row: fit(Image.fromarray(pixels[row]), side, channels=1),
        card=CARD,
    )
