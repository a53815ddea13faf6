"""Invariance profile: which operations an encoder ignores, and which it notices.

python -m contrastive.invariance atelier-tiny untrained --dataset atelier
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrastive import catalogue, datasets
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.neighbours import unit_rows
from contrastive.storage import data_dir, digest, read_json, write_json

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

PICTURES = 200
SAME = 1e-5
"""Cosines nearer than this are a tie: rounding, or a copy of the picture elsewhere in the sample."""
FORMAT = "1"


@dataclass(frozen=True)
class Line:
    """What an encoder makes of one operation, applied to every picture of a sample with its knobs as declared.

    cosine: mean cosine of h(view) to h(picture); low, high: its 10 % and 90 % quantiles over the pictures.
    others: mean cosine of two different pictures of the sample. retrieved: share of views whose nearest original
    is their own picture. pictures: how many were looked at.
    """

    op: str
    cosine: float
    low: float
    high: float
    others: float
    retrieved: float
    pictures: int

    @property
    def score(self) -> float:
        """Mean `relative` likeness of view and picture: 1 is unmoved, 0 as far as another picture."""
        return self.relative(self.cosine)

    def relative(self, cosine: float) -> float:
        """(cosine - others) / (1 - others); NaN where the encoder gives all pictures one direction.

        1 for a view that did not move, 0 for one as far away as another picture is on average, below 0 farther still.
        """
        room = 1 - self.others
        return (cosine - self.others) / room if room > SAME else float("nan")


def lines(known: Known, dataset: ImageDataset, *, pictures: int = PICTURES, seed: int = 0) -> Iterator[Line]:
    """One line an operation of `augment.OPS`, in that order; whoever stops asking has cancelled the rest.

    Every operation is applied to all of the sample (its probability is set to 1), one view a picture at the data
    set's size. Kept on disk by encoder, data set and version of the operation; the network is loaded for the first
    line that is not. Raises UserError for vectors made elsewhere, and for fewer than 2 pictures.
    """
    import torch

    from contrastive import augment
    from contrastive.embed import encode

    if min(pictures, len(dataset)) < 2:
        raise UserError("An invariance profile needs at least two pictures.", "Choose a larger data set.")
    rows = np.sort(np.random.default_rng(seed).permutation(len(dataset))[:pictures])
    folder = data_dir() / "cache" / "invariance" / f"{known.hash(dataset)[:16]}-{dataset.fingerprint[:16]}"
    network: Encoder | None = None
    for name in augment.OPS:
        recipe = augment.recipe([{"op": name, "probability": 1.0}], size=dataset.size).among(dataset.images)
        place = folder / f"{name}-{digest(FORMAT, version(name), repr((rows.tolist(), seed)))[:16]}.json"
        if place.is_file():
            yield Line(**read_json(place))
            continue
        if network is None:
            network = known.load(dataset)
            sample = torch.from_numpy(np.ascontiguousarray(dataset.pixels[rows]))
            originals = unit_rows(encode(network, sample))
        views = recipe(sample, torch.Generator().manual_seed(seed))
        line = compare(name, originals, unit_rows(encode(network, views)))
        write_json(place, asdict(line))
        yield line


def profile(
    known: Known,
    dataset: ImageDataset,
    *,
    pictures: int = PICTURES,
    seed: int = 0,
    progress: Callable[[int, int], object] | None = None,
) -> list[Line]:
    """All `lines`; `progress(done, total)` counts operations, and what it raises ends the work."""
    from contrastive.augment import OPS

    found = []
    for line in lines(known, dataset, pictures=pictures, seed=seed):
        found.append(line)
        if progress:
            progress(len(found), len(OPS))
    return found


def compare(op: str, originals: np.ndarray, views: np.ndarray) -> Line:
    """The line of directions (n, d) of n pictures and (n, d) of one view of each, unit rows."""
    n = len(originals)
    table = views @ originals.T  # (n, n)
    own = table.diagonal().clip(-1, 1)
    # All ordered pairs of different pictures at once: |sum of directions|^2 holds them and each with itself.
    whole = originals.sum(0, dtype=np.float64)
    others = (whole @ whole - (originals.astype(np.float64) ** 2).sum()) / (n * (n - 1))
    low, high = np.quantile(own, [0.1, 0.9])
    nearest = own >= table.max(1) - SAME
    return Line(
        op,
        cosine=float(own.mean(dtype=np.float64)),
        low=float(low),
        high=float(high),
        others=float(others),
        retrieved=float(nearest.mean()),
        pictures=n,
    )


def version(op: str) -> str:
    """Changes whenever the code of an operation or its declared knobs could have changed."""
    import inspect

    from contrastive.augment import OPS

    return digest(op, inspect.getsource(sys.modules[OPS[op].__module__]))


def table(profiles: dict[str, list[Line]]) -> str:
    """Profiles by encoder as Markdown: score and share retrieved, sorted as the first encoder ignores them."""
    first = next(iter(profiles.values()))
    rows = [
        ["operation", *(f"`{name}` {what}" for name in profiles for what in ("score", "p10 - p90", "own picture"))],
        ["---"] * (1 + 3 * len(profiles)),
    ]
    for place in sorted(range(len(first)), key=lambda i: -first[i].score):
        cells = [first[place].op]
        for found in profiles.values():
            line = found[place]
            spread = f"{line.relative(line.low):.2f} - {line.relative(line.high):.2f}"
            cells += [f"{line.score:.3f}", spread, f"{line.retrieved:.1%}"]
        rows.append(cells)
    others = ", ".join(f"{name} {found[0].others:.3f}" for name, found in profiles.items())
    return "\n".join(
        [*(f"| {' | '.join(row)} |" for row in rows), "", f"Cosine of two different pictures: {others}."]
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Read the flags, measure, print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m contrastive.invariance", description=__doc__)
    parser.add_argument("encoder", nargs="+", help="id of a run, or name of a shipped encoder, pixels or untrained")
    parser.add_argument("--dataset", default="atelier", help="NAME or NAME:PATH")
    parser.add_argument("--pictures", type=int, default=PICTURES, help="size of the sample")
    parser.add_argument("--seed", type=int, default=0, help="of the sample and the draws")
    args = parser.parse_args(argv)
    from contrastive.commands.progress import Progress

    try:
        dataset = datasets.load(args.dataset, progress=Progress("pictures"))
        found = {
            name: profile(
                catalogue.find(name), dataset, pictures=args.pictures, seed=args.seed, progress=Progress(name)
            )
            for name in args.encoder
        }
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{dataset.name}, {found[args.encoder[0]][0].pictures} pictures, seed {args.seed}\n\n{table(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
