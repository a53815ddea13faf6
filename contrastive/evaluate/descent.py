"""Descent: the training of a classifier that the probes `sgd` and `finetune` share, with study B's settings."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from contrastive.errors import UserError

if TYPE_CHECKING:
    from torch import Tensor, nn

STEPS_AT = (0.6, 0.8)
AT_ONCE = 64


def descend(
    model: nn.Module,
    inputs: Tensor,
    targets: np.ndarray,
    *,
    epochs: int,
    lr: float,
    weight_decay: float,
    batch_size: int,
    parts: Sequence[tuple[nn.Module, float]] = (),
    sampler: str = "none",
    seed: int = 0,
    validation: tuple[Tensor, np.ndarray] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Train what requires a gradient in `model` with cross-entropy; returns the epoch whose weights it has now.

    `parts`: modules of it, each with the share of `lr` at which it learns; all of it at `lr` unless told. AdamW; the
    learning rate falls to a tenth after 60 and after 80 % of the epochs. inputs (n, ...), targets (n,) class
    numbers. Batches are of equal size, give or take one, so that none is a left-over of a single image. With
    sampler "weighted" an epoch draws n images with replacement, every class equally often. With `validation`, the
    weights of the epoch that answers most of it rightly are kept, the earliest of equals; without, the last. Raises
    UserError for a loss that is no longer a number. `progress(done, total)` counts steps.
    """
    import torch
    from torch.nn import functional

    from contrastive import sampling

    truth = torch.from_numpy(targets)
    groups = [
        {"params": [p for p in part.parameters() if p.requires_grad], "lr": lr * share}
        for part, share in parts or [(model, 1.0)]
    ]
    device = next(model.parameters()).device
    optimizer = torch.optim.AdamW(groups, weight_decay=weight_decay, fused=True)
    milestones = [round(share * epochs) for share in STEPS_AT]
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones, gamma=0.1)
    generator = torch.Generator().manual_seed(seed)
    batches = -(-len(truth) // batch_size)
    best, best_epoch, kept = -1.0, epochs, None
    for epoch in range(1, epochs + 1):
        model.train()
        if sampler == "weighted":
            order = sampling.balanced(truth, generator)
        else:
            order = sampling.shuffled(len(truth), generator)
        for number, batch in enumerate(order.tensor_split(batches), 1):
            loss = functional.cross_entropy(model(inputs[batch].to(device)), truth[batch].to(device))
            if not torch.isfinite(loss):
                raise UserError(
                    f"The loss of the classifier is no longer a number in epoch {epoch}.",
                    "Use a lower lr.",
                )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            if progress:
                progress((epoch - 1) * batches + number, epochs * batches)
        schedule.step()
        if validation is not None:
            reached = float((shares(model, validation[0]).argmax(1) == validation[1]).mean())
            if reached > best:
                best, best_epoch, kept = reached, epoch, copy.deepcopy(model.state_dict())
    if kept is not None:
        model.load_state_dict(kept)
    return best_epoch


def shares(model: nn.Module, inputs: Tensor) -> np.ndarray:
    """inputs (m, ...) -> (m, c) float64 probabilities, in evaluation mode."""
    import torch

    device = next(model.parameters()).device
    model.eval()
    with torch.inference_mode():
        parts = [model(batch.to(device)).double().softmax(1).cpu() for batch in inputs.split(AT_ONCE)]
    return torch.cat(parts).numpy()


def chosen_on(validation: object, epoch: int, epochs: int) -> str:
    """The note that says which weights a classifier has; empty without validation images."""
    if validation is None:
        return ""
    return f"Of {epochs} epochs, the weights of epoch {epoch} are kept: the best on the validation images."
