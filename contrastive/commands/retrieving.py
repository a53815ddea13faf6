"""The verb that asks how often neighbours are of a kind: precision."""

import argparse
from dataclasses import asdict
from typing import Any

import numpy as np

from contrastive import catalogue
from contrastive.commands.exploring import chosen
from contrastive.commands.progress import Answer, Progress
from contrastive.errors import UserError


def precision_verb(args: argparse.Namespace) -> Answer:
    """Precision at k of several encoders on one data set, by each of its label columns."""
    from contrastive.embed import embed
    from contrastive.precision import precision

    dataset, _ = chosen(args, catalogue.find(args.encoder[0]))
    columns = args.label or dataset.label_columns
    queries = dataset.rows(args.split or ("test" if len(dataset.rows("test")) else "all"))
    for condition in args.where:
        column, _, value = condition.partition("=")
        if value not in dataset.classes_of.get(column, ()):
            raise UserError(
                f"{condition!r} chooses nothing.",
                f"Write COLUMN=CLASS with a column of {', '.join(dataset.label_columns) or 'none'}.",
            )
        queries = queries[dataset.codes(column)[queries] == dataset.classes_of[column].index(value)]
    everything = np.arange(len(dataset))
    found: list[dict[str, Any]] = []
    for name in args.encoder:
        vectors = np.asarray(embed(name, dataset, progress=Progress(f"embedding by {name}")))
        for column in columns:
            among = queries if args.held_out else everything
            answer = precision(vectors, dataset.codes(column), k=args.k, queries=queries, candidates=among)
            found.append({"encoder": name, "label": column, **asdict(answer)})
    lines = [f"precision@{args.k} of {len(queries):,} queries among {found[0]['candidates']:,} pictures"]
    lines += [
        f"{row['encoder']:<20} {row['label']:<12} {row['mean']:.3f}  95 % {row['interval'][0]:.3f} to "
        f"{row['interval'][1]:.3f}  chance {row['chance']:.3f}"
        for row in found
    ]
    return {"dataset": dataset.name, "results": found}, "\n".join(lines)
