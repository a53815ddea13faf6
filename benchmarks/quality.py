"""Plant known faults into real pictures and measure which of them the quality check finds.

    python -m benchmarks.quality paintings.zip pets-3-breeds.zip --seed 0
    python -m benchmarks.quality pets-3-breeds.zip --weights mobilenet_v2-imagenet.pth

Every set is copied into a zip of its own in a temporary place, with copies, altered copies and wrong labels planted
at random; the original is only read. The copies lie half in the split of their original and half in the other.
"""

import argparse
import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from contrastive import catalogue, datasets
from contrastive.datasets import ImageDataset
from contrastive.quality import Findings, check

EACH = 50
CONFLICTS = 10
FLIPPED = 0.05


@dataclass
class Planted:
    """What was planted: pairs (original id, copy id) of every kind, and ids whose label is wrong."""

    pairs: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    leaks: list[tuple[str, str]] = field(default_factory=list)
    conflicts: list[tuple[str, str]] = field(default_factory=list)
    flipped: list[str] = field(default_factory=list)


def plant(dataset: ImageDataset, target: Path, seed: int) -> Planted:
    """Write the pictures of `dataset` with planted faults as a zip of SPLIT/CLASS/NAME at `target`."""
    rng = np.random.default_rng(seed)
    classes, codes = dataset.classes, dataset.codes()
    order = rng.permutation(len(dataset))
    kinds = ["exact", *ALTERED]
    chosen = {kind: order[i * EACH : (i + 1) * EACH] for i, kind in enumerate(kinds)}
    rest = order[len(kinds) * EACH :]
    wrong = set(rest[: round(FLIPPED * len(dataset))].tolist())
    planted = Planted({kind: [] for kind in kinds})
    splits = dataset.table["split"].tolist()

    with zipfile.ZipFile(target, "w") as archive:

        def put(split: str, code: int, name: str, content: bytes) -> str:
            place = f"{split}/{classes[code]}/{name}"
            archive.writestr(place, content)
            return place

        places = []
        for row, identity in enumerate(dataset.table["id"]):
            code = int(codes[row])
            if row in wrong:
                code = _another(code, len(classes), rng)
            name = PurePosixPath(identity)
            places.append(put(splits[row], code, f"{name.parent.name}-{name.stem}.png", _png(dataset.open(row))))
        planted.flipped = [places[row] for row in sorted(wrong)]

        for kind in kinds:
            for number, row in enumerate(chosen[kind].tolist()):
                picture = dataset.open(row)
                content = _png(picture) if kind == "exact" else ALTERED[kind](picture, rng)
                leaks = number % 2 == 1
                split = ("train" if splits[row] == "test" else "test") if leaks else splits[row]
                code = int(codes[row])
                contradicts = kind == "exact" and number < CONFLICTS
                if contradicts:
                    code = _another(code, len(classes), rng)
                stem = PurePosixPath(dataset.table["id"].iloc[row]).stem
                pair = (places[row], put(split, code, f"{stem}-{kind}.{'jpg' if 'JPEG' in kind else 'png'}", content))
                planted.pairs[kind].append(pair)
                if leaks:
                    planted.leaks.append(pair)
                if contradicts:
                    planted.conflicts.append(pair)
    return planted


def _another(code: int, count: int, rng: np.random.Generator) -> int:
    return int((code + rng.integers(1, count)) % count)


def _png(picture: Image.Image) -> bytes:
    return _coded(picture, "PNG", compress_level=1)


def _coded(picture: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _smaller_and_back(picture: Image.Image, rng: np.random.Generator) -> bytes:
    small = picture.resize((round(picture.width * 0.6), round(picture.height * 0.6)), Image.Resampling.BICUBIC)
    return _png(small.resize(picture.size, Image.Resampling.BICUBIC))


def _cropped(picture: Image.Image, rng: np.random.Generator) -> bytes:
    width, height = round(picture.width * 0.95), round(picture.height * 0.95)
    left, top = rng.integers(picture.width - width + 1), rng.integers(picture.height - height + 1)
    return _png(picture.crop((left, top, left + width, top + height)))


ALTERED: dict[str, Callable[[Image.Image, np.random.Generator], bytes]] = {
    "JPEG 90": lambda picture, rng: _coded(picture, "JPEG", quality=90),
    "60 % and back": _smaller_and_back,
    "crop of 5 %": _cropped,
    "brightness +10 %": lambda picture, rng: _png(ImageEnhance.Brightness(picture).enhance(1.1)),
    "mirrored": lambda picture, rng: _png(ImageOps.mirror(picture)),
}


def measured(found: Findings, before: Findings, planted: Planted) -> list[tuple[str, int, int, str]]:
    """A line a kind: what, how many were planted, how many of these were found, and how right what is listed is."""
    source = {copy: original for pairs in planted.pairs.values() for original, copy in pairs}

    def right(kind: str) -> tuple[set[str], int, int]:
        """Planted copies that are named; findings that name one beside its own original; all findings."""
        table = found.kind(kind)
        named = [
            {a, b} & source.keys()
            for a, b in zip(table["id"], table["other_id"], strict=True)
            if source.get(a, a) == source.get(b, b)
        ]
        return set().union(*named), len(named), len(table)

    lines = []
    for kind, pairs in (("exact", planted.pairs["exact"]), ("conflict", planted.conflicts), ("leak", planted.leaks)):
        named, correct, listed = right(kind)
        hit = sum(copy in named for _, copy in pairs)
        lines.append((kind, len(pairs), hit, _share(correct, listed, len(before.kind(kind)))))
    named, correct, listed = right("near")
    for kind in ALTERED:
        hit = sum(copy in named for _, copy in planted.pairs[kind])
        lines.append((f"near: {kind}", len(planted.pairs[kind]), hit, ""))
    lines.append(("near: all", EACH * len(ALTERED), len(named), _share(correct, listed, len(before.kind("near")))))
    suspects, wrong = set(found.kind("label")["id"]), set(planted.flipped)
    mislabelled = wrong | {copy for _, copy in planted.conflicts}
    correct = len(suspects & mislabelled)
    lines.append(
        ("label", len(wrong), len(suspects & wrong), _share(correct, len(suspects), len(before.kind("label"))))
    )
    return lines


def _share(correct: int, listed: int, before: int) -> str:
    share = f"{correct / listed:.3f}" if listed else "-"
    return f"{share} ({correct} of {listed}) | {before}"


def main() -> None:
    """Print one table a data set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", help="a zip or folder of class folders, or the name of a data set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weights", type=Path, help="look through mobilenet_v2 with these weights")
    args = parser.parse_args()
    for said in args.sets:
        name = f"folder:{said}" if Path(said).exists() else said
        dataset = datasets.load(name)
        with tempfile.TemporaryDirectory() as scratch:
            target = Path(scratch) / "planted.zip"
            planted = plant(dataset, target, args.seed)
            faulty = datasets.load(f"folder:{target}")
            before, found = (check(d, vectors=_vectors(d, args.weights)) for d in (dataset, faulty))
        through = args.weights.name if args.weights else catalogue.default_for(faulty.name)
        print(
            f"\n{dataset.name}, {len(dataset):,} pictures, seed {args.seed}, encoder {through}. {found.notes[-1]}\n"
        )
        print("| fault | planted | found | recall | precision | listed before planting |")
        print("|---|---|---|---|---|---|")
        for kind, count, hit, precision in measured(found, before, planted):
            print(f"| {kind} | {count} | {hit} | {hit / count:.3f} | {precision or ' | '} |")


def _vectors(dataset: ImageDataset, weights: Path | None) -> np.ndarray | None:
    if weights is None:
        return None
    from contrastive import encoders
    from contrastive.embed import embed

    return embed(encoders.build("mobilenet_v2", size=dataset.size, pretrained=weights).eval(), dataset)


if __name__ == "__main__":
    main()
