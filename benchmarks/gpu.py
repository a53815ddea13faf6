"""A SimCLR step on a GPU: images a second, with and without torch.compile, as a share of what the chip can do.

    python -m benchmarks.gpu --rounds 5

ResNet-18 (3x3 stem) at 32 px and ResNet-50 at 224 px, bfloat16, channels last, the views made on the GPU from random
pictures that lie in memory. The share is that of the operations torch counts in a step over those of a large matrix
product in the same number format. From ResNet-18 follow the minutes that 100 epochs of CIFAR-10 take. Where there is
no GPU it says so and measures nothing; --smallest takes tiny steps on whatever there is, to see that it runs.
"""

import time
from collections.abc import Callable
from statistics import median

import torch

from benchmarks.frame import OURS, Row, flags, report
from contrastive import augment
from contrastive.device import autocast, pick_device, pick_precision
from contrastive.encoders import build, build_head
from contrastive.losses import nt_xent

SETTINGS = {"resnet18": (32, 512), "resnet50": (224, 256)}
SMALLEST = {"resnet18": (16, 4)}
CIFAR, EPOCHS = 50_000, 100
NONE = "There is no GPU here, so that nothing was measured on one."


def seconds_of(work: Callable[[], object], rounds: int) -> float:
    """Median seconds of `work`, waited for; two rounds warm up, in which what has to be compiled is."""
    spent = []
    for number in range(rounds + 2):
        began = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        if number > 1:
            spent.append(time.perf_counter() - began)
    return median(spent)


def peak(side: int, rounds: int) -> float:
    """Operations a second of a product of two matrices of `side` rows and columns."""
    a, b = torch.rand(2, side, side, device=pick_device(), dtype=pick_precision("auto"))
    return 2 * side**3 / seconds_of(lambda: a @ b, rounds)


def step(name: str, size: int, batch: int, compiled: bool) -> Callable[[], None]:
    """The step that `train` takes with SimCLR: views, network, loss, and the way back."""
    device, precision = pick_device(), pick_precision("auto")
    encoder = build(name, channels=3, size=size)
    model = torch.nn.Sequential(encoder, build_head("mlp", encoder.dim, width=512, out=128))
    model = model.to(device, memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    network = torch.compile(model) if compiled else model
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03, momentum=0.9)
    images = torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8, device=device)
    recipe, generator = augment.recipe("simclr", size=size).on(device), torch.Generator().manual_seed(0)

    def once() -> None:
        both = torch.cat([recipe(images, generator) for _ in range(2)])
        with autocast(device, precision):
            z = network(both.contiguous(memory_format=torch.channels_last))
        optimizer.zero_grad(set_to_none=True)
        nt_xent(z.float().unflatten(0, (2, batch))).backward()
        optimizer.step()

    return once


def compared(name: str, size: int, batch: int, best: float, rounds: int, ways: tuple[bool, ...]) -> list[Row]:
    """The rows of one network: as it is written, and compiled."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counted:
        step(name, size, batch, compiled=False)()
    found = []
    for compiled in ways:
        seconds = seconds_of(step(name, size, batch, compiled), rounds)
        share = counted.get_total_flops() / seconds / best
        note = f"{100 * share:.0f} % of the measured peak of {best / 1e12:,.3g} TFLOP/s"
        if name == "resnet18":
            note += f"; {EPOCHS} epochs of CIFAR-10: {EPOCHS * CIFAR * seconds / batch / 60:,.3g} minutes"
        work = f"SimCLR step, {name}, {size} px, batch {batch:,}{', compiled' * compiled}"
        found.append(Row(work, "images/s", {OURS: batch / seconds}, note=note))
    return found


def main() -> None:
    """Measure and print."""
    parser = flags(__doc__, rounds=5)
    parser.add_argument("--smallest", action="store_true", help="tiny steps, not compiled, also without a GPU")
    args = parser.parse_args()
    if not torch.cuda.is_available() and not args.smallest:
        report([Row("SimCLR step on a GPU", "images/s", {}, note=NONE)], args.out)
        return
    settings, ways = (SMALLEST, (False,)) if args.smallest else (SETTINGS, (False, True))
    best = peak(64 if args.smallest else 8192, args.rounds)
    report([row for name, one in settings.items() for row in compared(name, *one, best, args.rounds, ways)], args.out)


if __name__ == "__main__":
    main()
