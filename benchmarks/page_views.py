"""Time what the server does when a slider of the page Augmentations moves: draw the views, embed them, compare them.

    OMP_NUM_THREADS=1 python -m benchmarks.page_views --rounds 30

Twelve views of one picture and the picture itself through the encoder, and their nearest neighbours among the whole
data set, by the page's own functions. Every round has another strength, as a slider has. What the page keeps between
two moves (pictures, network, search index) is made before the clock starts; the browser is not in it.
"""

import sys
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.frame import OURS, Row, clock, flags, report
from contrastive import augment, catalogue, datasets
from contrastive.embed import embed
from contrastive.neighbours import Index

sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))
from _ui import views

VIEWS, BOUND = 12, 500


def moves(data: str, encoder: str, recipe: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each part in each round, after two rounds to warm up."""
    images, known = datasets.load(data), catalogue.find(encoder)
    network, index = known.load(images), Index(np.asarray(embed(known, images)))
    pixels = np.asarray(images.pixels[0])
    now = clock()
    seconds: dict[str, list[float]] = {"draw": [], "embed": [], "compare": [], "all": []}
    for number in range(rounds + 2):
        began = now()
        strength = 0.5 + number % 20 / 20
        shown, _ = views.drawn(pixels, augment.recipe(recipe, size=images.size, strength=strength), 1, VIEWS)
        drawn = now()
        vectors = views.embedded(network, pixels, shown)
        embedded = now()
        views.sentence(views.likeness(index, vectors, 0))
        compared = now()
        if number >= 2:
            for name, spent in zip(
                seconds, (drawn - began, embedded - drawn, compared - embedded, compared - began), strict=True
            ):
                seconds[name].append(spent)
    return seconds


def main() -> None:
    """Read the flags, measure, print."""
    parser = flags(__doc__, rounds=30)
    parser.add_argument("--recipe", default="simclr")
    args = parser.parse_args()
    found = []
    for data, encoder in (("atelier", "atelier-tiny"), ("digits", "digits-tiny")):
        seconds = moves(data, encoder, args.recipe, args.rounds)
        parts = ", ".join(f"{name} {1000 * median(seconds[name]):.1f}" for name in ("draw", "embed", "compare"))
        note = f"{parts}; slowest of {args.rounds}: {1000 * max(seconds['all']):.1f}"
        work = f"twelve views of a picture of {data} through `{encoder}`, recipe {args.recipe}"
        found.append(Row(work, "ms", {OURS: 1000 * median(seconds["all"])}, most=BOUND, note=note))
    report(found, args.out)


if __name__ == "__main__":
    main()
