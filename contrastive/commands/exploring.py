"""Verbs that look through an encoder: embed, map and neighbours."""

import argparse
import io
import sys
from pathlib import Path

import numpy as np

from contrastive import catalogue, datasets, distributed
from contrastive.catalogue import Known
from contrastive.commands.progress import Answer, Progress
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.room import memory_budget
from contrastive.runs import Run
from contrastive.storage import write_bytes


def chosen(args: argparse.Namespace, known: Known) -> tuple[ImageDataset, int | None]:
    """The whole data set a verb speaks of, and its limit: as told, else as the run had it."""
    config = Run.open(known.name).config if known.kind == "run" else None
    name = args.dataset or (config.dataset if config else known.card.get("dataset", "atelier"))
    same = config is not None and args.dataset in (None, config.dataset)
    size = args.size or (config.size if same and config else None)
    limit = args.limit or (config.limit if same and config else None)
    return datasets.load(name, size=size, progress=Progress("pictures")), limit


def part(args: argparse.Namespace, known: Known) -> ImageDataset:
    """The part of the data set that was asked for, all of it by default."""
    dataset, limit = chosen(args, known)
    return dataset.subset(dataset.rows(args.split)).limit(limit) if args.split or limit else dataset


def embed_verb(args: argparse.Namespace) -> Answer:
    """Vectors of a data set, cached; optionally written to a file."""
    from contrastive.embed import embed

    known = catalogue.find(args.encoder)
    if args.devices > 1 and not distributed.started():
        _embed_together(args)
    with distributed.together():
        dataset = part(args, known)
        vectors = embed(known, dataset, progress=Progress("embedding"))
    if distributed.started():
        # How it ended is told by the process that started these.
        sys.exit(0)
    if args.out:
        buffer = io.BytesIO()
        np.save(buffer, np.asarray(vectors))
        write_bytes(Path(args.out), buffer.getvalue())
    document = {
        "encoder": known.name,
        "dataset": dataset.name,
        "images": len(vectors),
        "dim": vectors.shape[1],
    }
    return {**document, "out": args.out}, f"{len(vectors):,} vectors of {vectors.shape[1]} numbers"


def _embed_together(args: argparse.Namespace) -> None:
    """Let several processes make the vectors, each some of them, for this one to find."""
    told = {name: getattr(args, name) for name in ("dataset", "size", "limit", "split")}
    flags = [text for name, value in told.items() if value is not None for text in (f"--{name}", str(value))]
    if not distributed.start(["embed", args.encoder, *flags], args.devices):
        raise UserError("The processes did not all come to their end.", "What they did is kept; start it again.")


def map_verb(args: argparse.Namespace) -> Answer:
    """A map of a data set; coordinates on stdout as CSV, or to a file."""
    from contrastive import maps
    from contrastive.embed import embed

    known = catalogue.find(args.encoder)
    dataset = part(args, known)
    knobs = {n: getattr(args, n) for n in maps.KNOBS[args.method] if getattr(args, n) is not None}
    vectors = np.asarray(embed(known, dataset, progress=Progress("embedding")))
    made = maps.fit(vectors, args.method, dims=args.dims, seed=args.seed, **knobs)
    table = dataset.table[["id", "split", *dataset.label_columns]].copy()
    for axis, name in zip(range(args.dims), "xyz", strict=False):
        table[name] = made.points[:, axis]
    if args.out:
        write_bytes(Path(args.out), table.to_csv(index=False).encode())
    document = {"encoder": known.name, "dataset": dataset.name, "method": args.method, "knobs": made.knobs}
    document |= {"points": made.points.tolist(), "ids": table["id"].tolist()}
    return document, f"written to {args.out}" if args.out else table.to_csv(index=False)


def neighbours_verb(args: argparse.Namespace) -> Answer:
    """The k most similar pictures of a data set for every given file."""
    import torch

    from contrastive.datasets.decode import fit, open_image
    from contrastive.embed import embed, encode
    from contrastive.neighbours import Index, OnDisk

    known = catalogue.find(args.encoder)
    queries = [open_image(Path(path)) for path in args.images]
    dataset = part(args, known)
    # As the set's own pictures are kept, so that a copy of one gives its very numbers.
    pixels = np.stack([fit(image, dataset.size, channels=dataset.channels) for image in queries])
    vectors = embed(known, dataset, progress=Progress("embedding"))
    large = isinstance(vectors, np.memmap) and vectors.nbytes > memory_budget()
    # A few queries are answered sooner by reading the file once than by preparing an index of it.
    index: Index | OnDisk = OnDisk.of(vectors) if large else Index(vectors)
    scores, rows = index.search(encode(known.load(dataset), torch.from_numpy(pixels)), args.k)
    columns = ["id", *dataset.label_columns]
    found = [
        {
            "image": path,
            "neighbours": [
                {"rank": rank + 1, "score": float(score), **dataset.table[columns].iloc[int(row)].to_dict()}
                for rank, (score, row) in enumerate(zip(scores[i], rows[i], strict=True))
            ],
        }
        for i, path in enumerate(args.images)
    ]
    lines = []
    for query in found:
        lines.append(query["image"])
        for hit in query["neighbours"]:
            names = "  ".join(str(hit[column]) for column in columns)
            lines.append(f"  {hit['rank']:>3}  {hit['score']:.3f}  {names}")
    return {"encoder": known.name, "dataset": dataset.name, "queries": found}, "\n".join(lines)
