"""What can be taken along of a movie: one animated picture, its frames as a table, the figures of its epochs."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from _ui.movie.words import when
from contrastive.datasets import ImageDataset
from contrastive.movie import Movie, Reading
from contrastive.runs import Run


def along(
    run: Run,
    made: Movie,
    pictures: ImageDataset,
    rows: np.ndarray,
    codes: np.ndarray,
    classes: list[str],
    read: list[Reading | None],
) -> None:
    """A folded part with the figures of every frame as a table, and the downloads; `rows` as in `stage`."""

    def animated(kind: str) -> bytes:
        from contrastive.flipbook import flipbook

        captions = [f"{run.id}, {when(epoch)}" for epoch in made.epochs]
        return flipbook(
            made.points,
            codes=codes,
            classes=classes,
            captions=captions,
            picture=lambda row: pictures.picture(int(rows[row])),
            kind=kind,
        )

    with st.expander("Figures of every frame, and downloads", icon=":material/download:"):
        st.dataframe(
            figures(run, made, read),
            hide_index=True,
            alt="One row a frame: epoch, loss, and what the neighbours say",
            column_config={
                "loss": st.column_config.NumberColumn(format="%.3f"),
                "own class": st.column_config.NumberColumn(
                    format="percent", help="Mean share of a picture's ten nearest others that are of its class."
                ),
                "kNN": st.column_config.NumberColumn(
                    format="percent", help="Share of pictures whose class their ten nearest others vote for."
                ),
            },
        )
        with st.container(horizontal=True):
            for kind, ending in {"WebP": "webp", "GIF": "gif"}.items():
                st.download_button(
                    f"Movie as {kind}",
                    partial(animated, kind.upper()),
                    f"{run.id}.{ending}",
                    f"image/{ending}",
                    icon=":material/movie:",
                    key=f"movie-{ending}",
                    on_click="ignore",
                )
            st.download_button(
                "Frames as CSV",
                lambda: table(made, codes, classes).to_csv(index=False),
                f"{run.id}-frames.csv",
                "text/csv",
                icon=":material/download:",
                key="movie-csv",
                on_click="ignore",
            )


def figures(run: Run, made: Movie, read: list[Reading | None]) -> pd.DataFrame:
    """One row a frame: its epoch, the loss of that epoch, and what its neighbours say."""
    loss = {line["epoch"]: line.get("loss") for line in run.metrics()}
    found = pd.DataFrame({"epoch": made.epochs, "loss": [loss.get(epoch) for epoch in made.epochs]})
    if any(reading is not None for reading in read):
        found["own class"] = [reading.purity if reading else None for reading in read]
        found["kNN"] = [reading.knn if reading else None for reading in read]
    return found


def table(made: Movie, codes: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """One row a picture and frame: epoch, id, label, x, y."""
    labels = [classes[code] if code >= 0 else "" for code in codes]
    frames, m = len(made.epochs), len(made.ids)
    return pd.DataFrame(
        {
            "epoch": np.repeat(made.epochs, m),
            "id": np.tile(made.ids, frames),
            "label": np.tile(labels, frames),
            "x": made.points[..., 0].ravel(),
            "y": made.points[..., 1].ravel(),
        }
    )
