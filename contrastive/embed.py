"""Embeddings: a data set or an upload through an encoder, computed once and cached on disk."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Union

import numpy as np

from contrastive import catalogue, distributed, holding, housekeeping, shards
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

BATCHES = 5
"""From so many on a quick copy of the encoder is worth its making."""


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
        if (brought := source.vectors(dataset)) is not None:
            return brought
        places = source.cached(dataset)
    else:
        name = f"{source.hash()[:16]}-{dataset.fingerprint[:16]}.npy"
        places = [data_dir() / "cache" / "embeddings" / name]
    for place in places:
        if place.is_file():
            return holding.mapped(place)
    encoder = source.load(dataset) if isinstance(source, Known) else source
    if len(dataset) > shards.BLOCK or distributed.world() > 1:
        large = shards.into_file(encoder, dataset.images, places[0], batch_size=batch_size, progress=progress)
        housekeeping.prune()
        return large
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
    housekeeping.prune()
    return vectors


def encode(
    encoder: "Encoder",
    images: "Tensor",
    *,
    batch_size: int = 64,
    progress: Progress | None = None,
    batch_statistics: bool = False,
    of: int | None = None,
) -> np.ndarray:
    """images (n, c, h, w), uint8 or floats in 0..1 -> (n, d) float32 in evaluation mode; the encoder stays as it is.

    Channels and size are brought to what the encoder was built for. `of`: how many the set has of which these are a
    part; large ones are computed in bfloat16 where that is exact enough (`contrastive.quick`). `batch_statistics`:
    batch-norm takes mean and variance of each batch, as in training, in place of the stored ones, which stay
    untouched; a vector then depends on the pictures beside it (study A embedded its test images so). Raises
    UserError for a single image with it.
    """
    import torch

    from contrastive.quick import MANY, quick

    if batch_statistics and len(images) == 1:
        raise UserError("A single picture has no batch statistics.", "Embed at least two, or use the stored ones.")
    device = next((p.device for p in encoder.parameters()), torch.device("cpu"))
    ends = list(range(batch_size, len(images), batch_size)) + [len(images)] * bool(len(images))
    if batch_statistics and len(ends) > 1 and ends[-1] - ends[-2] == 1:
        # One left over has no statistics of its own, so it joins the batch before it.
        del ends[-2]
    parts = []
    with torch.inference_mode(), _embedding(encoder, batch_statistics=batch_statistics):
        swift = encoder
        for start, end in zip([0, *ends], ends, strict=False):
            x = suit(images[start:end].to(device), encoder).contiguous(memory_format=torch.channels_last)
            if start == 0 and len(ends) >= BATCHES and device.type == "cpu" and not batch_statistics:
                # Its vectors of this batch, too: copies of a picture are alike wherever they stand in the set.
                swift, vectors = quick(encoder, x, many=(of or len(images)) >= MANY)
            else:
                vectors = swift(x)
            parts.append(vectors.float().cpu())
            if progress:
                progress(end, len(images))
    return torch.cat(parts).numpy() if parts else np.zeros((0, encoder.dim), np.float32)


@contextmanager
def _embedding(encoder: "Encoder", *, batch_statistics: bool) -> Iterator[None]:
    """The encoder in evaluation mode, batch-norm with the statistics that were asked for; afterwards as before."""
    from torch.nn.modules.batchnorm import _BatchNorm

    before = {module: module.training for module in encoder.modules()}
    norms = []
    if batch_statistics:
        # Training mode says which of them learn from a batch: batch-norm that was folded or frozen does not.
        encoder.train()
        norms = [m for m in before if isinstance(m, _BatchNorm) and m.training and m.track_running_stats]
    encoder.eval()
    for norm in norms:
        norm.training, norm.track_running_stats = True, False
    try:
        yield
    finally:
        for norm in norms:
            norm.track_running_stats = True
        for module, training in before.items():
            module.training = training


def suit(images: "Tensor", encoder: "Encoder") -> "Tensor":
    """Images, uint8 or floats in 0..1 -> floats in 0..1 with the channels and size of the encoder."""
    import torch
    from torch.nn import functional

    x = images.float() / 255 if images.dtype == torch.uint8 else images.float()
    if x.shape[1] == 3 and encoder.channels == 1:
        red, green, blue = x.unbind(1)
        x = (0.299 * red + 0.587 * green + 0.114 * blue)[:, None]
    elif x.shape[1] == 1 and encoder.channels == 3:
        x = x.expand(-1, 3, -1, -1)
    if x.shape[-1] != encoder.size:
        x = functional.interpolate(x, (encoder.size, encoder.size), mode="bilinear", antialias=True)
    return x.clamp(0, 1)


def projects(known: Known) -> bool:
    """Whether an encoder is a run whose projection head was kept; asked without importing torch."""
    if known.kind != "run" or known.path is None or known.config is None:
        return False
    # What stands behind the encoder of a supervised run is its classifier, not a projection.
    headed = known.config.head != "none" and known.config.method != "supervised"
    return headed and (known.path / "checkpoint.pt").is_file()


def project(run: Run, vectors: np.ndarray) -> np.ndarray:
    """Representations h (n, dim) -> projections z (n, out) float32: what the loss of the run saw.

    The head is built as the config says and takes its weights from the run's checkpoint. Raises UserError for a run
    that has no checkpoint or no projection head, and for vectors of another width than the head's.
    """
    import torch

    from contrastive.encoders import build_head

    state, config = run.checkpoint(), run.config
    if state is None:
        raise UserError(f"{run.id} has no checkpoint, so its projection head is not known.", "Train it an epoch.")
    weights = {k.removeprefix("head."): v.float() for k, v in state["method"].items() if k.startswith("head.")}
    head = build_head(config.head, vectors.shape[1], width=config.head_width, out=config.head_dim)
    if not weights or weights.keys() != head.state_dict().keys():
        raise UserError(f"{run.id} was trained without a projection head.", "Look at it before the head.")
    try:
        head.load_state_dict(weights)
    except RuntimeError as error:
        raise UserError(f"The head of {run.id} does not take {vectors.shape[1]} numbers an image.") from error
    with torch.inference_mode():
        return head.eval()(torch.from_numpy(np.array(vectors, dtype=np.float32))).numpy()
