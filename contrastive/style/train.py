"""Training of a style network: a generator of steps, as `contrastive.train` is for encoders.

Encoder, code and decoder are trained together from scratch (a VGG-19 encoder keeps its weights); a published network
serves as the judge and is no part of the result. What is kept is the running mean of the weights. All randomness of
a round of `every` steps follows from (seed, round), so that a run that goes on repeats nothing and skips nothing.
"""

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from contrastive import datasets
from contrastive.datasets.prepare import Progress
from contrastive.device import autocast, pick_device, pick_precision
from contrastive.errors import UserError
from contrastive.style.config import StyleConfig
from contrastive.style.losses import cmd_loss, content_loss, gram_loss, moments_loss, variation
from contrastive.style.network import Design, StyleNetwork
from contrastive.style.perceptual import Perceptual

State = dict[str, Any]
CONTENT_MARGIN, STYLE_MARGIN = 1.2, 1.5
"""Pictures are kept this much larger than the square that is cut from them anew in every step: styles more, since
strokes are then wider, and the white margin around a photographed painting is mostly cut away."""


@dataclass(frozen=True)
class StyleStep:
    """One optimisation step, or the end of a round (`state` is then callable and holds all that resuming needs)."""

    epoch: int
    """Rounds of `every` steps, counted from 1."""
    step: int
    total: int
    metrics: dict[str, float]
    network: StyleNetwork
    """The running mean of the weights."""
    state: Callable[[], State] | None = None


def train_style(
    config: StyleConfig,
    *,
    resume: State | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Iterator[StyleStep]:
    """Train a style network, yielding every step and the end of every round.

    Raises UserError for data or perceptual weights that are not there, and a loss that is no longer a number.
    """
    device, precision = pick_device(), pick_precision(config.precision)
    judge = Perceptual(config.perceptual).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    contents = [pictures(name, config, CONTENT_MARGIN, progress) for name in config.content]
    styles = [pictures(name, config, STYLE_MARGIN, progress) for name in config.style]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        network = StyleNetwork(Design(transfer=config.transfer, encoder=config.encoder))
    network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    kept = copy.deepcopy(network).eval().requires_grad_(False)
    learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=config.lr, weight_decay=1e-4)
    step, first_round = 0, 1
    if resume:
        network.load_state_dict(resume["network"])
        kept.load_state_dict(resume["kept"])
        optimizer.load_state_dict(resume["optimizer"])
        step, first_round = resume["step"], resume["epoch"] + 1

    for number in range(first_round, math.ceil(config.steps / config.every) + 1):
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + number)
        sums: dict[str, float] = {}
        began, done = time.perf_counter(), 0
        while step < min(number * config.every, config.steps):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(config, step)
            content = draw(contents, config, generator).to(device, memory_format=torch.channels_last)
            style = draw(styles, config, generator).to(device, memory_format=torch.channels_last)
            # One pair of each batch is a picture and itself: what leaves the network must then be what came in.
            style[0] = content[0]
            with autocast(device, precision):
                painted = network(content, style)
                loss, parts = judged(config, judge, painted, content, style, step, generator)
            if not torch.isfinite(loss):
                raise UserError(f"The loss is no longer a number at step {step + 1}.", "Try a lower learning rate.")
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(learning, config.clip)
            optimizer.step()
            step, done = step + 1, done + 1
            average(kept, network, min(config.averaging, step / (step + 10)))
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value
            yield StyleStep(number, step, config.steps, parts, kept)
            if should_stop():
                return
        elapsed = time.perf_counter() - began
        means = {name: value / done for name, value in sums.items()}
        means |= {"lr": optimizer.param_groups[0]["lr"], "steps_per_s": done / elapsed, "seconds": elapsed}

        def state(number: int = number, step: int = step, means: dict[str, float] = means) -> State:
            return {
                "epoch": number,
                "step": step,
                "config": config.model_dump_json(),
                "metrics": means,
                "network": network.state_dict(),
                "kept": kept.state_dict(),
                "optimizer": optimizer.state_dict(),
            }

        yield StyleStep(number, step, config.steps, means, kept, state)
        if should_stop():
            return


def judged(
    config: StyleConfig,
    judge: Perceptual,
    painted: Tensor,
    content: Tensor,
    style: Tensor,
    step: int,
    generator: torch.Generator,
) -> tuple[Tensor, dict[str, float]]:
    """The loss of painted pictures (n, 3, h, w) whose first is to be itself, and its parts by name."""
    # The judge looks from a pixel or so beside: else the painter learns its grid by heart and paints it.
    across, down = torch.randint(0, 8, (2,), generator=generator).tolist()
    shown = painted[..., down:, across:]
    styles, heard = judge(shown)
    with torch.no_grad():
        wanted, _ = judge(style)
        _, unchanged = judge(content[..., down:, across:])
    zero = painted.new_zeros(())
    manner = zero
    for weight, measure in (
        (config.moments_weight, moments_loss),
        (config.gram_weight, gram_loss),
        (config.cmd_weight, cmd_loss),
    ):
        if weight:
            manner = manner + weight * sum(
                (measure(own, other) for own, other in zip(styles, wanted, strict=True)), zero
            ) / len(styles)
    parts = {
        "content": config.content_weight * content_loss(heard, unchanged),
        "style": manner * (config.late if step >= 0.75 * config.steps else 1.0),
        "palette": config.palette_weight * moments_loss(painted, style),
        "identity": config.identity_weight * (painted[0] - content[0]).abs().mean() * 4,
        "variation": config.variation_weight * variation(painted),
    }
    loss = sum(parts.values(), zero)
    return loss, {"loss": loss.item(), **{name: value.item() for name, value in parts.items()}}


def pictures(name: str, config: StyleConfig, margin: float, progress: Progress | None = None) -> Tensor:
    """Pictures of a data set to draw from, uint8 (n, 3, s, s), where s is `margin` times config.size."""
    whole = datasets.load(name, size=min(512, round(config.size * margin)), progress=progress)
    chosen = whole.subset(whole.rows(config.split)).limit(config.limit, seed=config.seed)
    if not len(chosen):
        raise UserError(f"{name} has no pictures to learn from (split {config.split}).", "Choose split all.")
    return chosen.images.expand(-1, 3, -1, -1)


def draw(sources: list[Tensor], config: StyleConfig, generator: torch.Generator) -> Tensor:
    """A batch (n, 3, size, size) in 0..1: each from a source at random, cut somewhere and mirrored or not."""
    drawn = []
    for source in torch.randint(len(sources), (config.batch_size,), generator=generator).tolist():
        picture = sources[source][int(torch.randint(len(sources[source]), (), generator=generator))]
        room = picture.shape[-1] - config.size
        top, left = torch.randint(0, room + 1, (2,), generator=generator).tolist()
        picture = picture[:, top : top + config.size, left : left + config.size]
        drawn.append(picture.flip(2) if torch.rand((), generator=generator) < 0.5 else picture)
    return torch.stack(drawn).float().div_(255)


@torch.no_grad()
def average(kept: nn.Module, network: nn.Module, memory: float) -> None:
    """Move the running mean of the weights a little towards the network's."""
    torch._foreach_lerp_(list(kept.parameters()), list(network.parameters()), 1 - memory)


def learning_rate(config: StyleConfig, step: int) -> float:
    """Learning rate of a step: linear warm-up, then half a cosine down to zero."""
    warm = min(config.warmup, config.steps)
    if step < warm:
        return config.lr * (step + 1) / warm
    return config.lr * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, config.steps - warm)))
