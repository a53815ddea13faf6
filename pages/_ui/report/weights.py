"""With and without class weights: the same probe twice, side by side, and what the weights cost and bring."""

from typing import Any

import pandas as pd
import streamlit as st

from _ui.report.reading import Reading, read
from contrastive.evaluate import Report

WEIGHTED = ("linear", "sgd")
"""Probes on vectors that can let every class weigh alike."""


def sentence(plain: Report, weighted: Report) -> str:
    """The trade of accuracy against macro-F1, from the figures alone."""
    gained, lost = weighted.macro_f1 - plain.macro_f1, weighted.accuracy - plain.accuracy
    figures = (
        f"accuracy {plain.accuracy:.3f} → {weighted.accuracy:.3f}, macro-F1 {plain.macro_f1:.3f} → "
        f"{weighted.macro_f1:.3f}"
    )
    if abs(gained) < 0.005 and abs(lost) < 0.005:
        return f"**Letting every class weigh alike changes next to nothing**: {figures}. They are balanced enough."
    low, high = plain.intervals["macro_f1"]
    if gained > 0 and lost < 0:
        said = "buys macro-F1 with accuracy"
    elif gained > 0:
        said = "helps both"
    elif lost > 0:
        said = "helps accuracy and harms macro-F1"
    else:
        said = "harms both"
    within = " That is within the 95 % interval of macro-F1." if low <= weighted.macro_f1 <= high else ""
    return f"**Letting every class weigh alike {said}**: {figures}.{within}"


def weights(reading: Reading) -> None:
    """Two columns of F1 a class, the sentence above them."""
    probe = reading.choice.probe
    with st.spinner("Reading the labels twice", show_time=True):
        plain, weighted = read(reading), read(reading, f"{probe}:sampler=weighted")
    st.markdown(sentence(plain, weighted))
    table = pd.DataFrame(
        {
            "class": plain.classes,
            "without": plain.table()["f1"],
            "with": weighted.table()["f1"],
            "change": weighted.table()["f1"] - plain.table()["f1"],
            "support": plain.table()["support"],
        }
    ).sort_values("support", kind="stable")
    bar: dict[str, Any] = {"min_value": 0.0, "max_value": 1.0, "format": "%.2f", "width": 110}
    st.dataframe(
        table,
        hide_index=True,
        alt="F1 of every class without and with class weights",
        column_config={
            "without": st.column_config.ProgressColumn("F1 without", **bar),
            "with": st.column_config.ProgressColumn("F1 with weights", **bar),
            "change": st.column_config.NumberColumn("change", format="%+.2f"),
            "support": st.column_config.NumberColumn("support", format="localized"),
        },
    )
    drawn = (
        "each epoch draws every class equally often"
        if probe == "sgd"
        else "an image counts the more the rarer its class, which is what a weighted sampler comes to"
    )
    st.caption(f"Rarest classes first. With weights, {drawn}.")
