"""The gradient of a batch, in as many parts as it takes to fit the device."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import torch
from torch import Tensor

from contrastive import distributed
from contrastive.errors import UserError
from contrastive.methods import Method, Metrics

LEAST = 4
"""Pictures in the smallest part: fewer would hardly have a negative among them."""


def gradient(
    method: Method, views: Tensor, targets: Tensor, parts: int, numbers: Callable[[], AbstractContextManager[object]]
) -> tuple[Tensor, Metrics]:
    """Add the gradient of a batch to the parameters; views (v, n, c, h, w), targets (n, ...) -> loss, metrics.

    Each part counts by its share of the pictures, which is exact where the loss is a mean over pictures. A loss that
    is no number is returned before it has touched a gradient. `numbers`: the number format of the forward pass.
    Where several processes share a batch, the views are this one's and the targets those of all.
    """
    if parts == 1:
        with numbers():
            loss, metrics = method(views, targets)
        if torch.isfinite(loss):
            loss.backward()
        return loss, metrics
    total, sums = torch.zeros((), device=views.device), dict[str, float]()
    for some, aims in _split(views, targets, parts):
        share = len(aims) / len(targets)
        with numbers():
            loss, metrics = method(some, aims)
        if not torch.isfinite(loss):
            return loss, metrics
        (loss * share).backward()
        total = total + loss.detach() * share
        for name, value in metrics.items():
            sums[name] = sums.get(name, 0.0) + value * share
    return total, sums


def _split(views: Tensor, targets: Tensor, parts: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Views and targets of each part; the targets in the order in which `distributed.gathered` has the vectors."""
    of_each = [targets[rows].tensor_split(parts) for rows in distributed.shares(len(targets))]
    aims = [torch.cat(part) for part in zip(*of_each, strict=True)]
    return zip(views.tensor_split(parts, 1), aims, strict=True)


def tried(
    method: Method, views: Tensor, targets: Tensor, parts: int, numbers: Callable[[], AbstractContextManager[object]]
) -> int:
    """In how many parts a batch fits all processes that share it: each tries without the others, then they agree.

    Together they cannot try: where one fails midway, the others would wait for it in vain. Nothing is changed.
    """
    kept = {name: value.clone() for name, value in method.named_buffers()}
    rows = distributed.share(len(targets))
    gpus = [views.device] if views.is_cuda else []
    with distributed.apart(), torch.random.fork_rng(gpus):
        while len(targets) // parts >= LEAST:
            try:
                gradient(method, views, targets if rows is None else targets[rows], parts, numbers)
                break
            except (RuntimeError, MemoryError) as error:
                if not too_large(error):
                    raise
            method.zero_grad(set_to_none=True)
            parts *= 2
    method.zero_grad(set_to_none=True)
    for name, value in method.named_buffers():
        value.copy_(kept[name])
    return distributed.most(parts)


def too_large(error: BaseException) -> bool:
    """Whether something failed because the memory of the device, or of the machine, is too small."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "DefaultCPUAllocator" in str(error)


def in_words(parts: int, count: int, method: Method) -> str:
    """What it means that a batch of `count` goes through in parts. Raises UserError for parts that are too small."""
    if count // parts < LEAST:
        raise UserError(
            f"Not even {count // (parts // 2):,} pictures at a time fit the memory of this device.",
            "Choose a smaller encoder or smaller pictures.",
        )
    each = count // parts
    if method.mean_over_pictures:
        meaning = "gradients are added up, so the step is the same but for the statistics of batch-norm"
    else:
        meaning = (
            f"this loss compares pictures with those beside them, and now finds {each - 1:,} others in place of "
            f"{count - 1:,}; gradients cannot make up for that"
        )
    return f"A batch of {count:,} does not fit this device: {parts} parts of about {each:,}; {meaning}."
