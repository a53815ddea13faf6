"""Training: a generator of steps. It reads top to bottom like a story, and nothing else happens in it.

    for step in train(TrainConfig(dataset="digits", epochs=5)):
        print(step.epoch, step.metrics)

The caller decides what to do with a step: `runs.record` writes a run directory, a test looks at the loss. All
randomness of an epoch comes from one generator seeded by (seed, epoch), so a run that goes on after its k-th
epoch draws what an uninterrupted one would have drawn.
"""

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from contrastive import augment, catalogue, datasets, distributed, encoders, in_parts, sampling, teacher
from contrastive.config import TrainConfig
from contrastive.datasets.prepare import Progress
from contrastive.device import autocast, keep_memory, pick_device, pick_precision
from contrastive.encoders import Encoder
from contrastive.errors import UserError
from contrastive.lars import LARS
from contrastive.methods import METHODS, Method
from contrastive.monitor import Monitor

State = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One optimisation step, or the end of an epoch (`state` is then callable and holds all that resuming needs)."""

    epoch: int
    """Counted from 1."""
    step: int
    """Steps done since the start of the run."""
    total: int
    """Steps of the whole run."""
    metrics: dict[str, float]
    encoder: Encoder
    state: Callable[[], State] | None = None
    sample: tuple[list[str], np.ndarray] | None = None
    """At the end of an epoch: ids and representations (m, d) of a fixed sample of pictures; with the very first step,
    those of before it."""


def train(
    config: TrainConfig,
    *,
    resume: State | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Iterator[Step]:
    """Train an encoder, yielding every step and the end of every epoch.

    `resume`: the state of an earlier step; `should_stop` is asked after every step; `progress(done, total)` is
    called while pictures are decoded. Raises UserError for a config that cannot be trained, or a loss that is no
    longer a number.
    """
    keep_memory()
    whole = datasets.load(config.dataset, size=config.size, progress=progress)
    chosen = training_set(config, whole)
    images, labels = chosen.images, chosen.labels()
    taught = METHODS[config.method].taught
    targets = teacher.lessons(config, chosen, progress) if taught else labels
    device, precision = pick_device(), pick_precision(config.precision)
    method = build_method(config, whole, taught=targets.shape[1] if taught else 0).to(
        device, memory_format=torch.channels_last
    )  # type: ignore[call-overload]
    recipe = augment.recipe(config.views, size=whole.size, strength=config.strength)
    for said in augment.warnings_for(recipe, config.dataset, whole.classes):
        print(f"warning: {said}", file=sys.stderr)
    recipe = recipe.among(images).on(device)
    make_views = METHODS[config.method].views(config, images, labels, recipe)
    monitor = Monitor(whole, seed=config.seed, recipe=recipe, trained=len(images))
    optimizer = build_optimizer(config, method)
    distributed.synchronise(method)
    should_stop = distributed.agreeing(should_stop)

    batches = math.ceil(len(images) / config.batch_size)
    # A single image has no negatives, and where processes share a batch, none of them is left without a picture.
    batches -= 0 < len(images) % config.batch_size < max(2, distributed.world()) and batches > 1
    total, step, first_epoch = batches * config.epochs, 0, 1
    if len(images) < config.batch_size:
        print(
            f"warning: A batch of {config.batch_size:,} is more than the {len(images):,} pictures there are; every "
            "step sees all of them.",
            file=sys.stderr,
        )
    if resume:
        try:
            method.load_state_dict(resume["method"])
            optimizer.load_state_dict(resume["optimizer"])
        except (RuntimeError, ValueError) as error:
            raise UserError("The checkpoint is of another shape than this run.", "Start a new run.") from error
        first_epoch = resume["epoch"] + 1
        step = resume["epoch"] * batches
    parts = resume["parts"] if resume and "parts" in resume else 1
    # Several processes try beforehand what fits all of them: one that fails midway would leave the others waiting.
    untried = distributed.world() > 1

    def numbers() -> AbstractContextManager[object]:
        return autocast(device, precision)

    untrained = None
    if config.snapshot_epochs and not resume:
        untrained = monitor.ids, monitor.vectors(method.encoder)

    for epoch in range(first_epoch, config.epochs + 1):
        method.train()
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + epoch)
        if config.sampler == "balanced":
            order = sampling.balanced(labels, generator)
        else:
            order = sampling.shuffled(len(images), generator)
        sums: dict[str, float] = {}
        started = time.perf_counter()
        for batch in order.split(config.batch_size)[:batches]:
            lr = learning_rate(config, step, batches)
            for group in optimizer.param_groups:
                group["lr"] = lr
            views, aims = make_views(batch, generator).to(device), targets[batch].to(device)
            if untried:
                before, parts, untried = parts, in_parts.tried(method, views, aims, parts, numbers), False
                if parts > before:
                    print(f"note: {in_parts.in_words(parts, len(batch), method)}", file=sys.stderr)
            while True:
                optimizer.zero_grad(set_to_none=True)
                try:
                    loss, metrics = in_parts.gradient(method, views, aims, parts, numbers)
                    break
                except (RuntimeError, MemoryError) as error:
                    if not in_parts.too_large(error) or distributed.world() > 1:
                        raise
                parts *= 2
                print(f"note: {in_parts.in_words(parts, len(batch), method)}", file=sys.stderr)
            if not torch.isfinite(loss):
                raise UserError(
                    f"The loss is no longer a number at step {step + 1} (epoch {epoch}, learning rate {lr:.2g}).",
                    "Try a lower learning rate, a higher temperature, or precision float32.",
                )
            distributed.add_up(method)
            optimizer.step()
            step += 1
            method.after_step(step / total)
            metrics = {"loss": loss.item(), **metrics, "lr": lr}
            for name, value in metrics.items():
                sums[name] = sums.get(name, 0.0) + value * len(batch)
            yield Step(epoch, step, total, metrics, method.encoder, sample=untrained)
            untrained = None
            if should_stop():
                return

        seen = len(order) if batches * config.batch_size >= len(order) else batches * config.batch_size
        elapsed = time.perf_counter() - started
        means = {name: value / seen for name, value in sums.items()}
        # One looks, and the others wait for it at their next step.
        alone = distributed.rank() == 0
        found, vectors = monitor(method.encoder) if alone else ({}, np.zeros((0, method.encoder.dim), np.float32))
        means |= {"lr": lr, "images_per_s": seen / elapsed, "seconds": elapsed, **found}

        def state(epoch: int = epoch, means: dict[str, float] = means, parts: int = parts) -> State:
            return {
                "epoch": epoch,
                "config": config.model_dump_json(),
                "metrics": means,
                "parts": parts,
                "method": method.state_dict(),
                "optimizer": optimizer.state_dict(),
            }

        yield Step(epoch, step, total, means, method.encoder, state, (monitor.ids, vectors))
        if should_stop():
            return


def training_set(config: TrainConfig, whole: datasets.ImageDataset) -> datasets.ImageDataset:
    """The images that are trained on, as the config and the needs of its method narrow them down."""
    rows = whole.rows(config.split)
    chosen = whole.subset(rows[~whole.table["id"].astype(str).isin(config.excluded).to_numpy()[rows]])
    method, labelled = METHODS[config.method], np.flatnonzero(chosen.codes() >= 0)
    by_method = method.uses_labels(config)
    if config.uses_labels and len(chosen) and not len(labelled):
        who, instead = (f"method {config.method}", "method") if by_method else ("balanced sampler", "sampler")
        example = "simclr" if by_method else "shuffle"
        raise UserError(
            f"The {who} needs labels, and {whole.name} has none (split {config.split}).",
            f"Choose a labelled set, or a {instead} that needs none, such as {example}.",
        )
    if by_method and method.labelled_only:
        chosen = chosen.subset(labelled)
    if config.per_place and "source" in chosen.table:
        # A random order, kept within each place: every place gives its own pictures by the same draw.
        order = np.random.default_rng(config.seed).permutation(len(chosen))
        places = chosen.table["source"].iloc[order]
        chosen = chosen.subset(np.sort(order[(places.groupby(places).cumcount() < config.per_place).to_numpy()]))
    if config.per_class:
        chosen = chosen.per_class(config.per_class, seed=config.seed)
    chosen = chosen.limit(config.limit, seed=config.seed)
    if len(chosen) < 4:
        raise UserError(
            f"{whole.name} has {len(chosen)} pictures to train on (split {config.split}).",
            "At least 4 are needed; choose another split or a higher limit.",
        )
    return chosen


def build_method(config: TrainConfig, whole: datasets.ImageDataset, *, taught: int = 0) -> Method:
    """Encoder, head and loss of a config; what is random of their weights follows from its seed.

    `taught`: how many numbers the teacher has for a picture, where there is one.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        pretrained = encoders.start(config.initial)
        if config.initial and pretrained is None:
            encoder = catalogue.find(config.initial).load(whole)
            if (encoder.name, encoder.channels) != (config.encoder, whole.channels):
                raise UserError(
                    f"{config.initial} is a {encoder.name} for {encoder.channels}-channel images; this run wants a "
                    f"{config.encoder} for {whole.channels}.",
                    f"Set the encoder to {encoder.name}, or start from random weights.",
                )
        else:
            encoder = encoders.build(config.encoder, channels=whole.channels, size=whole.size, pretrained=pretrained)
            if encoder.origin:
                print(encoder.origin, file=sys.stderr)
        encoder.freeze(config.freeze)
        head = encoders.build_head(config.head, encoder.dim, width=config.head_width, out=config.head_dim)
        method = METHODS[config.method](encoder, head, config, taught or len(whole.classes))
    if not any(parameter.requires_grad for parameter in method.parameters()):
        raise UserError("Nothing is left to learn.", "Add a head, or freeze less of the encoder.")
    return method


def build_optimizer(config: TrainConfig, method: nn.Module) -> torch.optim.Optimizer:
    """The optimizer of a config; biases and batch-norm are neither decayed nor adapted by lars."""
    decayed = [p for p in method.parameters() if p.requires_grad and p.ndim > 1]
    free = [p for p in method.parameters() if p.requires_grad and p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": free, "weight_decay": 0.0}]
    if config.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=config.lr, momentum=config.momentum)
    if config.optimizer == "lars":
        return LARS([groups[0], {**groups[1], "adapted": False}], lr=config.lr, momentum=config.momentum)
    return torch.optim.AdamW(groups, lr=config.lr)


def learning_rate(config: TrainConfig, step: int, batches: int) -> float:
    """Learning rate of a step: linear warm-up, then constant, in steps, or half a cosine down to zero."""
    warm = round(config.warmup * batches)
    total = config.epochs * batches
    if step < min(warm, total):
        return config.lr * (step + 1) / warm
    if config.schedule == "constant":
        return config.lr
    if config.schedule == "multistep":
        return config.lr * 0.1 ** sum(step >= share * total for share in (0.6, 0.8))
    return config.lr * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, total - warm)))
