"""One anchor and its negatives: on whom the push falls, as the temperature turns."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

from ._subject import current, place, recipe_for, tile, title, view_vectors

PICTURES, SHOWN = 32, 5
LOW, HIGH = 0.05, 1.0


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """The nearest negatives of an anchor as pictures, and all of them as bars."""
    import torch

    from contrastive.microscope import Knobs, look, nearest_share, share

    now = st.slider(
        "Temperature", 0.02, 1.5, 0.5, 0.01, key=f"{key}-temperature", help="Low: the nearest count most.", width=320
    )
    row = current(images)
    where = f"{place(images, known)} {row}"
    rows, pixels, vectors = view_vectors(where, recipe_for(images), 1.0, 1, PICTURES, images, known)
    z, labels = torch.from_numpy(vectors), torch.from_numpy(images.codes()[rows])
    seen = {t: look("nt_xent", z, labels, Knobs(temperature=t)) for t in (now, LOW, HIGH)}

    mine = seen[now]
    others = np.flatnonzero(mine.negatives[0])
    order = others[np.argsort(-mine.measure[0, others], kind="stable")]  # nearest first
    shares = mine.push[0, order] / mine.push[0, order].sum()
    flat = pixels.reshape(-1, *pixels.shape[2:])
    with st.grid(SHOWN + 1, min_column_width=110, gap="small"):
        tile(flat[0], "The anchor", f"The anchor: a view of {title(images, row)}")
        for column, portion in zip(order[:SHOWN], shares, strict=False):
            said = f"alike {mine.measure[0, column]:.2f}, {portion:.0%} of the push"
            tile(flat[column], said, f"{title(images, rows[column % len(rows)])}: {said}")
    figure = go.Figure(
        go.Bar(
            x=np.arange(1, len(order) + 1),
            y=shares,
            marker={"color": figures.SEQUENCE[0]},
            customdata=mine.measure[0, order],
            hovertemplate="%{x}. nearest, alike %{customdata:.2f}: %{y:.1%} of the push<extra></extra>",
        )
    )
    figure.add_hline(y=1 / len(order), line={"color": "#8a8276", "width": 1, "dash": "dot"})
    figure.update_xaxes(title="negatives of this anchor, the most alike first", showgrid=False)
    figure.update_yaxes(
        tickformat=".0%" if shares[0] > 0.08 else ".1%", rangemode="tozero", title="share of the push", nticks=5
    )
    figures.show(
        figure,
        key=f"{key}-bars",
        height=250,
        alt=f"Share of the push on each of {len(order)} negatives; the nearest gets {shares[0]:.0%}",
    )
    st.markdown(
        f"**At temperature {now:g} the most alike of {len(order)} negatives gets {shares[0]:.0%} of the push**; "
        f"spread evenly (the dotted line) each would get {1 / len(order):.1%}."
    )
    (low, even), (high, _) = nearest_share(seen[LOW]), nearest_share(seen[HIGH])
    false = [f"{share(seen[t], seen[t].false_negatives):.0%}" for t in (LOW, HIGH)]
    return {
        "low": f"{LOW:g}",
        "high": f"{HIGH:g}",
        "near_low": f"{low:.0%}",
        "near_high": f"{high:.0%}",
        "even": f"{even:.0%}",
        "false": f"at temperature {LOW:g} they carry {false[0]} of the push, at {HIGH:g} {false[1]}"
        if (labels >= 0).any()
        else "this data set has no labels, so nobody can count them",
    }
