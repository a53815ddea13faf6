"""A report as Markdown: one page to paste into a notebook, an issue or a thesis."""

from __future__ import annotations

from collections.abc import Sequence

from contrastive.evaluate.mistakes import confused_pairs
from contrastive.evaluate.reliability import reliability
from contrastive.evaluate.report import Report

PAIRS = 10


def as_markdown(report: Report, title: str, *, said: Sequence[str] = (), truth: Sequence[int] = ()) -> str:
    """The report under a heading; `said` are lines about where it comes from.

    truth: (m,) class numbers of the images of the report, -1 = unlabelled; with them, the calibration is told.
    """
    low, high = report.intervals["accuracy"]
    low_f1, high_f1 = report.intervals["macro_f1"]
    lines = [f"# {title}", "", report.sentence(), ""]
    lines += [f"- {line}" for line in [*said, report.note] if line]
    lines += [
        f"- {report.n_test:,} images read, {report.n_train:,} learned from",
        "",
        "| figure | value | 95 % interval |",
        "|---|---|---|",
        f"| accuracy | {report.accuracy:.3f} | {low:.3f} to {high:.3f} |",
        f"| macro-F1 | {report.macro_f1:.3f} | {low_f1:.3f} to {high_f1:.3f} |",
        f"| weighted F1 | {report.weighted_f1:.3f} | |",
        f"| balanced accuracy | {report.balanced_accuracy:.3f} | |",
        f"| always '{_cell(report.majority_class)}' | {report.majority_baseline:.3f} | |",
        *(f"| among the {k} best | {share:.3f} | |" for k, share in report.top_k.items()),
    ]
    if report.confidence and len(truth):
        pairs = list(zip(truth, report.predictions, report.confidence, strict=True))
        found = reliability(
            [sure for t, _, sure in pairs if t >= 0], [t == answer for t, answer, _ in pairs if t >= 0]
        )
        lines.append(f"| expected calibration error, {found.bins} bins | {found.ece:.3f} | |")
    lines += ["", "| class | precision | recall | F1 | 95 % of F1 | support |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {_cell(row['label'])} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} "
        f"| {row['f1_low']:.3f} to {row['f1_high']:.3f} | {row['support']} |"
        for row in report.per_class
    ]
    if wrong := confused_pairs(report)[:PAIRS]:
        lines += ["", "| is | taken for | images |", "|---|---|---|"]
        names = [_cell(name) for name in report.classes]
        lines += [f"| {names[true]} | {names[answer]} | {count} |" for count, true, answer in wrong]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
