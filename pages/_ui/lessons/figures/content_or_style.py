"""What neighbours have in common: the subject, or the way it is painted."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from _ui import figures, loading
from _ui.gallery import gallery
from contrastive import catalogue
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

from ._subject import another, current, place, title

NEIGHBOURS = 10


def draw(images: ImageDataset, known: Known, key: str) -> dict[str, str]:
    """For each label column, how often neighbours share it; the encoder beside raw pixels and chance."""
    row = current(images)
    near = loading.index(place(images, known), loading.vectors(known, images))
    _, rows = near.search(near.directions[row : row + 1], NEIGHBOURS, exclude=[row])
    st.markdown(f"{title(images, row)}, and its {NEIGHBOURS} nearest neighbours:")
    first, second = images.label_columns[:2]
    marked = [first, second]
    gallery(
        images,
        [row, *rows[0]],
        captions=[str(images.table[first].iloc[r]) for r in [row, *rows[0]]],
        notes=[str(images.table[second].iloc[r]) for r in [row, *rows[0]]],
        key=f"{key}-wall",
        size=104,
        chosen=row,
    )
    st.button("Another picture", icon=":material/shuffle:", on_click=another, args=(len(images),), key=f"{key}-other")
    looked = [known] if known.name == "pixels" else [known, catalogue.find("pixels")]
    shared = {k.name: agreement(place(images, k), loading.vectors(k, images), images) for k in looked}
    chance = {column: by_chance(images.codes(column)) for column in images.label_columns}
    figure = go.Figure()
    for number, (name, values) in enumerate([*shared.items(), ("chance", chance)]):
        figure.add_bar(
            x=list(values),
            y=list(values.values()),
            name=name,
            text=[f"{value:.0%}" for value in values.values()],
            textposition="outside",
            textangle=0,
            cliponaxis=False,
            marker={
                "color": "#8a8276" if name == "chance" else figures.SEQUENCE[number],
                "pattern": {"shape": ["", "/", "."][min(number, 2)]},
            },
            hovertemplate=f"{name}, same %{{x}}: %{{y:.0%}}<extra></extra>",
        )
    figure.update_yaxes(tickformat=".0%", nticks=5, title="neighbours that share it", rangemode="tozero")
    spoken = "; ".join(f"{k}, {c}: {v:.0%}" for k, said in shared.items() for c, v in said.items())
    figures.show(figure, key=f"{key}-bars", height=300, alt=spoken)
    mine = shared[known.name]
    lifts = {column: mine[column] / max(chance[column], 1e-9) for column in marked}
    most, least = sorted(lifts, key=lambda column: -lifts[column])
    st.markdown(
        f"**Through {known.name}, neighbours share the {most} {lifts[most]:.1f} times as often as chance, the "
        f"{least} {lifts[least]:.1f} times.**"
    )
    raw = shared.get("pixels", mine)
    return {
        "first": first,
        "second": second,
        "encoder": known.name,
        "first_share": f"{mine[first]:.0%}",
        "second_share": f"{mine[second]:.0%}",
        "first_chance": f"{chance[first]:.0%}",
        "second_chance": f"{chance[second]:.0%}",
        "first_raw": f"{raw[first]:.0%}",
        "second_raw": f"{raw[second]:.0%}",
        "most": most,
    }


@st.cache_data(max_entries=16, show_spinner=False)
def agreement(key: str, _vectors: np.ndarray, _images: ImageDataset) -> dict[str, float]:
    """For each label column the share of the ten nearest neighbours of a picture that have its label."""
    near = loading.index(key, _vectors)
    asked = np.arange(0, len(near), max(1, len(near) // 1000))
    _, rows = near.search(near.directions[asked], NEIGHBOURS, exclude=asked)
    found = {}
    for column in _images.label_columns:
        codes = _images.codes(column)
        known = codes[asked] >= 0
        found[column] = float((codes[rows] == codes[asked, None])[known].mean())
    return found


def by_chance(codes: np.ndarray) -> float:
    """The chance that two random pictures have the same label; codes (n,), -1 unlabelled."""
    shares = np.bincount(codes[codes >= 0]) / max(1, (codes >= 0).sum())
    return float((shares**2).sum())
