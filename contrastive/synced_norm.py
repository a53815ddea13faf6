"""Batch-norm whose statistics are those of all processes that train together, on any device.

torch.nn.SyncBatchNorm does the same on GPUs alone; this one also runs on processors, so that a test can hold two
processes against one.
"""

from typing import Any

import torch
from torch import Tensor, distributed, nn

from contrastive.distributed import world


class Total(torch.autograd.Function):
    """The sum of a tensor over all processes; so is its gradient, since each has a share in the loss of all."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """x -> its sum."""
        total = x.clone()
        if world() > 1:
            distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """The sum of what comes back."""
        return Total.forward(ctx, gradient)


def synced(norm: Any, x: Tensor) -> Tensor:
    """x (n, c, ...) -> the same shape, normalised by mean and variance of every channel over all processes.

    Source: Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1, over the joined batch.
    """
    if not norm.training:
        known = norm.running_mean, norm.running_var
        return nn.functional.batch_norm(x, *known, norm.weight, norm.bias, eps=norm.eps)
    with torch.autocast(x.device.type, enabled=False):
        z = x.float()
        dims = [dim for dim in range(z.ndim) if dim != 1]
        shape = [1, -1, *[1] * (z.ndim - 2)]
        count = Total.apply(torch.tensor(float(z.numel() // z.shape[1]), device=z.device))
        mean = Total.apply(z.sum(dims)) / count
        centred = z - mean.view(shape)
        variance = Total.apply(centred.square().sum(dims)) / count
        if norm.track_running_stats:
            with torch.no_grad():
                norm.num_batches_tracked += 1
                momentum = 1 / float(norm.num_batches_tracked) if norm.momentum is None else norm.momentum
                norm.running_mean.lerp_(mean, momentum)
                norm.running_var.lerp_(variance * count / (count - 1), momentum)
        out = centred * (variance + norm.eps).rsqrt().view(shape)
        if norm.affine:
            out = out * norm.weight.view(shape) + norm.bias.view(shape)
    return out.to(x.dtype)


class Synced1d(nn.BatchNorm1d):
    """For vectors (n, c)."""

    def forward(self, input: Tensor) -> Tensor:
        """As `synced`."""
        return synced(self, input)


class Synced2d(nn.BatchNorm2d):
    """For maps (n, c, h, w)."""

    def forward(self, input: Tensor) -> Tensor:
        """As `synced`."""
        return synced(self, input)


KINDS: dict[type[nn.Module], type[nn.Module]] = {nn.BatchNorm1d: Synced1d, nn.BatchNorm2d: Synced2d}


def convert(module: nn.Module) -> list[str]:
    """Turn every batch-norm of a module into one that is synchronised; names of the kinds that cannot be."""
    strange = []
    for part in module.modules():
        if type(part) in KINDS:
            # Only what it does changes: parameters, buffers and who refers to it stay as they are.
            part.__class__ = KINDS[type(part)]
        elif isinstance(part, nn.modules.batchnorm._BatchNorm) and type(part) not in KINDS.values():
            strange.append(type(part).__name__)
    return strange
