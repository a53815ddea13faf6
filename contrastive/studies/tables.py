"""The results of a study as a data frame, as Markdown and as an HTML page."""

import html
from typing import TYPE_CHECKING, Any

from contrastive.studies.results import Row
from contrastive.studies.study import Study

if TYPE_CHECKING:
    import pandas

STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:70em;margin:3em auto;padding:0 1em}"
    "table{border-collapse:collapse}"
    "td,th{padding:.3em .8em;text-align:right;border-bottom:1px solid #ddd;font-variant-numeric:tabular-nums}"
)


def frame(study: Study, rows: list[Row]) -> "pandas.DataFrame":
    """One line a row of the results, numbers unrounded: for CSV and for tables on a page."""
    import pandas

    lines: list[dict[str, Any]] = []
    main = next(iter(study.measures))
    for row in rows:
        line: dict[str, Any] = {**row.levels, "seeds": len(row.runs)}
        for measure in study.measures:
            line[measure], line[f"{measure} +-"] = row.mean(measure), row.half_width(measure)
            if measure in row.published:
                line[f"{measure} published"] = row.published[measure]
        line["difference"] = row.words(main) or None
        line["minutes"] = row.seconds / 60 if row.runs else None
        lines.append(line)
    return pandas.DataFrame(lines).dropna(axis="columns", how="all")


def markdown(study: Study, rows: list[Row]) -> str:
    """The same as a Markdown table: ours with its interval, the published figure in brackets."""
    main = next(iter(study.measures))
    compared = any(row.published for row in rows)
    head = [*study.factors, "seeds", *study.measures.values(), *["against the published figure"] * compared]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        figures = [_cell(row, measure) for measure in study.measures]
        seeds = f"{len(row.runs)} of {row.wanted}"
        said = [row.words(main)] * compared
        lines.append("| " + " | ".join([*row.levels.values(), seeds, *figures, *said]) + " |")
    return "\n".join(lines)


def _cell(row: Row, measure: str) -> str:
    ours, half = row.mean(measure), row.half_width(measure)
    said = "" if ours is None else f"{ours:.3f}"
    said += "" if half is None else f" +- {half:.3f}"
    return said + (f" ({row.published[measure]:.3f})" if measure in row.published else "")


def page(study: Study, rows: list[Row]) -> str:
    """The table as an HTML page that stands on its own."""
    table = frame(study, rows).to_html(index=False, border=0, float_format=lambda v: f"{v:.3f}", na_rep="")
    said = [f"<h1>{html.escape(study.title)}</h1>", f"<p><em>{html.escape(study.question)}</em></p>", table]
    said += [f"<p>{html.escape(text)}</p>" for text in (study.source, study.note) if text]
    head = f'<meta charset="utf-8"><title>{html.escape(study.title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(said)}</body></html>\n'
