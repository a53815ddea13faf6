"""Time the recipe `simclr` against lightly, torchvision and kornia with the same knobs, and against a training step.

    OMP_NUM_THREADS=1 python -m benchmarks.views --rounds 15 --out views.json

Every round times every contestant once, in turn: two views of each picture. Ours and kornia get the batch as it lies
in memory (uint8), torchvision one such picture after another, lightly PIL pictures that are decoded already. A ratio
is the median of the rounds' ratios, so that what else the machine does falls on both sides. More threads than free
cores make all of them wait for each other: on a machine with other work, measure with one.
"""

import argparse
import json
import platform
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from contrastive import augment, datasets
from contrastive.config import TrainConfig
from contrastive.device import autocast, has_bfloat16, pick_device
from contrastive.train import build_method, build_optimizer

OURS, VIEWS = "ours", 2
PICTURES = {32: 256, 96: 64, 224: 16}
"""Sides in pixels, and how many pictures of that side a batch has."""
PAPER: dict[str, Any] = {"brightness": 0.8, "contrast": 0.8, "saturation": 0.8, "hue": 0.2}


def lightly(size: int, images: Tensor) -> Callable[[], Any]:
    """lightly's SimCLRTransform: PIL, one picture after another."""
    from lightly.transforms import SimCLRTransform
    from torchvision.transforms.functional import to_pil_image

    transform = SimCLRTransform(input_size=size, normalize=None)
    pictures = [to_pil_image(image) for image in images]
    return lambda: [transform(picture) for picture in pictures]


def torchvision(size: int, images: Tensor) -> Callable[[], Any]:
    """torchvision's v2 transforms on tensors, one picture after another."""
    from torchvision.transforms import v2

    kernel = augment.OPS["blur"]().kernel_size(size)  # type: ignore[attr-defined]
    view = v2.Compose(
        [
            v2.RandomResizedCrop(size, antialias=True),
            v2.RandomHorizontalFlip(),
            v2.RandomApply([v2.ColorJitter(**PAPER)], 0.8),
            v2.RandomGrayscale(0.2),
            v2.RandomApply([v2.GaussianBlur(kernel, (0.1, 2.0))], 0.5),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )
    return lambda: [view(image) for _ in range(VIEWS) for image in images]


def kornia(size: int, images: Tensor) -> Callable[[], Any]:
    """kornia's modules on the whole batch; cropping by resampling, the faster of its two ways."""
    import kornia.augmentation as k

    kernel = augment.OPS["blur"]().kernel_size(size)  # type: ignore[attr-defined]
    view = nn.Sequential(
        k.RandomResizedCrop((size, size), cropping_mode="resample"),
        k.RandomHorizontalFlip(),
        k.ColorJitter(**PAPER, p=0.8),
        k.RandomGrayscale(p=0.2),
        k.RandomGaussianBlur((kernel, kernel), (0.1, 2.0), p=0.5),
    )
    return lambda: [view(images.float() / 255) for _ in range(VIEWS)]


def ours(size: int, images: Tensor) -> Callable[[], Any]:
    """The recipe `simclr` on the whole batch."""
    view, generator = augment.recipe("simclr", size=size), torch.Generator().manual_seed(0)
    return lambda: [view(images, generator) for _ in range(VIEWS)]


CONTESTANTS = {OURS: ours, "lightly": lightly, "torchvision v2": torchvision, "kornia": kornia}


def alternate(contestants: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every contestant in every round, after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, work in contestants.items():
            started = time.perf_counter()
            work()
            if number:
                seconds[name].append(time.perf_counter() - started)
    return seconds


def views_row(size: int, rounds: int) -> list[dict[str, Any]]:
    """Images a second of every contestant at `size` pixels, and how many times as fast ours is."""
    images = datasets.load("atelier", size=size).images[: PICTURES[size]].contiguous()
    seconds = alternate({name: make(size, images) for name, make in CONTESTANTS.items()}, rounds)
    return [
        {
            "size": size,
            "pictures": len(images),
            "name": name,
            "images_per_s": round(VIEWS * len(images) / median(times), 1),
            "ours_is_faster": round(median(t / o for t, o in zip(times, seconds[OURS], strict=True)), 2),
        }
        for name, times in seconds.items()
    ]


def step_row(dataset: str, size: int, batch: int, rounds: int) -> dict[str, Any]:
    """The share of a training step of `tiny` that making its views takes."""
    config = TrainConfig(dataset=dataset, size=size, encoder="tiny", batch_size=batch, views="simclr")
    whole = datasets.load(dataset, size=size)
    device, images = pick_device(), whole.images[:batch].contiguous()
    precision = torch.bfloat16 if has_bfloat16() else torch.float32
    method = build_method(config, whole).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = build_optimizer(config, method.train())
    recipe, generator = augment.recipe("simclr", size=size), torch.Generator().manual_seed(0)
    made = torch.empty(0)

    def views() -> None:
        nonlocal made
        made = torch.stack([recipe(images, generator) for _ in range(VIEWS)])

    def step() -> None:
        with autocast(device, precision):
            loss, _ = method(made.to(device), torch.zeros(len(images), dtype=torch.long, device=device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    seconds = alternate({"views": views, "step": step}, rounds)
    share = median(v / (v + s) for v, s in zip(seconds["views"], seconds["step"], strict=True))
    return {
        "dataset": dataset,
        "size": size,
        "batch": len(images),
        "precision": str(precision).removeprefix("torch."),
        "images_per_s": round(len(images) / median(map(sum, zip(*seconds.values(), strict=True))), 1),
        "share": round(share, 4),
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Rows of the same keys as a Markdown table."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(map(str, row.values())) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def processor() -> str:
    """The processor's name where the system tells it, else its kind."""
    told = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def main() -> None:
    """Read the flags, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="rounds of every row, a fifth for steps")
    parser.add_argument("--sizes", type=int, nargs="*", choices=PICTURES, default=list(PICTURES), help="in pixels")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON, too")
    args = parser.parse_args()
    warnings.filterwarnings("ignore", module="kornia")
    machine = {
        "processor": processor(),
        "cores": torch.multiprocessing.cpu_count(),
        "threads": torch.get_num_threads(),
        "bfloat16": has_bfloat16(),
        "torch": torch.__version__,
        "rounds": args.rounds,
    }
    print(", ".join(f"{name} {value}" for name, value in machine.items()), flush=True)
    views = []
    for size in args.sizes:
        views += (rows := views_row(size, args.rounds))
        print(table(rows), flush=True)
    # A step is long beside its views, and needs fewer rounds.
    steps = [step_row(*row, -(-args.rounds // 5)) for row in (("atelier", 32, 256), ("digits", 28, 1024))]
    print(table(steps))
    if args.out:
        args.out.write_text(json.dumps({"machine": machine, "views": views, "steps": steps}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
