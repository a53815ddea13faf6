"""Every encoder one can look through, by name: shipped ones, runs with weights, vectors made elsewhere, baselines.

Names and hashes are known without importing torch; only `load` builds a network.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrastive import vectors as tables
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.storage import data_dir, digest, pretrained_dir, read_json

if TYPE_CHECKING:
    import numpy as np

    from contrastive.datasets import ImageDataset
    from contrastive.encoders import Encoder

BASELINES = {
    "pixels": "Raw pixels: no network at all.",
    "untrained": "The network `tiny` with random weights.",
}

PUBLISHED = {
    "mobilenet_v2": "MobileNetV2, taught the thousand classes of ImageNet.",
    "squeezenet1_0": "SqueezeNet, taught the thousand classes of ImageNet.",
    "resnet18": "ResNet-18, taught the thousand classes of ImageNet.",
    "resnet50": "ResNet-50, taught the thousand classes of ImageNet.",
    "timm:vit_small_patch14_dinov2.lvd142m": "DINOv2, small: taught by 142 million pictures without a label.",
}
IMAGENET_SIDE = 224
"""Smaller pictures are enlarged to what these networks were trained with: on paintings of 112 px, five nearest of
MobileNetV2 show the same thing .73 of the time at 224 px, .63 when left at 112."""


@dataclass(frozen=True)
class Known:
    """An encoder by name. `kind`: shipped, run, vectors, published or baseline.

    `path`: its folder; the file of published ImageNet weights; None for a baseline.
    """

    name: str
    kind: str
    title: str
    path: Path | None = None
    card: dict[str, Any] = field(default_factory=dict, compare=False)
    config: TrainConfig | None = field(default=None, compare=False)
    """What it was trained with; None for a baseline and for vectors made elsewhere."""

    @property
    def saw_labels(self) -> bool | None:
        """Whether labels took part in its training; None where nobody here knows, or where they were others.

        The labels of ImageNet are others, and so are those that the teacher of a distilled network was taught with.
        """
        if self.kind in ("vectors", "published") or (self.config and self.config.method == "distilled"):
            return None
        return self.config is not None and self.config.uses_labels

    def serves(self, dataset: ImageDataset) -> bool:
        """Whether it can be asked about `dataset`: a network always, vectors made elsewhere only for their own."""
        return self.kind != "vectors" or tables.serves(self.name, dataset)

    def vectors(self, dataset: ImageDataset) -> np.ndarray | None:
        """What it brings along for `dataset`, (n, d) float32; None where a network looks at the pictures instead."""
        return tables.vectors_of(self.name, dataset) if self.kind == "vectors" else None

    def hash(self, dataset: ImageDataset) -> str:
        """Changes whenever the vectors it gives for `dataset` could change."""
        if self.kind == "vectors":
            return str(self.card["hash"])
        if self.path is None:
            return digest("baseline 1", self.name, str(dataset.size), str(dataset.channels))
        if self.kind == "published":
            file = _file_hash(self.path, self.path.stat().st_mtime_ns)
            return digest("published 1", self.name, file)
        weights = self.path / "encoder.safetensors"
        if not weights.is_file():
            raise UserError(f"{self.name} has no weights yet.", "Wait for its first epoch to end.")
        return _file_hash(weights, weights.stat().st_mtime_ns)

    def load(self, dataset: ImageDataset) -> Encoder:
        """The network, in evaluation mode; the baselines take the size and channels of `dataset`.

        Raises UserError for vectors made elsewhere, behind which there is none.
        """
        if self.kind == "vectors":
            raise UserError(
                f"{self.name} is a table of vectors made elsewhere; it cannot look at new pictures.",
                "Choose an encoder with a network.",
            )
        import torch

        from contrastive import encoders
        from contrastive.encoders.pixels import pixels

        if self.kind == "published":
            return encoders.build(self.name, size=IMAGENET_SIDE, pretrained=True).eval()
        if self.path is not None:
            return encoders.load_encoder(self.path / "encoder.safetensors")
        if self.name == "pixels":
            return pixels(dataset.channels, dataset.size).eval()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return encoders.build("tiny", channels=dataset.channels, size=dataset.size).eval()

    def cached(self, dataset: ImageDataset) -> list[Path]:
        """Where its embedding of `dataset` may lie, the place to write to first."""
        name = f"{self.hash(dataset)[:16]}-{dataset.fingerprint[:16]}.npy"
        if self.kind == "run" and self.path is not None:
            return [self.path / "embeddings" / name]
        places = [data_dir() / "cache" / "embeddings" / name]
        return [*places, self.path / "embeddings" / name] if self.kind == "shipped" and self.path else places


def shipped() -> list[Known]:
    """Encoders in models/pretrained, each with a card."""
    cards = sorted(pretrained_dir().glob("*/card.json"))
    return [
        Known(path.parent.name, "shipped", card["title"], path.parent, card, TrainConfig(**card["config"]))
        for path in cards
        if (path.parent / "encoder.safetensors").is_file()
        for card in [read_json(path)]
    ]


def all_known() -> list[Known]:
    """Shipped encoders, runs with weights (newest first), vectors made elsewhere, ImageNet's, then the baselines.

    Of networks with published weights those whose file is here, since nobody asked for a download.
    """
    trained = [_of(run) for run in Run.all() if (run.path / "encoder.safetensors").is_file()]
    kept = [_of_table(name) for name in tables.names()]
    files = {name: file_of(name) for name in PUBLISHED}
    here = [Known(name, "published", PUBLISHED[name], file) for name, file in files.items() if file]
    return [*shipped(), *trained, *kept, *here, *(Known(n, "baseline", title) for n, title in BASELINES.items())]


def file_of(name: str) -> Path | None:
    """The file with the weights of a published network, where it was downloaded before; nothing is fetched."""
    # As torchvision and timm call their files; asking them would import torch.
    pattern = f"{name.removeprefix('timm:')}.*" if name.startswith("timm:") else f"{name}-*.pth"
    return next(iter(sorted((data_dir() / "downloads").glob(pattern))), None)


def find(name: str) -> Known:
    """The encoder of that name; UserError if there is none."""
    if name in BASELINES:
        return Known(name, "baseline", BASELINES[name])
    for known in shipped():
        if known.name == name:
            return known
    if Run.exists(name):
        return _of(Run.open(name))
    if name in tables.names():
        return _of_table(name)
    if name in PUBLISHED:
        from contrastive.encoders.published import published

        return Known(name, "published", PUBLISHED[name], published(name))
    raise UserError(
        f"There is no encoder or run called {name!r}.",
        f"Known: {', '.join(known.name for known in all_known()[:12])}.",
    )


def default_for(dataset_name: str) -> str:
    """The shipped encoder that was trained on this kind of data, else the first one with as many channels."""
    head = dataset_name.partition(":")[0]
    for known in shipped():
        if head in known.card.get("suits", []):
            return known.name
    return shipped()[0].name if shipped() else "untrained"


def _of(run: Run) -> Known:
    config = run.config
    title = f"{config.encoder}, {config.method} on {config.dataset}"
    return Known(run.id, "run", title, run.path, config=config)


def _of_table(name: str) -> Known:
    card = tables.card(name)
    return Known(name, "vectors", f"Vectors made elsewhere: {card['source']}", card["path"], card)


def map_name(known: Known, dataset: ImageDataset, method: str, dims: int, seed: int, knobs: dict[str, Any]) -> str:
    """File name of a map, which follows from all that decides it."""
    # A slider says 30 where a default says 30.0.
    turned = ",".join(f"{name}={float(value):g}" for name, value in sorted(knobs.items()))
    spec = f"{known.hash(dataset)} {dataset.fingerprint} {method} {dims} {seed} {turned}"
    return f"{method}-{digest(spec)[:16]}.npz"


@lru_cache(maxsize=256)
def _file_hash(path: Path, changed: int) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
