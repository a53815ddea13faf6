"""The gradient of a batch, in as many parts as it takes to fit the device."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import torch
from torch import Tensor

from contrastive.errors import UserError
from contrastive.methods import Method, Metrics

LEAST = 4
"""Pictures in the smallest part: fewer would hardly have a negative among them."""


def gradient(
    method: Method, views: Tensor, targets: Tensor, parts: int, numbers: Callable[[], AbstractContextManager[object]]
) -> tuple[Tensor, Metrics]:
    """Add the gradient of a batch to the parameters; views (v, n, c, h, w), targets (n, ...) -> loss, metrics.

    Each part counts by its share of the n pictures, which is exact where the loss is a mean over pictures. A loss
    that is no number is returned before it has touched a gradient. `numbers`: the number format of the forward pass.
    """
    if parts == 1:
        with numbers():
            loss, metrics = method(views, targets)
        if torch.isfinite(loss):
            loss.backward()
        return loss, metrics
    total, sums = torch.zeros((), device=views.device), dict[str, float]()
    for some, aims in zip(views.tensor_split(parts, 1), targets.tensor_split(parts), strict=True):
        share = some.shape[1] / views.shape[1]
        with numbers():
            loss, metrics = method(some, aims)
        if not torch.isfinite(loss):
            return loss, metrics
        (loss * share).backward()
        total = total + loss.detach() * share
        for name, value in metrics.items():
            sums[name] = sums.get(name, 0.0) + value * share
    return total, sums


def too_large(error: BaseException) -> bool:
    """Whether something failed because the memory of the device, or of the machine, is too small."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "DefaultCPUAllocator" in str(error)


def more(parts: int, count: int, method: Method) -> tuple[int, str]:
    """Twice as many parts for a batch of `count`, and what that means, in words. Raises UserError when none fits."""
    parts *= 2
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
    return parts, f"A batch of {count:,} does not fit this device: {parts} parts of about {each:,}; {meaning}."
