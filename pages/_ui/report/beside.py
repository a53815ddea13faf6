"""The same pictures and probe through other encoders: what was learned is what goes beyond the baselines."""

import pandas as pd
import streamlit as st

from _ui import loading, sidebar
from _ui.report.reading import Reading, look, read
from contrastive.evaluate import Report


def beside(reading: Reading, report: Report) -> None:
    """A table with a line for each encoder that is picked."""
    known, choice = reading.known, reading.choice
    chosen = st.pills(
        "Compare with",
        [name for name in sidebar.encoder_names(st.session_state["data"]) if name != known.name],
        selection_mode="multi",
        key="report-beside",
    )
    lines = [_line(f"{known.name}, after the head" if choice.after_head else known.name, report)]
    plain = type(choice)(choice.column, choice.probe, choice.split, after_head=False)
    for name in chosen:
        lines.append(_line(name, read(look(reading.images, loading.known(name), plain))))
    st.dataframe(
        pd.DataFrame(lines),
        hide_index=True,
        alt="Accuracy and macro-F1 of each encoder",
        column_config={n: st.column_config.NumberColumn(format="%.3f") for n in ("accuracy", "macro-F1")},
    )


def _line(name: str, report: Report) -> dict[str, object]:
    return {
        "encoder": name,
        "accuracy": report.accuracy,
        "macro-F1": report.macro_f1,
        "95 % of accuracy": "{:.3f} to {:.3f}".format(*report.intervals["accuracy"]),
    }
