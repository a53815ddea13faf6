"""One measure of a study as a picture: ours beside the published figures, or a matrix of what was combined."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures
from contrastive.studies import Row, Study

MARKERS = ["circle", "square", "diamond", "triangle-up", "pentagon", "star"]
MATRIX = 5
"""Levels of each of two factors from which on marks on lines can no longer be told apart."""


def chart(study: Study, rows: list[Row], measure: str, heading: str) -> None:
    """Marks on a line for every combination, or a matrix where two factors have many levels each."""
    compared = any(measure in row.published for row in rows)
    if len(study.factors) == 2 and min(map(len, study.factors.values())) >= MATRIX and not compared:
        _matrix(study, rows, measure, heading)
    else:
        _points(study, rows, measure, heading)


def _matrix(study: Study, rows: list[Row], measure: str, heading: str) -> None:
    """The first factor downwards, the second across, as figure 5 of Chen et al. 2020; what is not done is empty."""
    down, across = study.factors
    found = {(row.levels[down], row.levels[across]): row.mean(measure) for row in rows}
    lines, columns = list(study.factors[down]), list(study.factors[across])
    values = np.array([[found.get((line, column)) for column in columns] for line in lines], dtype=float)
    words = [["" if np.isnan(value) else f"{value:.3f}".lstrip("0") for value in line] for line in values]
    figure = figures.written(
        go.Heatmap(
            z=values,
            x=columns,
            y=lines,
            text=words,
            hoverongaps=False,
            hovertemplate=f"{down} %{{y}}, {across} %{{x}}: %{{text}}<extra></extra>",
        ),
        words,
    )
    figure.update_yaxes(autorange="reversed", title=down, type="category", showgrid=False)
    figure.update_xaxes(title=across, type="category", side="top")
    height = 140 + 40 * len(lines)
    figures.show(figure, key=f"study-chart-{study.name}", height=height, alt=_in_words(rows, measure, heading))
    st.caption(f"{heading[:1].upper()}{heading[1:]}; the mean over seeds where there are several.")


def _points(study: Study, rows: list[Row], measure: str, heading: str) -> None:
    """Ours filled with its interval, the published figure as a hollow mark of the same colour."""
    first = next(iter(study.factors))
    figure = go.Figure()
    rest = [factor for factor in study.factors if factor != first]
    for number, level in enumerate(study.factors[first]):
        of_level = [row for row in rows if row.levels[first] == level]
        names = [", ".join(row.levels[factor] for factor in rest) or level for row in of_level]
        colour, marker = figures.SEQUENCE[number % 10], MARKERS[number % len(MARKERS)]
        done = [(n, row) for n, row in zip(names, of_level, strict=True) if row.runs]
        if done:
            figure.add_scatter(
                x=[row.mean(measure) for _, row in done],
                y=[n for n, _ in done],
                error_x={
                    "type": "data",
                    "array": [row.half_width(measure) or 0.0 for _, row in done],
                    "thickness": 1.5,
                },
                mode="markers",
                name=f"{level}, ours" if rest else level,
                marker={"color": colour, "symbol": marker, "size": 11},
            )
        theirs = [(n, row) for n, row in zip(names, of_level, strict=True) if measure in row.published]
        if theirs:
            figure.add_scatter(
                x=[row.published[measure] for _, row in theirs],
                y=[n for n, _ in theirs],
                mode="markers",
                name=f"{level}, published",
                marker={"color": colour, "symbol": f"{marker}-open", "size": 13, "line": {"width": 2}},
            )
    figure.update_layout(showlegend=bool(rest))
    order = list(dict.fromkeys(", ".join(row.levels[f] for f in rest) or row.levels[first] for row in rows))
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=order, range=[len(order) - 0.5, -0.5], showgrid=True
    )
    figure.update_xaxes(title=heading)
    height = 150 + 34 * len(order)
    figures.show(figure, key=f"study-chart-{study.name}", height=height, alt=_in_words(rows, measure, heading))
    if any(measure in row.published for row in rows):
        st.caption("Filled: ours, the line its 95 % interval over seeds. Hollow: as published.")


def _in_words(rows: list[Row], measure: str, heading: str) -> str:
    """Every figure of a chart, for those who do not see it."""
    ours = [(row, row.mean(measure)) for row in rows if row.mean(measure) is not None]
    said = [f"{', '.join(row.levels.values())} {mean:.3f}" for row, mean in ours]
    said += [
        f"{', '.join(row.levels.values())} {row.published[measure]:.3f} as published"
        for row in rows
        if measure in row.published
    ]
    return f"{heading}: {'; '.join(said)}"
