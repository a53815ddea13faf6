"""Embedding a whole data set against a DataLoader with batches of 256 and against one picture after another.

    python -m benchmarks.embedding --real DATA --rounds 3

The three shipped encoders, with --real on MNIST and on paintings; without it two of them on the bundled
sets, which are so small that `embed` stays with float32. The peers run the same network in float32 under
inference_mode as it comes, channels first. Beside the speed: what bfloat16 has to do with it, the lowest cosine of
our vectors to the peer's, and of the ten nearest of every picture the share that stays (overlap@10).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch

from benchmarks.frame import OURS, Row, alternate, flags, report
from contrastive import catalogue, datasets
from contrastive.device import has_bfloat16
from contrastive.embed import encode, suit
from contrastive.neighbours import Index
from contrastive.quick import MANY

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

LOADER, ALONE, FULL = "DataLoader of 256", "one by one", "float32"
FEW = 64
"""Pictures that go one by one in a round."""
KEPT = 0.99
WHY = {
    LOADER: "pictures so small suit the cache in batches of 256, too; to prove the quick copy takes two batches more",
    ALONE: "a picture of this size keeps the processor busy alone, too",
}


def in_batches(encoder: "Encoder", images: torch.Tensor) -> np.ndarray:
    """As one writes it: a DataLoader of 256, float32."""
    from torch.utils.data import DataLoader

    with torch.inference_mode():
        return torch.cat([encoder(suit(batch, encoder)) for batch in DataLoader(images, 256)]).numpy()  # type: ignore[arg-type]


def one_by_one(encoder: "Encoder", images: torch.Tensor) -> None:
    """Every picture alone."""
    with torch.inference_mode():
        for image in images[:FEW]:
            encoder(suit(image[None], encoder))


def overlap(first: np.ndarray, second: np.ndarray, k: int = 10) -> float:
    """Mean share of a picture's k nearest by one encoder that are so by the other."""
    near = [Index(v).search(v, k, exclude=np.arange(len(v)))[1] for v in (first, second)]
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(*near, strict=True)]))


def compared(name: str, data: str, most: int, rounds: int) -> list[Row]:
    """The rows of one encoder on one data set."""
    dataset = datasets.load(data)
    known, images = catalogue.find(name), dataset.images
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    images = images[order[:most]].contiguous()
    encoder = known.load(dataset).eval()
    made: dict[str, np.ndarray] = {}

    def keeping(who: str, work: Callable[[], np.ndarray]) -> Callable[[], None]:
        def run() -> None:
            made[who] = work()

        return run

    contestants = {
        OURS: keeping(OURS, lambda: encode(encoder, images)),
        LOADER: keeping(LOADER, lambda: in_batches(encoder, images)),
        ALONE: lambda: one_by_one(encoder, images),
        FULL: lambda: encode(encoder, images, of=1),
    }
    seconds = alternate(contestants, rounds)
    each = {
        who: np.array(times) / (min(FEW, most) if who == ALONE else len(images)) for who, times in seconds.items()
    }
    times = {who: float(np.median(each[who] / each[OURS])) for who in each}
    work = f"embedding, {name} ({encoder.name}), {encoder.size} px, {len(images):,} pictures"
    fast = has_bfloat16() and len(images) >= MANY
    lines = []
    for peer, aim in ((LOADER, 2.5 if fast else 1.3), (ALONE, 5 if fast else None)):
        figures = {who: float(1 / np.median(each[who])) for who in (OURS, peer)}
        note = f"{times[peer] / times[FULL]:.2f} by what is done in float32 already, {times[FULL]:.2f} by bfloat16"
        lines.append(Row(work, "images/s", figures, peer, times[peer], aim, note=note if fast else "in float32",
                         missed=WHY[peer]))  # fmt: skip
    a, b = made[OURS], made[LOADER]
    cosine = float(((a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)).min())
    figures = {OURS: overlap(a, b)}
    lines.append(Row(f"{work}: as float32", "overlap@10", figures, least=KEPT, note=f"lowest cosine {cosine:.6f}"))
    return lines


def main() -> None:
    """Measure and print."""
    parser = flags(__doc__, rounds=3)
    parser.add_argument("--most", type=int, default=2_000, help="pictures of a set")
    args = parser.parse_args()
    pairs = [("digits-tiny", "digits"), ("atelier-tiny", "atelier")]
    if args.real:
        paintings = f"folder:{args.real / 'paintings.zip'}"
        pairs = [
            ("digits-tiny", f"mnist:{args.real / 'MNIST'}"),
            ("atelier-tiny", paintings),
            ("art-small", paintings),
        ]
    report([row for name, data in pairs for row in compared(name, data, args.most, args.rounds)], args.out)


if __name__ == "__main__":
    main()
