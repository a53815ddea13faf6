"""The verb that reads labels from the vectors of encoders: report."""

import argparse
import sys
from typing import Any

import numpy as np

from contrastive import catalogue
from contrastive.commands.exploring import chosen
from contrastive.commands.progress import Answer, Progress
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError

COLUMNS = (
    ("accuracy", "accuracy"),
    ("balanced", "balanced_accuracy"),
    ("macro-F1", "macro_f1"),
    ("weighted", "weighted_f1"),
    ("majority", "majority_baseline"),
)


def report_verb(args: argparse.Namespace) -> Answer:
    """One report an encoder and probe; several are put side by side on the data of the first."""
    from contrastive.evaluate import Probe, examine
    from contrastive.health import answer_signs, verdict

    probes = [Probe.read(said) for said in args.probe.split(",")]
    dataset, limit = chosen(args, catalogue.find(args.encoder[0]))
    split = args.split or ("test" if len(dataset.rows("test")) else "val")
    train, validation, test = (dataset.subset(dataset.rows(name)).limit(limit) for name in ("train", "val", split))
    if not len(test):
        raise UserError(f"{dataset.name} has no pictures in its split {split}.", "Choose another --split.")
    if args.labels_per_class:
        return _curves(args, probes, train, test, split)
    reports: list[dict[str, Any]] = []
    for name in args.encoder:
        signs = _health(name, test, after_head=args.after_head)
        for probe in probes:
            report = examine(
                name,
                probe,
                train,
                test,
                validation=validation,
                column=args.label,
                after_head=args.after_head,
                progress=Progress(f"{probe} on {name}"),
            )
            answers = answer_signs(np.array(report.predictions), test.codes(args.label), len(report.classes))
            found = {**signs, **answers}
            reports.append(
                {
                    "encoder": name,
                    "dataset": dataset.name,
                    "split": split,
                    "after_head": args.after_head,
                    **report.as_dict(),
                    "options": probe.options,
                    "health": found,
                    "verdict": verdict(found, report.classes),
                }
            )
            said = [report.sentence(), report.note, reports[-1]["verdict"]]
            print(f"{name}, {probe}: {' '.join(filter(None, said))}", file=sys.stderr)
    texts = [str(probe) for _ in args.encoder for probe in probes]
    width = max(map(len, ["probe", *texts]))
    head = "".join(f" {title:>8}" for title, _ in COLUMNS)
    lines = [f"{'encoder':<20} {'probe':<{width}}{head} {'top-3':>6} {'95 % of accuracy':>17}"]
    for r, text in zip(reports, texts, strict=True):
        numbers = "".join(f" {r[key]:>8.3f}" for _, key in COLUMNS)
        top = f"{r['top_k']['3']:.3f}" if "3" in r["top_k"] else "-"
        interval = "{:.3f} to {:.3f}".format(*r["intervals"]["accuracy"])
        lines.append(f"{r['encoder']:<20} {text:<{width}}{numbers} {top:>6} {interval:>17}")
    if len(reports) == 1:
        lines += [
            "",
            *(
                f"{c['label']:<20} precision {c['precision']:.3f}  recall {c['recall']:.3f}  f1 {c['f1']:.3f} "
                f"({c['f1_low']:.3f} to {c['f1_high']:.3f})  support {c['support']}"
                for c in reports[0]["per_class"]
            ),
        ]
        return reports[0], "\n".join(lines)
    return {"reports": reports}, "\n".join(lines)


def _health(name: str, test: ImageDataset, *, after_head: bool) -> dict[str, float]:
    """Signs of the vectors of at most 500 pictures."""
    from contrastive.evaluate import vectors_of
    from contrastive.health import health

    vectors = vectors_of(name, test, after_head=after_head, progress=Progress(f"embedding with {name}"))
    return health(vectors[:: max(1, len(vectors) // 500)])


def _curves(
    args: argparse.Namespace, probes: list[Any], train: ImageDataset, test: ImageDataset, split: str
) -> Answer:
    """A low-label curve an encoder and probe."""
    from contrastive.evaluate import low_label, vectors_of

    try:
        per_class = [int(k) for k in args.labels_per_class.split(",")]
    except ValueError as error:
        raise UserError(
            f"{args.labels_per_class!r} are not numbers of pictures.", "Write --labels-per-class 1,5,10."
        ) from error
    classes = test.classes_of.get(args.label or test.target, [])
    curves = []
    lines = [
        f"{'encoder':<20} {'probe':<20} {'a class':>8} {'images':>8} {'accuracy':>8} {'95 %':>16} {'macro-F1':>8}"
    ]
    for name in args.encoder:
        a, b = (
            vectors_of(name, part, after_head=args.after_head, progress=Progress(f"embedding with {name}"))
            for part in (train, test)
        )
        for probe in probes:
            rows = low_label(
                a,
                train.codes(args.label),
                b,
                test.codes(args.label),
                classes,
                per_class=per_class,
                draws=args.draws,
                probe=probe,
                progress=Progress(f"{probe} on {name}"),
            )
            curves.append({"encoder": name, "dataset": test.name, "split": split, "probe": str(probe), "rows": rows})
            lines += [
                f"{name:<20} {probe!s:<20} {r['per_class']:>8} {r['images']:>8} {r['accuracy']:>8.3f} "
                # One choice of pictures has no interval.
                + (f"{r['low']:>7.3f} to {r['high']:.3f}" if r["draws"] > 1 else f"{'-':>16}")
                + f" {r['macro_f1']:>8.3f}"
                for r in rows
            ]
    return {"curves": curves}, "\n".join(lines)
