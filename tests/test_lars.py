"""LARS: equal to a slow loop and to lightly's, biases left out, resumed as if never interrupted."""

import copy

import pytest
import torch
from torch import Tensor, nn

from contrastive.config import TrainConfig
from contrastive.lars import LARS
from contrastive.train import build_optimizer, train

SMALL = TrainConfig(dataset="digits", size=16, limit=64, epochs=4, batch_size=32, views="simclr-no-flip")
LR, MOMENTUM, DECAY = 0.8, 0.9, 1e-3


def layers(seed: int) -> list[nn.Parameter]:
    """A matrix, a convolution, a layer that begins at zero, and a bias."""
    drawn = torch.Generator().manual_seed(seed)
    shapes = ((7, 5), (4, 3, 3, 3), (6, 2), (9,))
    made = [nn.Parameter(torch.randn(shape, generator=drawn, dtype=torch.float64)) for shape in shapes]
    made[2].data.zero_()
    return made


def gradients(step: int) -> list[Tensor]:
    drawn = torch.Generator().manual_seed(100 + step)
    found = [torch.randn(p.shape, generator=drawn, dtype=torch.float64) for p in layers(0)]
    if step == 2:
        found[0].zero_()
    return found


def groups(parameters: list[nn.Parameter]) -> list[dict]:
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": DECAY},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0, "adapted": False},
    ]


def moved(optimizer: torch.optim.Optimizer, parameters: list[nn.Parameter], steps: int = 6) -> list[nn.Parameter]:
    for step in range(steps):
        for parameter, gradient in zip(parameters, gradients(step), strict=True):
            parameter.grad = gradient
        optimizer.step()
    return parameters


def slow(start: list[float], pulls: list[list[float]], *, adapted: bool) -> list[float]:
    """One layer as lists of numbers, written out from eq. 6 of the paper."""
    weights, velocity = list(start), [0.0] * len(start)
    for pull in pulls:
        size, force = (sum(x * x for x in numbers) ** 0.5 for numbers in (weights, pull))
        for i, g in enumerate(pull):
            change = g
            if adapted and size > 0 and force > 0:
                change = 0.001 * size / (force + DECAY * size + 1e-8) * (g + DECAY * weights[i])
            velocity[i] = MOMENTUM * velocity[i] + change
        weights = [w - LR * v for w, v in zip(weights, velocity, strict=True)]
    return weights


def test_equals_a_slow_loop() -> None:
    start, ours = layers(0), layers(0)
    moved(LARS(groups(ours), lr=LR, momentum=MOMENTUM), ours)
    for place, parameter in enumerate(ours):
        pulls = [gradients(step)[place].flatten().tolist() for step in range(6)]
        wanted = slow(start[place].detach().flatten().tolist(), pulls, adapted=parameter.ndim > 1)
        torch.testing.assert_close(parameter.detach().flatten(), torch.tensor(wanted).double(), atol=1e-6, rtol=0)


def test_equals_lightly() -> None:
    peer = pytest.importorskip("lightly.utils.lars")
    ours, theirs = layers(1), layers(1)
    moved(LARS(groups(ours), lr=LR, momentum=MOMENTUM), ours)
    # Lightly leaves out whatever is not decayed.
    told = [{k: v for k, v in group.items() if k != "adapted"} for group in groups(theirs)]
    moved(peer.LARS(told, lr=LR, momentum=MOMENTUM), theirs)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, atol=1e-6, rtol=0)


def test_without_decay_layers_are_still_adapted_and_biases_are_not() -> None:
    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    optimizer = build_optimizer(SMALL.changed(optimizer="lars", weight_decay=0.0, lr=1.0), network)
    before = copy.deepcopy(network)
    for parameter in network.parameters():
        parameter.grad = torch.full_like(parameter, 5.0)
    optimizer.step()
    step = before[0].weight - network[0].weight
    assert step.norm().item() == pytest.approx(0.001 * before[0].weight.norm().item(), rel=1e-4)
    for kept, new in ((before[0].bias, network[0].bias), (before[1].weight, network[1].weight)):
        torch.testing.assert_close(kept - new, torch.full_like(kept, 5.0))


def test_resumed_as_if_never_interrupted() -> None:
    config = SMALL.changed(optimizer="lars", lr=0.5)
    states = [copy.deepcopy(step.state()) for step in train(config) if step.state]
    resumed = [step.state() for step in train(config, resume=states[1]) if step.state]
    for name, value in states[-1]["method"].items():
        assert torch.equal(value, resumed[-1]["method"][name]), name
