"""The verb `study`: list the studies, carry one out, print ours beside theirs."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from contrastive import studies
from contrastive.commands.progress import Answer
from contrastive.commands.training import asked_to_stop, shown
from contrastive.errors import UserError
from contrastive.storage import write_bytes
from contrastive.studies import job
from contrastive.studies.sheet import sheet
from contrastive.studies.side_by_side import environments, side_by_side
from contrastive.studies.tables import frame, markdown, page


def study_verb(args: argparse.Namespace) -> Answer:
    """Carry out what is left of a study; --table only shows what is there."""
    if not args.name:
        known = {name: studies.load(name).question for name in studies.names()}
        return known, "\n".join(f"{name:<24} {question}" for name, question in known.items())
    study = studies.load(args.name)
    choice = studies.Choice(
        only=dict(_pair(text, "--only", "loss=triplet") for text in args.only),
        seeds=args.seeds,
        dataset=args.dataset,
        epochs=args.epochs,
        limit=args.limit,
        size=args.size,
        stand_in=dict(_pair(text, "--map", "cifar10=folder:PATH") for text in args.map),
    )
    if not args.table:
        places = environments(args.devices) if args.devices != 1 else []
        with asked_to_stop() as asked, job.working(study.name) as tell:
            if places:
                stages = side_by_side(study, choice, places, should_stop=asked)
            else:
                stages = studies.carry_out(study, choice, should_stop=asked, watch=shown)
            for stage in stages:
                tell(stage)
                if not stage.done:
                    levels = ", ".join(f"{f} {level}" for f, level in stage.cell.levels.items())
                    print(f"{stage.number} of {stage.total}: {levels}, seed {stage.cell.seed}", file=sys.stderr)
            if asked():
                raise KeyboardInterrupt
    rows = studies.results(study, choice)
    if args.out:
        _write(Path(args.out), study, rows)
    document = {
        "study": study.name,
        "question": study.question,
        "measures": study.measures,
        "rows": [
            {
                "levels": row.levels,
                "runs": row.runs,
                "values": row.values,
                "mean": {m: row.mean(m) for m in study.measures},
                "half_width": {m: row.half_width(m) for m in study.measures},
                "published": row.published,
                "words": {m: row.words(m) for m in study.measures},
                "training_seconds": row.seconds,
            }
            for row in rows
        ],
    }
    return document, markdown(study, rows)


def _pair(text: str, flag: str, example: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key or not value:
        raise UserError(f"{flag} {text!r} cannot be read.", f"Write it as {flag} {example!r}.")
    return key.strip(), value.strip()


def _write(path: Path, study: studies.Study, rows: list[studies.Row]) -> None:
    """The table as .csv, .md or .html; maps and confusion matrices as .png."""
    kinds: dict[str, Callable[[], str | bytes]] = {
        ".csv": lambda: frame(study, rows).to_csv(index=False),
        ".md": lambda: markdown(study, rows) + "\n",
        ".html": lambda: page(study, rows),
        ".png": lambda: sheet(study, rows),
    }
    if path.suffix not in kinds:
        raise UserError(f"The results cannot be written as {path.name}.", f"End it in {', '.join(kinds)}.")
    content = kinds[path.suffix]()
    write_bytes(path, content if isinstance(content, bytes) else content.encode())
