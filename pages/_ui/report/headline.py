"""The report in one sentence, four figures, and what the answers say about the probe's health."""

import inspect

import numpy as np
import streamlit as st

from _ui.report.reading import Reading, signs_of
from contrastive.evaluate import Report
from contrastive.health import answer_signs, health, in_figures, verdict

TOP = {3: "three", 5: "five"}


def headline(reading: Reading, report: Report) -> None:
    """Sentence, figures with their intervals, health, and the probe's own remark."""
    st.markdown(f"#### {report.sentence()}")
    low, high = report.intervals["accuracy"]
    low_f1, high_f1 = report.intervals["macro_f1"]
    with st.grid(4, min_column_width=140):
        cells = [st.container() for _ in range(4)]
    cells[0].metric("Accuracy", f"{report.accuracy:.3f}", help="Share of pictures that were named rightly.")
    best = [f"{share:.3f} among the {word} best" for k, word in TOP.items() if (share := report.top_k.get(k))]
    cells[0].caption("; ".join([f"95 % between {low:.3f} and {high:.3f}", *best]))
    cells[1].metric(
        "Macro-F1", f"{report.macro_f1:.3f}", help="F1 averaged over classes: small ones count as much as large ones."
    )
    cells[1].caption(f"95 % between {low_f1:.3f} and {high_f1:.3f}; weighted by size {report.weighted_f1:.3f}")
    cells[2].metric(
        "Majority baseline",
        f"{report.majority_baseline:.3f}",
        help="What always giving the most frequent answer would reach.",
    )
    cells[2].caption(f"always *{report.majority_class}*")
    cells[3].metric("Balanced accuracy", f"{report.balanced_accuracy:.3f}", help="Recall averaged over classes.")
    cells[3].caption(f"{report.n_test:,} pictures read, {report.n_train:,} learned from")
    answers = answer_signs(np.array(report.predictions), reading.truth, len(report.classes))
    signs = signs_of(reading.name, reading.vectors[reading.rows]) | answers
    st.markdown(verdict(signs, report.classes))
    st.caption(in_figures(signs), help=f"{inspect.getdoc(health)}\n\n{inspect.getdoc(answer_signs)}")
    if report.note:
        st.caption(f":material/info: {report.note}")
