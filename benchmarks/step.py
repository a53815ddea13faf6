"""A SimCLR step, its data included, against the same step as lightly's examples write it.

    python -m benchmarks.step --real DATA --rounds 3

The peer: a DataLoader in the same process with lightly's SimCLRTransform on decoded PIL pictures, the two views
through the network one after the other in float32, lightly's NTXentLoss, SGD. Ours: the parts that `train` puts
together, in the number format it chooses here. Both have the same network and the same head, and each a process of
its own, because `train` keeps its memory and the peer does not. `tiny` sees 28 px in batches of 1,024, ResNet-18
(3x3 stem) 32 px in batches of 64; pictures are CIFAR-10's, or without --real the atelier's. The share of the peak is
that of the operations torch counts in a step over the best of a few convolutions, forwards.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import torch

from benchmarks.frame import OURS, Apart, Row, alternate, alternate_apart, flags, report, rows
from contrastive import augment, datasets
from contrastive.config import TrainConfig
from contrastive.device import autocast, keep_memory, pick_device, pick_precision
from contrastive.train import build_method, build_optimizer

SETTINGS = {"tiny": (28, 1024), "resnet18": (32, 64)}
SHARE = 0.05


def setting(encoder: str, real: Path | None) -> tuple[datasets.ImageDataset, TrainConfig]:
    """CIFAR-10 or the bundled paintings, and the config of a network."""
    size, batch = SETTINGS[encoder]
    whole = datasets.load(f"folder:{real / 'cifar10-jpg.zip'}" if real else "atelier", size=size)
    return whole, TrainConfig(size=size, encoder=encoder, batch_size=batch, optimizer="sgd", lr=0.03)


def parts(encoder: str, real: Path | None) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The views of a batch, and the whole step with them, as `train` makes them."""
    keep_memory()
    whole, config = setting(encoder, real)
    device, precision = pick_device(), pick_precision("auto")
    method = build_method(config, whole).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = build_optimizer(config, method.train())
    recipe, generator = augment.recipe("simclr", size=whole.size).on(device), torch.Generator().manual_seed(0)
    rows_of_batch = torch.randint(len(whole), (config.batch_size,), generator=generator)
    nothing = torch.zeros(config.batch_size, dtype=torch.long, device=device)

    def views() -> torch.Tensor:
        images = whole.images[rows_of_batch]
        return torch.stack([recipe(images, generator) for _ in range(2)])

    def step() -> None:
        made = views().to(device)
        with autocast(device, precision):
            loss, _ = method(made, nothing)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss.item()

    return views, step


def views(encoder: str, real: Path | None) -> Callable[[], Any]:
    """Our views alone."""
    return parts(encoder, real)[0]


def ours(encoder: str, real: Path | None) -> Callable[[], Any]:
    """Our step."""
    return parts(encoder, real)[1]


def lightly(encoder: str, real: Path | None) -> Callable[[], Any]:
    """The step as in lightly's examples."""
    from lightly.loss import NTXentLoss
    from lightly.transforms import SimCLRTransform
    from torch.utils.data import DataLoader
    from torchvision.transforms.functional import to_pil_image

    whole, config = setting(encoder, real)
    device, transform, loss = pick_device(), SimCLRTransform(input_size=whole.size), NTXentLoss(config.temperature)
    method = build_method(config, whole).to(device).train()
    optimizer = torch.optim.SGD([*method.encoder.parameters(), *method.head.parameters()], lr=config.lr)
    chosen = whole.images[torch.arange(config.batch_size) % len(whole)]
    decoded = [to_pil_image(image) for image in chosen]
    loader = DataLoader(
        decoded,  # type: ignore[arg-type]
        config.batch_size,
        shuffle=True,
        collate_fn=lambda some: [torch.stack(view) for view in zip(*map(transform, some), strict=True)],
    )

    def step() -> None:
        for first, second in loader:
            z = [method.head(method.encoder(view.to(device))) for view in (first, second)]
            optimizer.zero_grad()
            found = loss(*z)
            found.backward()
            optimizer.step()
            found.item()

    return step


def peak() -> float:
    """Operations a second of the best of a few convolutions, in the number format that training has here."""
    device, precision, found = pick_device(), pick_precision("auto"), 0.0
    for channels, side in ((64, 32), (128, 16), (256, 8)):
        convolution = torch.nn.Conv2d(channels, channels, 3, padding=1, bias=False).to(device, precision)
        convolution = convolution.to(memory_format=torch.channels_last)
        x = torch.rand(128, channels, side, side, device=device, dtype=precision)
        x = x.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            seconds = alternate({"": lambda c=convolution, x=x: c(x).sum().item()}, 5)[""]
        found = max(found, 2 * 9 * channels**2 * 128 * side**2 / min(seconds))
    return found


def compared(encoder: str, real: Path | None, rounds: int, best: float) -> list[Row]:
    """The rows of one network: speed, the share of the views, and of the peak."""
    from torch.utils.flop_counter import FlopCounterMode

    makers = {OURS: "ours", "lightly": "lightly", "views": "views"}
    contestants = {name: Apart(f"benchmarks.step:{make}", encoder, real) for name, make in makers.items()}
    seconds = alternate_apart(contestants, rounds)
    share = median(v / s for v, s in zip(seconds.pop("views"), seconds[OURS], strict=True))
    with FlopCounterMode(display=False) as counted:
        ours(encoder, real)()
    reached = counted.get_total_flops() / median(seconds[OURS]) / best
    size, batch = SETTINGS[encoder]
    work = f"SimCLR step, {encoder}, {size} px, batch {batch:,}"
    note = f"{100 * reached:.0f} % of the measured peak of {best / 1e9:,.0f} GFLOP/s"
    made = rows(work, seconds, against="lightly", aim=3, count=batch, note=note)
    ratio = made[0].ratio or 0
    made[0] = replace(made[0], missed=f"at the whole peak it would be {ratio / reached:.2f} times as fast")
    share_row = Row(f"{work}: share of the views", "share", {OURS: share}, most=SHARE)
    return [*made, share_row]


def main() -> None:
    """Measure and print."""
    args = flags(__doc__, rounds=3).parse_args()
    best = peak()
    report([row for encoder in SETTINGS for row in compared(encoder, args.real, args.rounds, best)], args.out)


if __name__ == "__main__":
    main()
