"""The verb `study`: list the studies, carry one out, print ours beside theirs."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from contrastive import studies
from contrastive.commands.progress import Answer
from contrastive.commands.training import asked_to_stop, shown
from contrastive.counted import duration
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
    if args.out:
        # Before the hours of work that the table is made of.
        _check_ending(Path(args.out))
    choice = studies.Choice(
        only=_once(args.only, "--only", "loss=triplet"),
        seeds=args.seeds,
        dataset=args.dataset,
        epochs=args.epochs,
        limit=args.limit,
        size=args.size,
        stand_in=_once(args.map, "--map", "cifar10=folder:PATH", studies.data_sets(study)),
        settings=_once(args.set, "--set", "encoder=resnet18"),
    )
    if not args.table:
        places = environments(args.devices) if args.devices != 1 else []
        with asked_to_stop() as asked, job.working(study.name) as tell:
            if places:
                stages = side_by_side(study, choice, places, should_stop=asked)
            else:
                stages = studies.carry_out(study, choice, should_stop=asked, watch=shown)
            for stage in stages:
                left = None if places else studies.seconds_left(study, choice)
                tell(stage, left)
                if not stage.done:
                    levels = ", ".join(f"{f} {level}" for f, level in stage.cell.levels.items())
                    ahead = f"; all that is left: about {duration(left)}" if left else ""
                    said = f"{stage.number} of {stage.total}: {levels}, seed {stage.cell.seed}{ahead}"
                    print(said, file=sys.stderr)
            if asked():
                raise KeyboardInterrupt
            _check_something_came_out(study, choice)
    rows = studies.results(study, choice)
    if args.out:
        content = WRITERS[Path(args.out).suffix](study, rows)
        write_bytes(Path(args.out), content if isinstance(content, bytes) else content.encode())
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


def _check_something_came_out(study: studies.Study, choice: studies.Choice) -> None:
    """Say what failed; raises UserError where nothing is there to be shown."""
    failed, total = studies.failures(study, choice), len(studies.cells(study, choice))
    if sum(map(len, failed.values())) == total:
        raise UserError(f"Every cell of {study.name} failed.", next(iter(failed)))
    for reason, cells in failed.items():
        print(f"{len(cells)} of {total} cells failed: {reason}", file=sys.stderr)


def _once(texts: list[str], flag: str, example: str, known: Sequence[str] = ()) -> dict[str, str]:
    """What KEY=VALUE said of each key; UserError for what cannot be read, and for a key that is told twice.

    A key holds no = unless it is `known`, as the name of a data set with options is.
    """
    said: dict[str, str] = {}
    for text in texts:
        whole = next((name for name in known if text.startswith(f"{name}=")), "")
        key, equals, value = (whole, "=", text[len(whole) + 1 :]) if whole else text.partition("=")
        key, value = key.strip(), value.strip()
        if not equals or not key or not value:
            raise UserError(f"{flag} {text!r} cannot be read.", f"Write it as {flag} {example!r}.")
        if key in said:
            raise UserError(f"{flag} tells {key} twice.", "Carry the study out once for each of them.")
        said[key] = value
    return said


def _check_ending(path: Path) -> None:
    if path.suffix not in WRITERS:
        raise UserError(f"The results cannot be written as {path.name}.", f"End it in {', '.join(WRITERS)}.")


WRITERS: dict[str, Callable[[studies.Study, list[studies.Row]], str | bytes]] = {
    ".csv": lambda study, rows: frame(study, rows).to_csv(index=False),
    ".md": lambda study, rows: markdown(study, rows) + "\n",
    ".html": page,
    ".png": sheet,
}
"""What `--out` writes, by the ending of the file: the table, or maps and confusion matrices."""
