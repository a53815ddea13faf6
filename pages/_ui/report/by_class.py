"""The class table: precision, recall and F1 with its interval, bars inside the cells, in the order one likes."""

import pandas as pd
import streamlit as st

from _ui import address, sidebar
from _ui.report.reading import Reading
from contrastive.evaluate import Report, as_markdown

SMALL = 20
SORTS = {"f1": "F1", "support": "support", "name": "name"}


def order(report: Report) -> list[int]:
    """Class numbers in the chosen order, for table and matrix alike; draws the control."""
    by = address.choice("Sort classes by", SORTS, key="report-sort")
    numbers = list(range(len(report.classes)))
    if by == "name":
        return sorted(numbers, key=lambda i: _natural(report.classes[i]))
    return sorted(numbers, key=lambda i: -report.per_class[i][by])


def by_class(report: Report, ordered: list[int]) -> None:
    """The table, and a warning about classes of few pictures."""
    table = report.table().iloc[ordered]
    # What a narrow window has to cut off stands last.
    shown = table[["label", "f1"]].assign(
        interval=[f"{low:.2f} to {high:.2f}" for low, high in zip(table["f1_low"], table["f1_high"], strict=True)],
        precision=table["precision"],
        recall=table["recall"],
        support=table["support"],
    )
    columns = st.column_config
    st.dataframe(
        shown,
        hide_index=True,
        height=38 + 35 * len(table),
        alt="Precision, recall, F1 with its interval, and support of every class",
        column_config={
            "label": columns.TextColumn("class", width=140),
            "precision": columns.NumberColumn("precision", help="Of those named so, how many were.", format="%.2f"),
            "recall": columns.NumberColumn(
                "recall", help="Of those that are, how many were named so.", format="%.2f"
            ),
            "f1": columns.ProgressColumn(
                "F1",
                help="Harmonic mean of precision and recall.",
                min_value=0.0,
                max_value=1.0,
                format="%.2f",
                width=110 if sidebar.on_a_phone() else None,
            ),
            "interval": columns.TextColumn(
                "95 % of F1", help="Where F1 would lie with other pictures. A class of few can say little."
            ),
            "support": columns.NumberColumn("support", help="Pictures of the class.", format="localized"),
        },
    )
    small = table[(table["support"] > 0) & (table["support"] < SMALL)]["label"].tolist()
    if small:
        st.caption(f":material/warning: Fewer than {SMALL} pictures, so read with care: {', '.join(small)}.")
    none = table[table["support"] == 0]["label"].tolist()
    if none:
        st.caption(f":material/info: No picture of the split is of: {', '.join(none)}.")


def downloads(reading: Reading, report: Report, ordered: list[int]) -> None:
    """The table as CSV, the whole report as Markdown."""
    choice, images = reading.choice, reading.images
    name = f"report-{reading.known.name}-{images.name.partition(':')[0]}-{choice.probe}"
    title = f"{reading.known.name} on {images.name}"
    said = [f"labels: {choice.column}; split: {choice.split}; probe: {choice.probe}"]
    said += ["read after the projection head"] * choice.after_head
    table: pd.DataFrame = report.table().iloc[ordered]
    with st.container(horizontal=True):
        st.download_button(
            "Download CSV",
            lambda: table.to_csv(index=False),
            f"{name}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Download Markdown",
            lambda: as_markdown(report, title, said=said, truth=reading.truth.tolist()),
            f"{name}.md",
            "text/markdown",
            icon=":material/download:",
            on_click="ignore",
        )


def _natural(name: str) -> tuple[int, float, str]:
    """Numbers by size and before words."""
    return (0, float(name), "") if name.replace(".", "", 1).isdecimal() else (1, 0.0, name.lower())
