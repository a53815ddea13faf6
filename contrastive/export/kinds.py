"""The kinds of export by name, and how each becomes a file or a folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.export.contents import Contents
from contrastive.export.html import html
from contrastive.export.onnx_model import missing, onnx
from contrastive.export.parquet import parquet
from contrastive.export.projector import projector
from contrastive.storage import write_bytes

Files = bytes | dict[str, bytes]
"""The content of one file, or of several by name."""


@dataclass(frozen=True)
class Kind:
    """A kind of export: what makes it, how it is called and what it is for, what it needs of `Contents`."""

    make: Callable[[Contents], Files]
    title: str
    help: str
    suffix: str
    vectors: bool = True
    map: bool = False


KINDS: dict[str, Kind] = {
    "html": Kind(
        html,
        "Map, one page",
        "One HTML file with every thumbnail inside: hover, search and legend, without a network.",
        ".html",
        map=True,
    ),
    "parquet": Kind(
        parquet,
        "Table with vectors",
        "Parquet with id, labels, place on the map and vector: for pandas, DuckDB, Embedding Atlas, FiftyOne.",
        ".parquet",
        map=True,
    ),
    "projector": Kind(
        projector,
        "TensorBoard projector",
        "Vectors, metadata, sprite and config for TensorBoard's embedding projector.",
        ".zip",
    ),
    "onnx": Kind(
        onnx,
        "Encoder as ONNX",
        "The network: pixels (batch, channels, size, size), 0 to 1, in; a vector each out. Runs without torch.",
        ".onnx",
        vectors=False,
    ),
}


def find(what: str) -> Kind:
    """The kind of that name; UserError if there is none, or where it needs a package that is not installed."""
    if what not in KINDS:
        raise UserError(f"There is no export called {what!r}.", f"Known: {', '.join(KINDS)}.")
    if what == "onnx":
        missing()
    return KINDS[what]


def gather(
    kind: Kind,
    known: Known,
    dataset: ImageDataset,
    *,
    method: str = "tsne",
    dims: int = 2,
    seed: int = 0,
    knobs: Mapping[str, float] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Contents:
    """The pictures with the vectors and the map that the kind needs. Errors: UserError, as for those."""
    if not kind.vectors:
        return Contents(known, dataset)
    from contrastive import maps
    from contrastive.embed import embed

    vectors = np.asarray(embed(known, dataset, progress=progress))
    turned: dict[str, Any] = dict(knobs or {})
    made = maps.fit(vectors, method, dims=dims, seed=seed, **turned) if kind.map else None
    return Contents(known, dataset, vectors, made)


def write(files: Files, out: Path) -> int:
    """Write one file, or several into the folder `out` (into one .zip where `out` is called so); bytes written.

    Raises UserError where nothing can be written.
    """
    if isinstance(files, dict) and out.suffix.lower() == ".zip":
        files = zipped(files)
    places = {out: files} if isinstance(files, bytes) else {out / name: content for name, content in files.items()}
    try:
        for place, content in places.items():
            write_bytes(place, content)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror or error}.", "Choose another place.") from error
    return sum(map(len, places.values()))


def zipped(files: dict[str, bytes]) -> bytes:
    """Several files as one zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
