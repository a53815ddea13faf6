"""Map: every picture where the encoder puts it; draw around some of them to look closer."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from _ui import figures, loading, sidebar
from _ui.gallery import gallery
from _ui.picture_map import picture_map
from _ui.thumbnails import address

from contrastive.maps import KNOBS

MOST = 20_000
SHOWN = 60

images, known = sidebar.images(), sidebar.known()
st.title("Map")
st.markdown("Every picture where the encoder puts it: near means alike to this encoder.")

with st.container(horizontal=True, vertical_alignment="bottom"):
    method = (
        st.segmented_control(
            "Layout",
            ["tsne", "umap", "pca"],
            default="tsne",
            key="layout",
            bind="query-params",
            required=True,
            format_func={"tsne": "t-SNE", "umap": "UMAP", "pca": "PCA"}.__getitem__,
            help="t-SNE keeps neighbourhoods, UMAP also some of the large shape, PCA the directions of most spread.",
        )
        or "tsne"
    )
    column = ""
    if images.label_columns:
        column = st.selectbox(
            "Colour by", [*images.label_columns, "split"], key="map-colour", bind="query-params", width=180
        )
    dims = 3 if st.toggle("3-D", key="map-3d") else 2
    knobs = {}
    with st.popover("Settings", icon=":material/tune:"):
        seed = st.number_input(
            "Seed", 0, 1000, 0, key="map-seed", bind="query-params", help="A fixed seed gives the same map."
        )
        for name, knob in KNOBS[method].items():
            knobs[name] = st.slider(
                name.replace("_", " "),
                knob.low,
                knob.high,
                knob.default,
                knob.step,
                help=knob.help,
                key=f"map-{method}-{name}",
                bind="query-params",
            )

limited = images.limit(MOST)
if len(limited) < len(images):
    st.caption(f"A sample of {MOST:,} of {len(images):,} pictures.")
rows = np.arange(len(images)) if limited is images else np.flatnonzero(images.table["id"].isin(limited.table["id"]))
made = loading.fitted_map(known, limited, method, dims, int(seed), knobs)
points = made.points

if column == "split":
    classes = [name for name in ("train", "val", "test") if len(images.rows(name))]
    codes = np.array([classes.index(name) for name in limited.table["split"]])
elif column:
    classes, codes = limited.classes_of[column], limited.codes(column)
else:
    classes, codes = [], np.full(len(limited), -1)
labels = [classes[c] if c >= 0 else "" for c in codes]

chosen: list[int] = []
if dims == 2:
    titles = limited.table["title"].fillna("").tolist() if "title" in limited.table.columns else None
    event = picture_map(
        points,
        ids=limited.table["id"].tolist(),
        thumbnails=address(limited),
        codes=codes,
        classes=classes,
        labels=labels,
        titles=titles,
        height=640,
        key="picture-map",
    )
    chosen = list(event["selection"]["points"])
    clicked = event["clicked"]
    if clicked is not None and clicked != st.session_state.get("map-opened"):
        st.session_state["map-opened"] = clicked
        with st.container(horizontal=True, vertical_alignment="center"):
            st.image(loading.large(limited, clicked), width=160, alt=f"Picture {limited.table['id'].iloc[clicked]}")
            st.markdown(f"**{limited.table['id'].iloc[clicked]}**  \n{labels[clicked]}")
            if st.button("Its neighbours", icon=":material/image_search:"):
                st.session_state["neighbours-row"] = int(rows[clicked])
                sidebar.go("neighbours.py")
else:
    figure = go.Figure()
    for code, name in enumerate(classes or ["pictures"]):
        here = codes == code if classes else np.ones(len(points), bool)
        x, y, z = points[here].T.astype(np.float32)
        figure.add_scatter3d(
            x=x,
            y=y,
            z=z,
            mode="markers",
            name=name,
            marker={"size": 3, "color": figures.SEQUENCE[code % 10]},
            hovertemplate=f"{name}<extra></extra>",
        )
    figure.update_scenes(xaxis_visible=False, yaxis_visible=False, zaxis_visible=False)
    figures.show(figure, key="map-3d-figure", height=640, alt=f"3-D {method} map of {len(limited):,} pictures")

if chosen:
    st.subheader(f"{len(chosen):,} selected")
    if column:
        share = np.bincount(codes[chosen][codes[chosen] >= 0], minlength=len(classes)) / len(chosen)
        base = np.bincount(codes[codes >= 0], minlength=len(classes)) / len(codes)
        top = int(share.argmax())
        st.markdown(
            f"{share[top]:.0%} of them are *{classes[top]}*; among all pictures it is {base[top]:.0%}."
            if share[top]
            else "None of them is labelled."
        )
    # Of many, a sample: the first ones would all be of one class.
    seen = np.sort(np.random.default_rng(0).permutation(chosen)[:SHOWN])
    hit = gallery(limited, seen, captions=[labels[i] for i in seen], key="map-selected", size=104)
    if len(chosen) > SHOWN:
        st.caption(f"{SHOWN} of {len(chosen):,}, drawn at random.")
    if hit is not None:
        st.session_state["neighbours-row"] = int(rows[hit])
        sidebar.go("neighbours.py")
    picked = limited.table.iloc[chosen].assign(x=points[chosen, 0], y=points[chosen, 1])
    st.download_button(
        "Download the selection",
        lambda: picked.to_csv(index=False),
        "selection.csv",
        "text/csv",
        icon=":material/download:",
        key="map-download-selection",
    )
elif dims == 2:
    st.caption("Hover a picture to see it; take the lasso or the box to draw around some and see them below.")

with st.expander("Table of the map", icon=":material/table_chart:"):
    table = limited.table.assign(**dict(zip("xyz", points.T, strict=False)))
    st.dataframe(table, hide_index=True, height=280, alt="One row a picture, with its place on the map")
    st.download_button(
        "Download", lambda: table.to_csv(index=False), "map.csv", "text/csv", icon=":material/download:"
    )

with st.expander("How to read this, and how it can mislead", icon=":material/help:"):
    st.markdown(
        "The encoder gives every picture hundreds of numbers; a map squeezes them onto a plane and has to give "
        "something up. **t-SNE** keeps who is next to whom: the distance between two clusters, their sizes and the "
        "empty space between them mean little. **UMAP** is similar. **PCA** is a plain projection: distances are "
        "honest, but whatever lies along other directions is squashed. Change the seed: what moves was not to be "
        "trusted. Look through *untrained* or *pixels* in the sidebar to see what was there without learning."
    )
