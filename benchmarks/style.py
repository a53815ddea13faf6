"""Time style views against painting one picture at a time, for both shipped networks, and one picture of 256 px.

    OMP_NUM_THREADS=1 python -m benchmarks.style --rounds 5

One at a time is batch 1 in float32 under inference_mode by the same network, the style picture encoded for each. In
batches: float32 with the style pictures of the batch encoded as well, and as the recipe `style` does it: bfloat16
where the processor has it, and style codes at hand. Every round times every contestant once, in turn; a ratio is the
median of the rounds' ratios. With one thread the processor time of this program is counted, which what else runs on
the machine disturbs less than the time on the clock; with several, the time on the clock.
"""

from collections.abc import Callable
from statistics import median
from typing import Any

import torch

from benchmarks.frame import OURS, Row, alternate, flags, report
from benchmarks.frame import rows as made_rows
from contrastive import datasets, style
from contrastive.style.restyling import codes_of, restyled

BATCH = 48
ONE = "one at a time"
ALONE = 8
"""Pictures that are painted one at a time in a round; more would only take longer."""
AIMS = {"batch": 2.5, "batch, bank, bfloat16": 5.0}
WHY = {
    "batch": "a picture alone keeps the processor busy, too: a batch saves calls, and no arithmetic",
    "batch, bank, bfloat16": "bfloat16 and the bank speed up the convolutions, which are half of the time; the rest "
    "are statistics, borders and sums, which read and write every map as before",
}
Work = tuple[Callable[[], Any], int]


def contestants(name: str, size: int) -> dict[str, Work]:
    """What is timed, and for how many pictures: one at a time, the batch, and the batch with a bank in bfloat16."""
    network = style.load(name)
    pictures = datasets.load("atelier", size=size).images[:BATCH].float().div(255)
    alpha, codes = torch.ones(BATCH), codes_of(network, pictures)
    order = torch.arange(BATCH).roll(1)

    def one_at_a_time() -> None:
        with torch.inference_mode():
            for i in range(ALONE):
                network(pictures[i : i + 1], pictures[i + 1 : i + 2])

    def batch() -> None:
        own = codes_of(network, pictures, fast=False)
        restyled(network, pictures, own[order], alpha, fast=False)

    def banked() -> None:
        restyled(network, pictures, codes[order], alpha)

    return {ONE: (one_at_a_time, ALONE), "batch": (batch, BATCH), "batch, bank, bfloat16": (banked, BATCH)}


def compared(name: str, size: int, rounds: int) -> list[Row]:
    """The rows of one network and size: batches, and batches with a bank in bfloat16, against one at a time."""
    works = contestants(name, size)
    spent = alternate({way: work for way, (work, _) in works.items()}, rounds)
    each = {way: [seconds / works[way][1] for seconds in times] for way, times in spent.items()}
    lines = []
    for way, aim in AIMS.items():
        seconds = {OURS: each[way], ONE: each[ONE]}
        lines += made_rows(f"{name}, {size} px, {way}: a picture", seconds, against=ONE, aim=aim, missed=WHY[way])
    return lines


def large(name: str, rounds: int) -> Row:
    """One picture of 256 px in the style of another one, in float32."""
    network = style.load(name)
    content, manner = datasets.load("atelier", size=256).images[:2].float().div(255).split(1)

    def paint() -> None:
        with torch.inference_mode():
            network(content, manner)

    seconds = alternate({OURS: paint}, rounds)[OURS]
    return Row(f"{name}, 256 px, one picture in float32", "ms", {OURS: 1000 * median(seconds)})


def main() -> None:
    """Measure and print."""
    parser = flags(__doc__, rounds=5)
    parser.add_argument("--sizes", type=int, nargs="*", default=[64, 96, 128], help="in pixels")
    args = parser.parse_args()
    found = []
    for name in style.shipped():
        found += [row for size in args.sizes for row in compared(name, size, args.rounds)]
        found.append(large(name, args.rounds))
    report(found, args.out)


if __name__ == "__main__":
    main()
