"""The verb about room on the disk: clean."""

import argparse
from dataclasses import asdict

from contrastive import housekeeping
from contrastive.commands.progress import Answer
from contrastive.errors import UserError
from contrastive.housekeeping import Item

SHOWN = 40


def clean_verb(args: argparse.Namespace) -> Answer:
    """List what takes room, largest first; or delete what is named, but nothing that is in use."""
    found = housekeeping.items()
    if not args.what:
        return {"items": [_document(item) for item in found], "bytes": sum(i.bytes for i in found)}, _listed(found)
    gone, kept = [], []
    for item in housekeeping.chosen(args.what, args.older, found):
        try:
            if not args.dry_run:
                housekeeping.delete(item)
            elif item.use:
                raise UserError(f"{item.kind}/{item.name} is in use: {item.use}.", "It would stay.")
            gone.append(item)
        except UserError as error:
            kept.append(str(error))
    did = "would be deleted" if args.dry_run else "deleted"
    text = f"{len(gone):,} {did}, {size(sum(item.bytes for item in gone))} in all"
    document = {"deleted": [_document(item) for item in gone], "kept": kept, "dry_run": args.dry_run}
    return document, "\n".join([*(f"{item.kind}/{item.name}" for item in gone), *kept, text])


def size(count: int) -> str:
    """Bytes as a person reads them."""
    for unit, factor in (("GiB", 2**30), ("MiB", 2**20)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count / 2**10:.0f} KiB"


def _document(item: Item) -> dict[str, object]:
    return {**asdict(item), "path": str(item.path)}


def _listed(found: list[Item]) -> str:
    if not found:
        return "Nothing takes room yet."
    lines = [
        f"{size(item.bytes):>10}  {item.kind}/{item.name}{f'  (stays: {item.use})' if item.use else ''}"
        for item in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        lines.append(f"{size(sum(item.bytes for item in found[SHOWN:])):>10}  {len(found) - SHOWN:,} smaller ones")
    for kind, meaning in housekeeping.KINDS.items():
        of_kind = [item for item in found if item.kind == kind]
        if of_kind:
            lines.append(f"{size(sum(i.bytes for i in of_kind)):>10}  in all {len(of_kind):,} {kind}: {meaning}")
    return "\n".join([*lines, "Delete with: python -m contrastive clean KIND/NAME, or KIND --older DAYS"])
