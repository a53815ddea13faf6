"""One map: the pictures of the data set where one encoder puts them, flat or in three dimensions."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from _ui import figures, sidebar, take_away
from _ui.map import controls, drawer, fitting, found, opened, selection, still, uploads
from _ui.map.colouring import Colouring, colouring
from _ui.map.scene import Scene, sample
from _ui.map.uploads import Guest
from _ui.picture_map import picture_map
from _ui.thumbnails import address
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

HEIGHT, ON_A_PHONE = 640, 460


def show(images: ImageDataset, known: Known, bar: DeltaGenerator) -> None:
    """The map with its drawer, the selection, and the same as a still picture and a table; buttons join the `bar`."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = controls.layout()
        colour = controls.colour_by(images)
        found.field()
    with bar:
        files = uploads.field()
        wish, groups = controls.settings(method, colour, len(images.classes))
    part, rows = sample(images, method)
    if len(part) < len(images):
        st.caption(f"A sample of {len(part):,} of {len(images):,} pictures.")
    made = fitting.fitted(known, part, wish)
    if made is None:
        return
    if made.note:
        st.caption(made.note)
    scene = Scene(images, part, rows, known, wish, made)
    coloured = colouring(colour, scene, groups)
    with bar:
        mask = controls.filters(scene, coloured)
    if not mask.all():
        st.caption(f"{int(mask.sum()):,} of {len(mask):,} pictures pass the filters.")
    hits = [row for row in found.rows(scene) if mask[row]]
    stage, side = st.columns([5, 2], gap="medium")
    with side:
        guests = uploads.guests(scene, files)
    chosen: list[int] = []
    with stage:
        if wish.dims == 2:
            event = _flat(scene, coloured, mask, guests, hits)
            chosen = [row for row in event["selection"]["points"] if mask[row]]
            row = event["clicked"]
        else:
            _deep(scene, coloured, mask, guests)
            row = opened.asked(scene)["opened"]
    opened.remember(scene, row)
    with side:
        drawer.draw(scene, coloured, row, hits, guests)
    if wish.dims == 2:
        selection.draw(scene, coloured, chosen)
        still.as_picture(scene, coloured, mask, guests)
    still.as_table(scene, coloured, mask)
    take_away.show(part, known, key="map-take-away", method=wish.method, seed=wish.seed, knobs=wish.knobs)


def _flat(scene: Scene, coloured: Colouring, mask: np.ndarray, guests: list[Guest], hits: list[int]) -> dict:
    part = scene.part
    near = None
    # Neighbours are told of by the column that is looked at, where it holds labels, else by the main one.
    column = coloured.name if coloured.name in part.label_columns else part.target
    if part.classes and (found_near := scene.neighbourhood(wait=False)) is not None:
        classes = part.classes_of[column]
        near = (classes, found_near.counts(part.codes(column), len(classes)))
    rows, turn = selection.seeds(scene)
    asked = opened.asked(scene)
    return picture_map(
        scene.made.points,
        ids=part.table["id"].astype(str).tolist(),
        thumbnails=address(part),
        codes=coloured.codes,
        classes=coloured.classes,
        titles=part.table["title"].fillna("").tolist() if "title" in part.table.columns else None,
        selected=rows,
        marked=[(float(guest.place[0]), float(guest.place[1]), guest.name) for guest in guests],
        opened=asked["opened"],
        found=hits,
        focus=asked["focus"],
        anew=asked["anew"] | {"selected": turn},
        shown=mask,
        ramp=coloured.scale,
        near=near,
        height=ON_A_PHONE if sidebar.on_a_phone() else HEIGHT,
        key="picture-map",
    )


def _deep(scene: Scene, coloured: Colouring, mask: np.ndarray, guests: list[Guest]) -> None:
    figure = go.Figure()

    def add(places: np.ndarray, name: str, marker: dict, words: str) -> None:
        x, y, z = places.T.astype(np.float32)
        figure.add_scatter3d(x=x, y=y, z=z, mode="markers", name=name, marker=marker, hovertemplate=words)

    if coloured.scale:
        marker = {"size": 3, "color": coloured.codes[mask], "colorscale": "Viridis", "showscale": True}
        add(scene.made.points[mask], coloured.name, marker, f"{coloured.name}<extra></extra>")
    else:
        for code in np.unique(coloured.codes[mask]).tolist():
            name = coloured.classes[code] if code >= 0 else "unlabelled"
            marker = {"size": 3, "color": figures.SEQUENCE[code % 10] if code >= 0 else "#8A8379"}
            add(scene.made.points[mask & (coloured.codes == code)], name, marker, f"{name}<extra></extra>")
    for guest in guests:
        marker = {"size": 8, "symbol": "diamond", "color": "#B23A2A"}
        add(guest.place[None], guest.name, marker, f"{guest.name}<extra></extra>")
    figure.update_scenes(xaxis_visible=False, yaxis_visible=False, zaxis_visible=False)
    words = (
        f"3-D {controls.LAYOUTS[scene.wish.method]} map of {int(mask.sum()):,} pictures, coloured by {coloured.name}"
    )
    figures.show(figure, key="map-3d-figure", height=HEIGHT, alt=words)
