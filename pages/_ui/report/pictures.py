"""The pictures behind a figure: each beside the most similar one that was named rightly."""

import numpy as np
import streamlit as st

from _ui import sidebar
from _ui.pairs import Side, pairs
from _ui.report.confusion import Cell, cells
from _ui.report.reading import Reading
from contrastive.evaluate import Report, confident_errors, nearest_right

SHOWN = 24
SUSPECTS = 12


def pick_cell(reading: Reading, report: Report, clicked: Cell | None) -> Cell | None:
    """A picker of cells, turned by a click on the matrix; returns the chosen one."""
    words = cells(report)
    key = f"report-cell {reading.name} {report.probe}"
    if clicked is not None:
        if clicked in words:
            st.session_state[key] = clicked
        else:
            st.caption(f"No {report.classes[clicked[0]]} was taken for {report.classes[clicked[1]]}.")
    return st.selectbox("Which pictures", list(words), key=key, format_func=lambda c: words.get(c, ""))


def of_cell(reading: Reading, report: Report, cell: Cell) -> None:
    """The pictures of a cell, each beside one that was named rightly."""
    i, j = cell
    here = np.flatnonzero((reading.truth == i) & (np.array(report.predictions) == j))
    if report.confidence:
        here = here[np.argsort(-np.array(report.confidence)[here], kind="stable")]
    order = "Surest first; the number is the probe's confidence. " if report.confidence else ""
    st.caption(
        f"{order}Beside each: the most similar picture that was named rightly, with its cosine. "
        + (f"The first {SHOWN} of {len(here):,}. " if len(here) > SHOWN else "")
        + "A click shows a picture's neighbours."
    )
    captions = [f"→ {report.classes[j]}" if i != j else report.classes[i]] * SHOWN
    _wall(reading, report, here[:SHOWN], captions, key="report-cell-wall")


def suspects(reading: Reading, report: Report) -> None:
    """The wrong answers of which the probe is surest: where the label may be the mistake."""
    wrong = confident_errors(report, reading.truth)
    if not len(wrong):
        st.caption("This probe tells no confidence." if not report.confidence else "No answer is wrong.")
        return
    few = wrong[:SUSPECTS]
    sure = np.array(report.confidence)[few]
    st.caption(
        f"Wrong answers the probe is surest of, {sure[-1]:.2f} and above: either it has learned the wrong thing, or "
        "the label is mistaken. Label → answer, and its confidence; beside it, the most similar picture that was "
        "named rightly."
    )
    answers = np.array(report.predictions)[few]
    truth = reading.truth[few]
    captions = [f"{report.classes[t]} → {report.classes[a]}" for t, a in zip(truth, answers, strict=True)]
    _wall(reading, report, few, captions, key="report-suspects-wall")


def _wall(reading: Reading, report: Report, positions: np.ndarray, captions: list[str], *, key: str) -> None:
    right = np.array(report.predictions) == reading.truth
    found, scores = nearest_right(np.asarray(reading.vectors[reading.rows]), right, positions)
    shown: list[tuple[Side, Side | None]] = []
    for position, caption, near, score in zip(positions, captions, found, scores, strict=False):
        sure = f"{report.confidence[position]:.2f}" if report.confidence else ""
        beside = None
        if near >= 0:
            beside = Side(int(reading.rows[near]), report.classes[reading.truth[near]], f"{score:.2f}")
        shown.append((Side(int(reading.rows[position]), caption, sure), beside))
    clicked = pairs(reading.images, shown, key=key)
    if clicked is not None:
        st.session_state["neighbours-row"] = clicked
        sidebar.go("neighbours.py")
