"""The verb that says what views leave to be matched: shortcuts."""

import argparse
import json
from dataclasses import asdict

from contrastive import datasets
from contrastive.commands.progress import Answer, Progress


def shortcuts_verb(args: argparse.Namespace) -> Answer:
    """How often plain cues find the other view of a picture, for each kind of views."""
    from contrastive.augment import recipe
    from contrastive.shortcuts import chance, shortcuts, table

    dataset = datasets.load(args.dataset, size=args.size, progress=Progress("pictures"))
    found = {}
    for views in args.views:
        name = views if isinstance(views, str) else json.dumps(views)
        made = recipe(views, size=dataset.size)
        found[name] = shortcuts(dataset.images, made, pictures=args.pictures, seed=args.seed)
    document = {name: [asdict(answer) for answer in answers] for name, answers in found.items()}
    first = next(iter(found.values()))
    text = f"{first[0].pictures} pictures of {dataset.name}, {dataset.size} px; chance {chance(first):.3f}\n\n"
    return document, text + table(found)
