"""NT-Xent forward and backward against lightly's NTXentLoss, and that both say the same.

    python -m benchmarks.loss --rounds 15

Two views of 256, 1,024 and 2,048 images, 128 numbers each, temperature 0.5.
"""

import torch

from benchmarks.frame import OURS, Row, alternate, flags, report, rows
from contrastive.losses import nt_xent

AIMS = {256: 1.1, 1024: 1.3, 2048: 1.3}
WIDTH, TEMPERATURE = 128, 0.5


def compared(pairs: int, rounds: int) -> list[Row]:
    """The row of one batch size. Raises AssertionError where the two losses or their slopes differ."""
    from lightly.loss import NTXentLoss

    theirs = NTXentLoss(TEMPERATURE)
    z = torch.randn(2, pairs, WIDTH, generator=torch.Generator().manual_seed(0)).requires_grad_()

    def ours() -> torch.Tensor:
        z.grad = None
        loss = nt_xent(z, temperature=TEMPERATURE)
        loss.backward()
        return loss.detach()

    def lightly() -> torch.Tensor:
        z.grad = None
        loss = theirs(z[0], z[1])
        loss.backward()
        return loss.detach()

    values = []
    for work in (ours, lightly):
        values.append((work(), z.grad))
    torch.testing.assert_close(values[0], values[1], rtol=1e-4, atol=1e-7)
    seconds = alternate({OURS: ours, "lightly": lightly}, rounds)
    return rows(f"NT-Xent, {pairs:,} pairs", seconds, against="lightly", aim=AIMS[pairs])


def main() -> None:
    """Measure and print."""
    args = flags(__doc__, rounds=15).parse_args()
    report([row for pairs in AIMS for row in compared(pairs, args.rounds)], args.out)


if __name__ == "__main__":
    main()
