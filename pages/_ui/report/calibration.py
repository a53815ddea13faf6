"""The reliability curve: how often the probe is right when it says how sure it is."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from _ui.report.reading import Reading
from contrastive.evaluate import Report, reliability

CLOSE = 0.02


def calibration(reading: Reading, report: Report) -> None:
    """Accuracy over confidence with 95 % intervals, the diagonal of a probe that knows itself, and it in words."""
    if not report.confidence:
        st.caption("k-means names clusters; it tells no confidence.")
        return
    counted = reading.truth >= 0
    right = (np.array(report.predictions) == reading.truth)[counted]
    found = reliability(np.array(report.confidence)[counted], right)
    if abs(found.gap) < CLOSE:
        said = f"Its confidence can be believed: {found.gap:+.2f} beyond its accuracy."
    else:
        which = "surer than it is right" if found.gap > 0 else "less sure than it is right"
        said = f"It is {which}, by {abs(found.gap):.2f} on average."
    st.markdown(f"{said} Expected calibration error {found.ece:.3f}.")
    reach = np.abs(np.array(found.intervals).T - found.accuracy)
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "width": 1, "color": "#8a8478"}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=found.confidence,
        y=found.accuracy,
        mode="lines+markers",
        customdata=found.counts,
        marker={"size": 6 + 14 * np.sqrt(np.array(found.counts) / max(found.counts))},
        line={"color": figures.SEQUENCE[0], "width": 1},
        error_y={"array": reach[1], "arrayminus": reach[0], "thickness": 1, "width": 0},
        hovertemplate="confidence %{x:.2f}: %{y:.0%} of %{customdata} right<extra></extra>",
    )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title="confidence", range=[0, 1.02], showgrid=False)
    figure.update_yaxes(title="share named rightly", range=[0, 1.04])
    points = ", ".join(f"{a:.2f} at {c:.2f}" for c, a in zip(found.confidence, found.accuracy, strict=True))
    figures.show(figure, key="report-reliability", height=300, alt=f"Accuracy over confidence: {points}")
    vote = " The confidence of neighbours is their share of the vote." if report.probe == "knn" else ""
    st.caption(
        f"{found.bins} bins of equal width, empty ones left out; larger points hold more pictures, bars are 95 % "
        f"intervals. On the dotted line, a probe that says 80 % is right eight times of ten.{vote}",
        help="Expected calibration error: how far confidence and accuracy lie apart in a bin, averaged over the "
        f"{found.bins} bins by their pictures. Fewer bins give a smaller figure. Guo et al. 2017, arXiv:1706.04599.",
    )
