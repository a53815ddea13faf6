"""The list of paintings: which subject, style and palette, for which split, from which seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .palettes import PALETTES
from .styles import STYLES
from .subjects import SUBJECTS

# Class counts of the ArtDL validation set (Milani and Fraternali 2021, arXiv:2010.11697): one class is 64 %.
ARTDL_COUNTS = (1189, 118, 117, 98, 97, 90, 56, 52, 30, 14)

# Ten pictures in a row: 70 % train, 10 % val, 20 % test.
_SPLITS = ("train", "train", "test", "train", "train", "val", "train", "train", "test", "train")


@dataclass(frozen=True)
class Picture:
    """Everything that determines one painting."""

    subject: str
    style: str
    palette: str
    split: str
    seed: int

    @property
    def title(self) -> str:
        """A short title, such as "Ship at dawn, pointillism"."""
        return f"{self.subject.capitalize()} {PALETTES[self.palette].phrase}, {self.style}"


def plan(images: int = 4000, *, seed: int = 0, shares: str = "balanced") -> list[Picture]:
    """Plan `images` paintings: 70 % train, 10 % val and 20 % test, interleaved, the same for the same seed.

    shares="balanced" makes every (subject, style) cell equally frequent, within one, in every split;
    shares="artdl" gives the subjects, in the order of SUBJECTS, the class shares of the ArtDL validation set,
    from .64 down to .008, with styles balanced inside each class. Raises ValueError for other shares.
    """
    if shares not in ("balanced", "artdl"):
        raise ValueError(f'Unknown shares {shares!r}: choose "balanced" or "artdl".')
    rng = np.random.Generator(np.random.PCG64(seed))
    splits = [_SPLITS[i % len(_SPLITS)] for i in range(images)]
    contents: dict[str, list[tuple[str, str, str]]] = {}
    start = 0
    for split in ("train", "val", "test"):
        count = splits.count(split)
        cells = _balanced(count, start) if shares == "balanced" else _artdl(count, start)
        start += count
        dealt = _with_palettes(cells, rng)
        contents[split] = [dealt[i] for i in rng.permutation(count)]
    decks = {split: iter(cards) for split, cards in contents.items()}
    # Seeds are never shared, so no painting of one split is a copy or a restyling of one in another.
    return [Picture(*next(decks[split]), split, seed * 10_000_000 + i) for i, split in enumerate(splits)]


def _balanced(count: int, start: int) -> list[tuple[str, str]]:
    """`count` cells from an endless round of all cells in which subjects and styles both alternate."""
    subjects, styles = list(SUBJECTS), list(STYLES)
    cells = [(s, styles[(i + shift) % len(styles)]) for shift in range(len(styles)) for i, s in enumerate(subjects)]
    return [cells[(start + i) % len(cells)] for i in range(count)]


def _artdl(count: int, start: int) -> list[tuple[str, str]]:
    styles = list(STYLES)
    cells = []
    for place, (subject, share) in enumerate(zip(SUBJECTS, _apportioned(ARTDL_COUNTS, count), strict=True)):
        cells += [(subject, styles[(start + place + i) % len(styles)]) for i in range(share)]
    return cells


def _apportioned(weights: Sequence[int], count: int) -> list[int]:
    """Whole numbers in proportion to `weights` with sum `count` (largest remainders)."""
    exact = np.array(weights) * count / sum(weights)
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: count - whole.sum()]] += 1
    return whole.tolist()


def _with_palettes(cells: list[tuple[str, str]], rng: np.random.Generator) -> list[tuple[str, str, str]]:
    """Give each cell's pictures the palettes in turn, each cell from its own shuffled round."""
    rounds: dict[tuple[str, str], list[str]] = {}
    dealt = []
    for cell in cells:
        if not rounds.get(cell):
            rounds[cell] = [str(name) for name in rng.permutation(list(PALETTES))]
        dealt.append((*cell, rounds[cell].pop()))
    return dealt
