"""What the views of a recipe leave to be matched without any network, cue by cue, as bars and a sentence."""

import inspect
import json
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from contrastive.datasets import ImageDataset

EASY, HARD = 0.5, 0.3


def shortcut_bars(images: ImageDataset, said: str | list[dict[str, Any]], strength: float, seed: int) -> None:
    """Let every cue find the other view of a picture; `said`: the recipe of the page."""
    from contrastive.shortcuts import CUES

    found = _found(images.fingerprint, json.dumps(said), strength, seed, _images=images).sort_values("found")
    st.markdown(sentence(found))
    share = found["found"]
    figure = go.Figure(
        go.Bar(
            x=share,
            y=[f"{cue}  {value:.0%}" for cue, value in zip(found["cue"], share, strict=True)],
            orientation="h",
            error_x={"array": found["high"] - share, "arrayminus": share - found["low"], "thickness": 1},
            customdata=[inspect.getdoc(CUES[cue]) for cue in found["cue"]],
            hovertemplate="%{customdata}<extra></extra>",
            marker_color=figures.SEQUENCE[0],
        )
    )
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%", title="finds the other view of its picture")
    words = ", ".join(f"{cue} {value:.0%}" for cue, value in zip(found["cue"], share, strict=True))
    figures.show(figure, alt=f"How often each cue finds the other view: {words}", key="shortcuts", height=240)
    count = int(found["pictures"].iloc[0])
    st.caption(
        f"Two views each of {count} pictures; guessing finds one in {count}. Bars end at the mean, lines are 95 % "
        "intervals. Tones and outlines are compared place by place; colours and strokes are only counted."
    )
    st.download_button(
        "Download CSV",
        found.to_csv(index=False),
        "short-cuts.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def sentence(found: pd.DataFrame) -> str:
    """What the best cue means for who learns from these views."""
    share, cue = max(zip(found["found"], found["cue"], strict=True))
    if share >= EASY:
        return (
            f"**{cue.capitalize()} alone find the other view {share:.0%} of the time.** A network that learns from "
            f"these views need learn little more than to compare {cue}."
        )
    if share >= HARD:
        return f"**{cue.capitalize()} alone find the other view {share:.0%} of the time**, a short cut now and then."
    return (
        f"**No plain cue finds the other view more than {share:.0%} of the time.** There is something to be learned."
    )


@st.cache_data(max_entries=64, show_spinner="Drawing two views of 256 pictures")
def _found(fingerprint: str, said: str, strength: float, seed: int, *, _images: ImageDataset) -> pd.DataFrame:
    from contrastive.augment import recipe
    from contrastive.shortcuts import shortcuts

    made = recipe(json.loads(said), size=_images.size, strength=strength)
    rows = [
        {"cue": a.cue, "found": a.found, "low": a.interval[0], "high": a.interval[1], "pictures": a.pictures}
        for a in shortcuts(_images.images, made, seed=seed)
    ]
    return pd.DataFrame(rows)
