"""LARS: stochastic gradient descent whose every layer takes steps in proportion to the size of its own weights."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


class LARS(torch.optim.Optimizer):
    """Each layer steps by a fixed share of the norm of its weights, so that very large batches can take large steps.

    The share is `trust` times the learning rate; weight decay is part of the gradient that is scaled; momentum as in
    torch.optim.SGD. A group of parameters with adapted=False is plain SGD with momentum: SimCLR leaves out biases and
    batch-norm (arXiv:2002.05709, section 2.2). A layer whose weights or gradients are all zero takes a plain step.
    Source: arXiv:1708.03888, eq. 6.
    """

    def __init__(
        self,
        params: Iterable[Any],
        *,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
        trust: float = 0.001,
        adapted: bool = True,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "trust": trust, "adapted": adapted}
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                change = adapted(parameter, parameter.grad, group) if group["adapted"] else parameter.grad
                kept = self.state[parameter]
                if "velocity" in kept:
                    kept["velocity"].mul_(group["momentum"]).add_(change)
                else:
                    kept["velocity"] = change.clone()
                parameter.sub_(kept["velocity"], alpha=group["lr"])


def adapted(weights: Tensor, gradient: Tensor, group: dict[str, Any]) -> Tensor:
    """Decayed gradient of a layer, scaled to `trust` times the norm of its weights."""
    decay, size, pull = group["weight_decay"], torch.linalg.vector_norm(weights), torch.linalg.vector_norm(gradient)
    ratio = group["trust"] * size / (pull + decay * size + 1e-8)
    return torch.where((size > 0) & (pull > 0), ratio * (gradient + decay * weights), gradient)
