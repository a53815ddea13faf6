"""Two encoders side by side: the same pictures on both maps, a shared selection, and what each sees otherwise."""

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from _ui import loading, sidebar
from _ui.address import choice
from _ui.data_url import data_url
from _ui.errors import shown
from _ui.gallery import gallery
from _ui.picture_map import picture_map
from _ui.thumbnails import address
from contrastive import compare, datasets
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset

MOST = 3000
SHOWN = 24
MOST_K = 50
HEIGHT, ON_A_PHONE = 520, 400
LAYOUTS = {"tsne": "t-SNE", "umap": "UMAP", "pca": "PCA"}


@dataclass(frozen=True, eq=False)
class Both:
    """What is compared: two encoders and what they make of the same pictures, and by which labels."""

    encoders: tuple[Known, Known]
    images: ImageDataset
    vectors: tuple[np.ndarray, np.ndarray]
    column: str
    k: int

    @property
    def key(self) -> str:
        """Names encoders and pictures."""
        return " ".join([*(known.hash(self.images) for known in self.encoders), self.images.fingerprint])

    @property
    def codes(self) -> np.ndarray:
        return self.images.codes(self.column)

    @property
    def labels(self) -> list[str]:
        classes = self.images.classes_of.get(self.column, [])
        return [classes[code] if code >= 0 else "" for code in self.codes]


def show(images: ImageDataset, known: Known) -> None:
    """Both maps and what differs between them; the second encoder and k stand in the address."""
    part = _part(images.fingerprint, images)
    if len(part) < 4:
        st.info("Two encoders are compared on four pictures or more.", icon=":material/compare:")
        return
    if part is not images:
        datasets.remember(part)
        st.caption(f"A sample of {len(part):,} of {len(images):,} pictures.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other = _second(known)
        method = choice(
            "Layout",
            LAYOUTS,
            key="layout",
            help="The second map is turned, mirrored and resized onto the first: what stays is alike to both.",
        )
        k = st.slider(
            "Neighbours (k)", 1, min(MOST_K, len(part) - 2), min(10, len(part) - 2), key="k", bind="query-params"
        )
        column = part.target
        if len(part.label_columns) > 1:
            column = st.selectbox("Colour by", part.label_columns, key="two-colour", width=160)
    with shown():
        from contrastive.maps import KNOBS

        encoders = (known, loading.known(other))
        knobs = {name: knob.default for name, knob in KNOBS[method].items()}
        first, second = (loading.fitted_map(one, part, method, 2, 0, knobs).points for one in encoders)
        vectors = [np.asarray(loading.vectors(one, part)) for one in encoders]
        both = Both(encoders, part, (vectors[0], vectors[1]), column, int(k))
        state = _maps(both, [first, compare.align(second, first)])
        _opened(both, state)
        _meaning(both, state)


def _second(known: Known) -> str:
    """The second encoder, at first the raw pixels: what needs no network at all."""
    names = sidebar.encoder_names(st.session_state.get("data", sidebar.FIRST))
    if st.session_state.get("second") not in names:
        otherwise = "pixels" if known.name != "pixels" else names[0]
        st.session_state["second"] = asked if (asked := st.query_params.get("second")) in names else otherwise
    chosen = st.selectbox("Second encoder", names, key="second", width=260)
    st.query_params["second"] = chosen
    return chosen


def _maps(both: Both, points: list[np.ndarray]) -> dict[str, Any]:
    """The two maps; what is selected or opened on one of them is so on the other."""
    images, codes = both.images, both.codes
    titles = images.table["title"].fillna("").tolist() if "title" in images.table.columns else None
    name = f"two maps {images.fingerprint}"
    state = st.session_state.setdefault(name, {"selected": [], "opened": None})
    heard = []
    for place, side, known, layout in zip(st.columns(2), ("left", "right"), both.encoders, points, strict=True):
        with place:
            st.markdown(f"**{known.name}**  \n:gray[{known.title}]")
            heard.append(
                picture_map(
                    layout,
                    ids=images.table["id"].astype(str).tolist(),
                    thumbnails=address(images),
                    codes=codes,
                    classes=images.classes_of.get(both.column, []),
                    titles=titles,
                    selected=state["selected"],
                    opened=state["opened"],
                    height=ON_A_PHONE if sidebar.on_a_phone() else HEIGHT,
                    key=f"two-{side}",
                )
            )
    said = {
        "selected": [event["selection"]["points"] for event in heard],
        "opened": [event["clicked"] for event in heard],
    }
    news = {what: value for what, values in said.items() for value in values if value != state[what]}
    if news:
        # Both maps are drawn already, one of them without the news.
        state.update(news)
        st.rerun()
    return state


def _meaning(both: Both, state: dict[str, Any]) -> None:
    """How far the two agree, in figures and sentences, and the pictures they disagree about most."""
    first, second = (
        _nearest(known.hash(both.images), side, both.images.fingerprint, both)
        for side, known in enumerate(both.encoders)
    )
    common, wider = _overlaps(both.key, both.k, first, second)
    n, k = len(both.images), both.k
    names = [known.name for known in both.encoders]
    st.markdown(
        f"Of a picture's {k} nearest others, **{common.mean() * k:.1f}** are the same to *{names[0]}* and "
        f"*{names[1]}*; two encoders with nothing in common would share {k * k / (n - 1):.2f} by chance."
    )
    with st.grid(4, min_column_width=140):
        cells = [st.container() for _ in range(4)]
    cells[0].metric("Neighbours in common", f"{common.mean():.1%}", help=inspect.getdoc(compare.overlap))
    cells[1].metric("Linear CKA", f"{_cka(both.key, both):.3f}", help=inspect.getdoc(compare.linear_cka))
    if (both.codes >= 0).any():
        for cell, name, rows in zip(cells[2:], names, (first, second), strict=True):
            share = np.nanmean(compare.purity(rows[:, :k], both.codes))
            cell.metric(f"Own class, {name}", f"{share:.1%}", help=inspect.getdoc(compare.purity))
    if chosen := state["selected"]:
        st.markdown(
            f"Of the {len(chosen):,} selected, {common[chosen].mean():.0%} of the neighbours are common to both; "
            f"of all pictures, {common.mean():.0%}."
        )
    # Many share none of k: among them, those whose wider surroundings differ come first.
    order = np.lexsort((wider, common))[:SHOWN]
    if common[order[0]] < 1:
        st.subheader("Where they disagree most")
        labels = both.labels
        hit = gallery(
            both.images,
            order,
            captions=[labels[row] for row in order],
            notes=[f"{common[row] * k:.0f} of {k}" for row in order],
            key="two-changed",
            size=118,
            chosen=state["opened"],
        )
        if hit is not None and hit != state["opened"]:
            state["opened"] = hit
            st.rerun()
        st.caption(f"Beneath each: how many of its {k} nearest others are the same to both. Open one to see them.")
    table = both.images.table.assign(overlap=common)
    with st.expander("Every picture's overlap, and a download", icon=":material/table_chart:"):
        st.dataframe(
            table.sort_values("overlap"), hide_index=True, height=280, alt="One row a picture, with its overlap"
        )
        st.download_button(
            "Download",
            lambda: table.to_csv(index=False),
            "overlap.csv",
            "text/csv",
            icon=":material/download:",
            key="two-download",
            on_click="ignore",
        )


def _opened(both: Both, state: dict[str, Any]) -> None:
    """The neighbours of the opened picture by either encoder, each with its rank by the other."""
    if (row := state["opened"]) is None:
        return
    found = compare.moved(*both.vectors, row, both.k)
    labels = both.labels
    left, right = st.columns([1, 5], gap="medium")
    name = str(both.images.table["id"].iloc[row])
    seen = data_url(loading.large(both.images, row))
    left.image(seen, alt=f"Picture {name}", caption=f"{labels[row]} {name}".strip())
    with right:
        ranks = (found.first, found.second)
        for side, known in enumerate(both.encoders):
            here, there = ranks[side], ranks[1 - side]
            order = np.flatnonzero(here <= both.k)
            order = order[here[order].argsort()]
            st.markdown(f"Nearest to **{known.name}**")
            hit = gallery(
                both.images,
                found.rows[order],
                captions=[labels[other] for other in found.rows[order]],
                notes=[_rank(int(there[i])) for i in order],
                marks=["same" if there[i] <= both.k else "other" for i in order],
                key=f"two-near-{side}",
                size=56,
            )
            if hit is not None and hit != row:
                state["opened"] = hit
                st.rerun()
    st.caption(f"●: among the {both.k} nearest of both. The number is the picture's rank by the other encoder.")


def _rank(number: int) -> str:
    """A rank as it is read: 1st, 22nd, 1,013th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


@st.cache_resource(max_entries=2, show_spinner=False)
def _part(fingerprint: str, _images: ImageDataset) -> ImageDataset:
    return _images.limit(MOST)


@st.cache_resource(max_entries=8, show_spinner="Finding every picture's neighbours")
def _nearest(key: str, side: int, fingerprint: str, _both: Both) -> np.ndarray:
    return compare.nearest(_both.vectors[side], 2 * MOST_K)


@st.cache_data(max_entries=32, show_spinner=False)
def _overlaps(key: str, k: int, _first: np.ndarray, _second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of the k nearest, and of all that are known."""
    return compare.overlap(_first[:, :k], _second[:, :k]), compare.overlap(_first, _second)


@st.cache_data(max_entries=32, show_spinner=False)
def _cka(key: str, _both: Both) -> float:
    return compare.linear_cka(*_both.vectors)
