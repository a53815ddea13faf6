"""Verbs about what is there: datasets, inside and doctor."""

import argparse
import shutil
from pathlib import Path

from contrastive import catalogue, datasets, vectors
from contrastive.commands.progress import Answer, Progress
from contrastive.errors import UserError
from contrastive.quality import KINDS, Findings, checked
from contrastive.runs import Run
from contrastive.storage import data_dir, write_bytes, write_json

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
    lines = [f"quality: {len(findings):,} findings" if len(findings) else "quality: nothing found"]
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
    """Device, precision, packages and disk in plain words; writes a file to see that it can."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    import torch

    from contrastive.device import has_bfloat16, pick_device

    packages: dict[str, str] = {}
    for name in (
        "torch",
        "torchvision",
        "streamlit",
        "plotly",
        "scikit-learn",
        "umap-learn",
        "openTSNE",
        "pillow",
    ):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "missing"
    data_dir().mkdir(parents=True, exist_ok=True)
    write_json(data_dir() / "doctor.json", {})
    (data_dir() / "doctor.json").unlink()
    free = shutil.disk_usage(data_dir()).free / 2**30
    device = pick_device()
    name = torch.cuda.get_device_name() if device.type == "cuda" else f"{platform.machine()} processor"
    document = {
        "python": platform.python_version(),
        "device": device.type,
        "device_name": name,
        "threads": torch.get_num_threads(),
        "bfloat16": has_bfloat16(),
        "packages": packages,
        "free_gib": round(free, 1),
        "shipped_encoders": [known.name for known in catalogue.shipped()],
        "runs": len(Run.all()),
    }
    missing = [p for p, v in packages.items() if v == "missing"]
    lines = [
        f"Python {document['python']}, torch {packages['torch']}.",
        f"Training and embedding run on {'a GPU' if device.type == 'cuda' else 'the CPU'}: {name}, "
        f"{document['threads']} threads.",
        "Mixed precision: bfloat16." if document["bfloat16"] else "Mixed precision: none; everything is float32.",
        f"Missing packages: {', '.join(missing)}. Install them with: python -m pip install -r requirements.txt"
        if missing
        else "Every package is installed.",
        f"{free:.0f} GiB free for data." + (" That is little." if free < 5 else ""),
        f"Shipped encoders: {', '.join(known.name for known in catalogue.shipped()) or 'none'}. "
        f"Runs: {document['runs']}.",
    ]
    return document, "\n".join(lines)
