"""Verbs about what is there: datasets, inside and doctor."""

import argparse
from pathlib import Path

from contrastive import catalogue, datasets, vectors
from contrastive.commands.progress import Answer, Progress
from contrastive.counted import counted
from contrastive.errors import UserError
from contrastive.quality import KINDS, Findings, checked
from contrastive.storage import write_bytes

FIRST_OF_A_KIND = 3


def inside_verb(args: argparse.Namespace) -> Answer:
    """List what is registered, as Markdown."""
    from dataclasses import asdict

    from contrastive import inside

    return [asdict(item) for item in inside.items()], inside.listing() if args.all else inside.overview()


def datasets_verb(args: argparse.Namespace) -> Answer:
    """List the data sets, prepare one and say what it holds, or keep vectors made elsewhere of one."""
    if not args.action:
        known = datasets.names()
        return {"datasets": known}, "\n".join(known)
    if args.action == "vectors":
        return _keep_vectors(args)
    if not args.name:
        raise UserError("Which data set should be checked?", "For example: datasets check digits.")
    dataset = datasets.load(args.name, size=args.size, progress=Progress("pictures"))
    encoder = catalogue.find(args.encoder or catalogue.default_for(dataset.name))
    findings = checked(dataset, encoder, Progress("checking"))
    if args.csv:
        write_bytes(Path(args.csv), findings.table.to_csv(index=False).encode())
    target = dataset.table[dataset.target] if dataset.target else None
    counts = {} if target is None else {c: int((target == c).sum()) for c in dataset.classes}
    splits = {name: int(n) for name, n in dataset.table["split"].value_counts().items()}
    document = {
        "name": dataset.name,
        "images": len(dataset),
        "size": dataset.size,
        "channels": dataset.channels,
        "splits": splits,
        "target": dataset.target,
        "classes": counts,
        "label_columns": dataset.label_columns,
        "unreadable": dataset.card["unreadable"],
        "fingerprint": dataset.fingerprint,
        "quality": findings.document(),
    }
    lines = [
        f"{dataset.name}: {len(dataset):,} pictures of {dataset.size} px, {dataset.channels} channels",
        "splits: " + ", ".join(f"{name} {n:,}" for name, n in splits.items()),
        "label columns: " + (", ".join(dataset.label_columns) or "none"),
        *(f"  {name:<20} {n:>7,}" for name, n in counts.items()),
        *(f"unreadable: {bad['id']}: {bad['reason']}" for bad in dataset.card["unreadable"]),
        f"fingerprint: {dataset.fingerprint}",
        *_in_words(findings),
    ]
    return document, "\n".join(lines)


def _in_words(findings: Findings) -> list[str]:
    lines = [f"quality: {counted(len(findings), 'finding')}" if len(findings) else "quality: nothing found"]
    for kind, count in findings.counts().items():
        table = findings.kind(kind).head(FIRST_OF_A_KIND)
        if count:
            lines.append(f"  {KINDS[kind].title}: {count:,}")
        for row in table.to_dict("records"):
            who = " and ".join(filter(None, [row["id"], row["other_id"]]))
            lines.append(f"    {who}{': ' if who else ''}{row['reason']}")
        if count > len(table):
            lines.append(f"    and {count - len(table):,} more; --csv FILE writes all of them")
    return [*lines, *(f"  {note}" for note in findings.notes)]


def _keep_vectors(args: argparse.Namespace) -> Answer:
    if not (args.name and args.file and args.called):
        raise UserError("Whose vectors, and under which name?", "datasets vectors digits FILE --table CSV --as NAME")
    table = vectors.read(Path(args.file), Path(args.table) if args.table else None)
    dataset = datasets.load(args.name, size=args.size, progress=Progress("pictures"))
    vectors.add(args.called, dataset, table, data=args.name)
    kept = vectors.card(args.called)
    document = {"name": args.called, **{key: value for key, value in kept.items() if key != "path"}}
    ignored = f"; {kept['ignored']:,} rows belong to no picture" if kept["ignored"] else ""
    text = f"{args.called}: {kept['rows']:,} vectors of {kept['dim']:,} numbers, {kept['matched']}{ignored}"
    return document, text


def doctor_verb(args: argparse.Namespace) -> Answer:
    """What is wrong with this installation, and what to do about it."""
    from contrastive import doctor

    findings = doctor.examine()
    return doctor.document(findings), doctor.in_words(findings)
