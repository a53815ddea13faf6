"""Ours beside the published figures: a chart, a table, and both to take away."""

import streamlit as st

from _ui.studies.chart import chart
from contrastive.studies import Row, Study
from contrastive.studies.sheet import sheet
from contrastive.studies.tables import frame, markdown, page


def table(study: Study, rows: list[Row]) -> None:
    """The figures of a study as far as it has come."""
    main, heading = next(iter(study.measures.items()))
    figures_of = frame(study, rows)
    if any(row.runs or main in row.published for row in rows):
        chart(study, rows, main, heading)
        if said := in_words(rows, main):
            st.markdown(said)
    else:
        st.info("No run of this study is done yet.", icon=":material/hourglass_empty:")
    named = {f"{m}{end}": f"{h}{end}" for m, h in study.measures.items() for end in ("", " +-", " published")}
    shown_table = figures_of.rename(columns=named)
    measured = {c: shown_table[c].astype(float) for c in named.values() if c in shown_table}
    shown_table = shown_table.assign(**measured)
    numbers = {
        c: st.column_config.NumberColumn(format="%.1f" if c == "minutes" else "%.3f")
        for c in shown_table.select_dtypes("float").columns
    }
    st.dataframe(
        shown_table,
        hide_index=True,
        column_config=numbers,
        placeholder="",
        alt=f"Figures of the study {study.title}",
    )
    with st.container(horizontal=True):
        download = [
            ("CSV", figures_of.to_csv(index=False), "csv", "text/csv"),
            ("Markdown", markdown(study, rows) + "\n", "md", "text/markdown"),
            ("Page", page(study, rows), "html", "text/html"),
        ]
        for label, content, ending, kind in download:
            st.download_button(label, content, f"{study.name}.{ending}", kind, icon=":material/download:")
        if any(row.runs for row in rows):
            # Drawn only when asked for: a map a cell takes some seconds.
            st.download_button(
                "Maps and confusions",
                lambda: sheet(study, rows),
                f"{study.name}.png",
                "image/png",
                icon=":material/download:",
                on_click="ignore",
                help="A t-SNE map and a confusion matrix of each of the first twelve rows. Takes some seconds.",
            )


def in_words(rows: list[Row], measure: str) -> str:
    """Which cells agree with their published figures and which do not; empty where none can be compared."""
    found: dict[str, list[str]] = {"no different from": [], "above": [], "below": []}
    for row in rows:
        ours, theirs, half = row.mean(measure), row.published.get(measure), row.half_width(measure) or 0.0
        if ours is None or theirs is None:
            continue
        side = "no different from" if abs(ours - theirs) <= half else "above" if ours > theirs else "below"
        # One seed has no interval, so its difference is a figure and no finding.
        seeds = ", from one seed" if row.half_width(measure) is None else ""
        found[side].append(f"*{', '.join(row.levels.values())}* (by {abs(ours - theirs):.3f}{seeds})")
    compared = sum(map(len, found.values()))
    if not compared:
        return ""
    alike = found.pop("no different from")
    said = f"{len(alike)} of {compared} cells are no different from the published figure"
    return "; ".join([said, *(f"{side} it: {', '.join(cells)}" for side, cells in found.items() if cells)]) + "."
