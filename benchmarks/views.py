"""Time the recipe `simclr` against lightly, torchvision and kornia with the same knobs.

    OMP_NUM_THREADS=1 python -m benchmarks.views --rounds 9

Every round times every contestant once, in turn: two views of each picture. Ours and kornia get the batch as it lies
in memory (uint8), torchvision one such picture after another, lightly PIL pictures that are decoded already. The
process keeps its memory, as training does, which is to everybody's good. More threads than free cores make all of
them wait for each other: on a machine with other work, measure with one. The share of a training step that views take
is measured by `benchmarks.step`.
"""

import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.frame import OURS, Row, alternate, flags, report
from benchmarks.frame import rows as made_rows
from contrastive import augment, datasets
from contrastive.device import keep_memory

VIEWS = 2
PICTURES = {32: 256, 96: 64, 224: 16}
"""Sides in pixels, and how many pictures of that side a batch has."""
LIGHTLY = (
    "of lightly's time at 32 px most is a picture's own; at {size} px it is its pixels', which Pillow keeps as bytes "
    "and we as float32, four times as much to move"
)
PAPER: dict[str, Any] = {"brightness": 0.8, "contrast": 0.8, "saturation": 0.8, "hue": 0.2}
KORNIA = "kornia, too, works on whole batches in float32"


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


def compared(size: int, rounds: int) -> list[Row]:
    """The rows of one size: ours against everybody, with lightly's and kornia's ratio."""
    images = datasets.load("atelier", size=size).images[: PICTURES[size]].contiguous()
    seconds = alternate({name: make(size, images) for name, make in CONTESTANTS.items()}, rounds)
    work, count = f"two views of {len(images)} pictures, {size} px", VIEWS * len(images)
    lines = []
    for against, aim, why in (("lightly", 8, LIGHTLY), ("kornia", 2, KORNIA)):
        lines += made_rows(work, seconds, against=against, aim=aim, count=count, missed=why.format(size=size))
        work = f"{work}, again"
    return lines


def main() -> None:
    """Measure and print."""
    parser = flags(__doc__, rounds=9)
    parser.add_argument("--sizes", type=int, nargs="*", choices=PICTURES, default=list(PICTURES), help="in pixels")
    args = parser.parse_args()
    warnings.filterwarnings("ignore", module="kornia")
    keep_memory()
    report([row for size in args.sizes for row in compared(size, args.rounds)], args.out)


if __name__ == "__main__":
    main()
