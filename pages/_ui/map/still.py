"""The map without a canvas: a still picture drawn here, to download, and a table that reaches every picture."""

import numpy as np
import plotly.colors
import streamlit as st

from _ui import figures
from _ui.data_url import data_url
from _ui.map import opened
from _ui.map.colouring import STEPS, Colouring
from _ui.map.controls import LAYOUTS
from _ui.map.scene import Scene
from _ui.map.uploads import Guest
from _ui.thumbnails import address
from contrastive.maps.picture import Drawing, png, svg


def as_picture(scene: Scene, coloured: Colouring, mask: np.ndarray, guests: list[Guest]) -> None:
    """PNG and SVG of the map; drawn when it is opened."""
    folded = st.expander("As a still picture", icon=":material/image:", key="map-still", on_change="rerun")
    if not folded.open:
        return
    with folded:
        drawing = Drawing(
            scene.made.points[mask],
            coloured.codes[mask],
            coloured.classes,
            ramp() if coloured.scale else figures.SEQUENCE,
            coloured.scale,
            [(float(guest.place[0]), float(guest.place[1]), guest.name) for guest in guests],
        )
        rows = np.flatnonzero(mask)
        hung = png(drawing, lambda row: scene.part.picture(int(rows[row])))
        words = f"Map of {len(rows):,} pictures by {LAYOUTS[scene.wish.method]}, coloured by {coloured.name}"
        st.image(data_url(hung), width="stretch", alt=words)
        with st.container(horizontal=True):
            for label, content, kind in (("PNG", hung, "image/png"), ("SVG", lambda: svg(drawing), "image/svg+xml")):
                st.download_button(
                    label, content, f"map.{label.lower()}", kind, icon=":material/download:", on_click="ignore"
                )


def as_table(scene: Scene, coloured: Colouring, mask: np.ndarray) -> None:
    """One row a picture; choosing a row opens it, as a click on the map does."""
    with st.expander("Table of the map", icon=":material/table_chart:"):
        rows = np.flatnonzero(mask)
        table = scene.part.table.assign(**dict(zip("xyz", scene.made.points.T, strict=False))).iloc[rows]
        pattern = address(scene.part)
        table.insert(0, "picture", [pattern.format(index=row) for row in rows])
        if coloured.name not in table:
            table.insert(1, coloured.name, np.array(coloured.labels, dtype=object)[rows])
        st.caption(
            "Choose a row, with the mouse or with arrow keys and Shift+Space: its picture opens beside the map."
        )
        key = f"map-table-{scene.part.fingerprint[:8]}-{len(rows)}"
        st.dataframe(
            table,
            hide_index=True,
            height=300,
            row_height=44,
            column_config={"picture": st.column_config.ImageColumn("Picture", width=60)},
            on_select=lambda: _open(scene, rows, key),
            selection_mode="single-row",
            key=key,
            alt="One row a picture, with its place on the map",
        )
        st.download_button(
            "Download",
            lambda: table.drop(columns="picture").to_csv(index=False),
            "map.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="map-table-csv",
        )


def ramp() -> list[str]:
    """The colours of the steps of an order, "#rrggbb", from low to high."""
    shares = np.linspace(0, 0.9, STEPS)
    found = plotly.colors.sample_colorscale("Viridis", shares.tolist(), colortype="tuple")
    return ["#" + "".join(f"{round(255 * channel):02x}" for channel in colour) for colour in found]


def _open(scene: Scene, rows: np.ndarray, key: str) -> None:
    chosen = st.session_state[key]["selection"]["rows"]
    opened.ask(scene, int(rows[chosen[0]]) if chosen else None)
