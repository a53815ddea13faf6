"""Embeddings: a data set or an upload through an encoder, computed once and cached on disk."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Union

import numpy as np

from contrastive import catalogue
from contrastive.catalogue import Known
from contrastive.datasets.image_dataset import ImageDataset
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.storage import data_dir, write_bytes

if TYPE_CHECKING:
    from torch import Tensor

    from contrastive.encoders import Encoder

Source = Union[str, Known, Run, "Encoder"]
Progress = Callable[[int, int], None]


def embed(
    source: Source, dataset: ImageDataset, *, batch_size: int = 64, progress: Progress | None = None
) -> np.ndarray:
    """Representations (n, d) float32 of every image, by an encoder, a run, or the name of either.

    Cached on disk by (encoder hash, dataset fingerprint); a hit imports no torch. `progress(done, total)` counts
    images. Raises UserError when the encoder gives anything that is not a number.
    """
    if isinstance(source, str | Run):
        source = catalogue.find(source if isinstance(source, str) else source.id)
    if isinstance(source, Known):
        places = source.cached(dataset)
    else:
        name = f"{source.hash()[:16]}-{dataset.fingerprint[:16]}.npy"
        places = [data_dir() / "cache" / "embeddings" / name]
    for place in places:
        if place.is_file():
            return np.load(place, mmap_mode="r")
    encoder = source.load(dataset) if isinstance(source, Known) else source
    vectors = encode(encoder, dataset.images, batch_size=batch_size, progress=progress)
    if not np.isfinite(vectors).all():
        raise UserError("This encoder gives values that are not numbers.", "Its training went wrong; train it again.")
    if isinstance(source, Known) and source.kind == "run":
        # A run that is looked at while it trains has new weights every epoch; only the newest are worth keeping.
        for stale in places[0].parent.glob(f"*-{places[0].name.rpartition('-')[2]}"):
            stale.unlink(missing_ok=True)
    buffer = io.BytesIO()
    np.save(buffer, vectors)
    write_bytes(places[0], buffer.getvalue())
    return vectors


def encode(
    encoder: "Encoder", images: "Tensor", *, batch_size: int = 64, progress: Progress | None = None
) -> np.ndarray:
    """images (n, c, h, w) uint8 -> (n, d) float32 in evaluation mode; the encoder's own mode is kept.

    Channels and size are brought to what the encoder was built for.
    """
    import torch

    device = next((p.device for p in encoder.parameters()), torch.device("cpu"))
    was_training = encoder.training
    encoder.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(images), batch_size):
            x = suit(images[start : start + batch_size].to(device), encoder)
            parts.append(encoder(x.contiguous(memory_format=torch.channels_last)).float().cpu())
            if progress:
                progress(min(start + batch_size, len(images)), len(images))
    encoder.train(was_training)
    return torch.cat(parts).numpy() if parts else np.zeros((0, encoder.dim), np.float32)


def suit(images: "Tensor", encoder: "Encoder") -> "Tensor":
    """uint8 images -> floats in 0..1 with the channels and size of the encoder."""
    from torch.nn import functional

    x = images.float() / 255
    if x.shape[1] == 3 and encoder.channels == 1:
        red, green, blue = x.unbind(1)
        x = (0.299 * red + 0.587 * green + 0.114 * blue)[:, None]
    elif x.shape[1] == 1 and encoder.channels == 3:
        x = x.expand(-1, 3, -1, -1)
    if x.shape[-1] != encoder.size:
        x = functional.interpolate(x, (encoder.size, encoder.size), mode="bilinear", antialias=True)
    return x.clamp(0, 1)
