"""Embedding a whole data set against a DataLoader with batches of 256 and against one picture after another.

    python -m benchmarks.embedding --real DATA --rounds 3

Two shipped encoders on the pictures they were made for; --real adds CIFAR-10 by `art-small`. The peers run the same
network in float32 under inference_mode as it comes, channels first. Beside the speed: the lowest cosine of our
vectors to theirs, and of the ten nearest of every picture the share that stays (overlap@10). bfloat16 is measured as
well and not used by `embed`: of what it would gain and cost there is a row of its own.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch

from benchmarks.frame import OURS, Row, alternate, flags, report, shown
from contrastive import catalogue, datasets
from contrastive.device import has_bfloat16
from contrastive.embed import _folded, encode, suit
from contrastive.neighbours import Index

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

ALONE = 64
"""Pictures that go one by one in a round."""


def in_batches(encoder: "Encoder", images: torch.Tensor) -> np.ndarray:
    """As one writes it: a DataLoader of 256, float32."""
    from torch.utils.data import DataLoader

    with torch.inference_mode():
        return torch.cat([encoder(suit(batch, encoder)) for batch in DataLoader(images, 256)]).numpy()  # type: ignore[arg-type]


def one_by_one(encoder: "Encoder", images: torch.Tensor) -> None:
    """Every picture alone."""
    with torch.inference_mode():
        for image in images[:ALONE]:
            encoder(suit(image[None], encoder))


def in_bfloat16(encoder: "Encoder", images: torch.Tensor) -> np.ndarray:
    """Ours with folded batch-norm under bfloat16."""
    folded = _folded(encoder).to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        return encode(folded, images)


def overlap(first: np.ndarray, second: np.ndarray, k: int = 10) -> float:
    """Mean share of a picture's k nearest by one encoder that are so by the other."""
    near = [Index(v).search(v, k, exclude=np.arange(len(v)))[1] for v in (first, second)]
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(*near, strict=True)]))


def compared(name: str, data: str, most: int, rounds: int) -> list[Row]:
    """The rows of one encoder on one data set."""
    dataset = datasets.load(data)
    known, images = catalogue.find(name), dataset.images[:most].contiguous()
    encoder = known.load(dataset).eval()
    made: dict[str, np.ndarray] = {}

    def keeping(who: str, work: Callable[[], np.ndarray]) -> Callable[[], None]:
        def run() -> None:
            made[who] = work()

        return run

    contestants = {
        OURS: keeping(OURS, lambda: encode(encoder, images)),
        "DataLoader of 256": keeping("peer", lambda: in_batches(encoder, images)),
        "one by one": lambda: one_by_one(encoder, images),
    }
    if has_bfloat16() and not torch.cuda.is_available():
        contestants["bfloat16"] = keeping("bfloat16", lambda: in_bfloat16(encoder, images))
    seconds = alternate(contestants, rounds)
    counts = dict.fromkeys(seconds, len(images)) | {"one by one": min(ALONE, len(images))}
    rate = {who: counts[who] / np.median(times) for who, times in seconds.items()}
    work = f"embedding, {name} ({encoder.name}), {encoder.size} px, {len(images):,} pictures"
    lines = []
    fast = "bfloat16" in contestants
    note = "in float32: bfloat16, which the aim counts on, would change the neighbours" if fast else ""
    for peer, aim in (("DataLoader of 256", 2.5 if fast else 1.3), ("one by one", 5 if fast else None)):
        figures = {who: float(rate[who]) for who in (OURS, peer)}
        lines.append(Row(work, "images/s", figures, peer, figures[OURS] / figures[peer], aim, note=note))
    for who in (OURS, "bfloat16"):
        if who in made:
            a, b = made[who], made["peer"]
            cosine = float(((a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)).min())
            kept = overlap(a, b)
            note = f"overlap@10 {kept:.4f}, lowest cosine {cosine:.6f}"
            if who != OURS:
                peers = ("DataLoader of 256", "one by one")
                faster = " and ".join(f"{rate[who] / rate[peer]:.2f} x {peer}" for peer in peers)
                note = f"not used; it would be {shown(float(rate[who]))} images/s, {faster}, {note}"
            lines.append(
                Row(f"{work}: {'as float32' if who == OURS else who}", "overlap@10", {OURS: kept}, note=note)
            )
    return lines


def main() -> None:
    """Measure and print."""
    parser = flags(__doc__, rounds=3)
    parser.add_argument("--most", type=int, default=2_000, help="pictures of a set")
    args = parser.parse_args()
    pairs = [("digits-tiny", "digits"), ("atelier-tiny", "atelier")]
    if args.real:
        pairs.append(("art-small", f"folder:{args.real / 'cifar10-jpg.zip'}"))
    report([row for name, data in pairs for row in compared(name, data, args.most, args.rounds)], args.out)


if __name__ == "__main__":
    main()
