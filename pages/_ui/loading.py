"""What pages look at, loaded once and shared by all sessions: data sets, embeddings, encoders, maps."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from _ui import warm
from contrastive import catalogue, datasets, housekeeping
from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.datasets.prepare import Progress
from contrastive.storage import data_dir, pretrained_dir

if TYPE_CHECKING:
    from contrastive.encoders import Encoder
    from contrastive.maps import Map
    from contrastive.neighbours import Index

WARMING = 20.0
"""Seconds that importing and compiling UMAP takes, about."""

# What was prepared in this process: the first time shows its progress, which a cached function cannot.
_ready: set[str] = set()


@contextmanager
def progress(label: str, unit: str = "") -> Iterator[Progress]:
    """A bar with an estimate, drawn only when the work takes longer than half a second."""
    began = moving = time.monotonic()
    place, drawn = st.empty(), 0.0

    def report(done: int, total: int) -> None:
        nonlocal drawn, moving
        now = time.monotonic()
        # What is imported or compiled before the first step says nothing about the steps to come.
        moving = moving if done else now
        if now - began < 0.5 or now - drawn < 0.2:
            return
        drawn = now
        left = f", about {(now - moving) / done * (total - done):.0f} s left" if done else ""
        place.progress(min(done / max(total, 1), 1.0), f"{label}: {done:,}{unit or f' of {total:,}'}{left}")

    try:
        yield report
    finally:
        place.empty()


def dataset(name: str, size: int | None = None) -> ImageDataset:
    """The data set of a name, decoded with a progress bar the first time."""
    key = f"{name} {size} {data_dir()}"
    if key not in _ready:
        with progress("Preparing the pictures") as report:
            datasets.load(name, size=size, progress=report)
        _ready.add(key)
    return _dataset(name, size, str(data_dir()))


@st.cache_resource(max_entries=8, show_spinner=False, ttl=3600)
def _dataset(name: str, size: int | None, data: str) -> ImageDataset:
    return datasets.load(name, size=size)


def vectors(known: Known, images: ImageDataset) -> np.ndarray:
    """The embedding of a data set, computed with a progress bar the first time."""
    from contrastive.embed import embed

    key = f"{known.name} {known.hash(images)} {images.fingerprint} {data_dir()}"
    if key not in _ready:
        with progress(f"Looking through {known.name}") as report:
            embed(known, images, progress=report)
        _ready.add(key)
    return _vectors(key, known, images)


@st.cache_resource(max_entries=16, show_spinner=False)
def _vectors(key: str, _known: Known, _images: ImageDataset) -> np.ndarray:
    from contrastive.embed import embed

    return embed(_known, _images)


@st.cache_resource(max_entries=4, show_spinner=False)
def index(key: str, _vectors: np.ndarray) -> "Index":
    """The search index of an embedding, shared by all sessions; `key` names encoder and data."""
    from contrastive.neighbours import Index

    return Index(np.asarray(_vectors))


def encoder(known: Known, images: ImageDataset) -> "Encoder":
    """The network of an encoder, kept loaded."""
    return _encoder(known.hash(images), known, images)


@st.cache_resource(max_entries=4, show_spinner=False)
def _encoder(hash: str, _known: Known, _images: ImageDataset) -> "Encoder":
    return _known.load(_images)


def fitted_map(known: Known, images: ImageDataset, method: str, dims: int, seed: int, knobs: dict[str, Any]) -> "Map":
    """A map, from disk if it was ever made, else made now with a progress bar."""
    from contrastive.maps import fit

    name = catalogue.map_name(known, images, method, dims, seed, knobs)
    found = vectors(known, images)
    place = map_file(known, name)
    if place is None:
        if method == "umap":
            _wait_for_umap()
        place, label = data_dir() / "cache" / "maps" / name, f"Drawing the map of {len(images):,} pictures"
        with progress(label, unit="%") as report:

            def inform(share: float) -> None:
                report(round(share * 100), 100)

            fit(np.asarray(found), method, dims=dims, seed=seed, progress=inform, **knobs).save(place)
        housekeeping.prune()
    return _map(str(place), place.stat().st_mtime_ns, found)


def _wait_for_umap() -> None:
    place = st.empty()
    for seconds in warm.umap_at_once():
        place.progress(min(seconds / WARMING, 0.95), f"Getting UMAP ready, once after a start: {seconds:.0f} s")
    place.empty()


def map_file(known: Known, name: str) -> Path | None:
    """Where the map of that name (`catalogue.map_name`) lies; None if it was never made."""
    places = [data_dir() / "cache" / "maps" / name, pretrained_dir() / known.name / "maps" / name]
    return next((place for place in places if place.is_file()), None)


@st.cache_resource(max_entries=16, show_spinner=False)
def _map(path: str, changed: int, _vectors: np.ndarray) -> "Map":
    from contrastive.maps import Map

    return Map.load(Path(path), np.asarray(_vectors))


def known(name: str) -> Known:
    """The encoder of a name."""
    return catalogue.find(name)


def large(images: ImageDataset, row: int) -> bytes:
    """One picture at its original resolution, as PNG or WebP bytes, at most 900 pixels on its longer side."""
    picture = images.open(row)
    picture.thumbnail((900, 900))
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "WEBP", quality=90)
    return buffer.getvalue()
