"""Time what the server does when a slider of the page Augmentations moves: draw the views, embed them, compare them.

    OMP_NUM_THREADS=2 python -m benchmarks.page_views --rounds 30

Twelve views of one picture and the picture itself through the encoder, and their nearest neighbours among the whole
data set, by the page's own functions. Every round has another strength, as a slider has. What the page keeps between
two moves (pictures, network, search index) is made before the clock starts; the browser is not in it.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.frame import machine
from contrastive import augment, catalogue, datasets
from contrastive.embed import embed
from contrastive.neighbours import Index

sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))
from _ui import views

VIEWS, BOUND = 12, 0.5


def moves(data: str, encoder: str, recipe: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each part in each round, after two rounds to warm up."""
    images, known = datasets.load(data), catalogue.find(encoder)
    network, index = known.load(images), Index(np.asarray(embed(known, images)))
    pixels = np.asarray(images.pixels[0])
    seconds: dict[str, list[float]] = {"draw": [], "embed": [], "compare": [], "all": []}
    for number in range(rounds + 2):
        began = time.perf_counter()
        strength = 0.5 + number % 20 / 20
        shown, _ = views.drawn(pixels, augment.recipe(recipe, size=images.size, strength=strength), 1, VIEWS)
        drawn = time.perf_counter()
        vectors = views.embedded(network, pixels, shown)
        embedded = time.perf_counter()
        views.sentence(views.likeness(index, vectors, 0))
        compared = time.perf_counter()
        if number >= 2:
            for name, spent in zip(
                seconds, (drawn - began, embedded - drawn, compared - embedded, compared - began), strict=True
            ):
                seconds[name].append(spent)
    return seconds


def main() -> None:
    """Read the flags, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--recipe", default="simclr")
    args = parser.parse_args()
    on = machine()
    print(f"{on['processor']}, {on['threads']} threads, torch {on['torch']}, recipe {args.recipe}\n")
    print(
        "| data set, encoder | draw, ms | embed, ms | compare, ms | together, ms | slowest, ms |\n"
        + "| --- " * 6
        + "|"
    )
    for data, encoder in (("atelier", "atelier-tiny"), ("digits", "digits-tiny")):
        seconds = moves(data, encoder, args.recipe, args.rounds)
        figures = [*(median(spent) for spent in seconds.values()), max(seconds["all"])]
        print(f"| {data}, {encoder} | {' | '.join(f'{1000 * figure:.1f}' for figure in figures)} |")
        within = sum(spent <= BOUND for spent in seconds["all"])
        print(f"{data}: {within} of {args.rounds} moves within {BOUND:g} s", file=sys.stderr)


if __name__ == "__main__":
    main()
