"""The verb that writes files for other programs: export."""

import argparse
from pathlib import Path

from contrastive import catalogue
from contrastive.commands.exploring import part
from contrastive.commands.progress import Answer, Progress


def export_verb(args: argparse.Namespace) -> Answer:
    """A map as a page, a table with vectors, projector files, or the encoder itself."""
    from contrastive import export, maps

    kind = export.find(args.what)
    known = catalogue.find(args.encoder)
    dataset = part(args, known)
    knobs = {n: getattr(args, n) for n in maps.KNOBS[args.method] if getattr(args, n) is not None}
    contents = export.gather(
        kind,
        known,
        dataset,
        method=args.method,
        dims=args.dims,
        seed=args.seed,
        knobs=knobs,
        progress=Progress("embedding"),
    )
    size = export.write(kind.make(contents), Path(args.out))
    document = {"what": args.what, "out": args.out, "bytes": size, **contents.about()}
    return document, f"{args.out}: {size / 2**20:.1f} MiB ({kind.title}, {known.name})"
