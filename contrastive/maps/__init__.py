"""Maps: embeddings laid out in 2-D or 3-D, on which new images can be placed while the map stands still.

`fit(vectors, "tsne")` makes one; `Map.place(others)` puts others on it. One file a method; sliders and
command-line flags are made from `KNOBS`, help texts from `DESCRIPTIONS`. Importing this imports none of the
libraries that draw: numba and umap-learn (many seconds) wait until they are asked for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np

from contrastive.errors import UserError
from contrastive.maps.knobs import Knob, settle
from contrastive.maps.map import METHODS, Map
from contrastive.neighbours import finite_rows

KNOBS: dict[str, dict[str, Knob]] = {name: method.KNOBS for name, method in METHODS.items()}
DESCRIPTIONS: dict[str, str] = {name: inspect.getdoc(method) or "" for name, method in METHODS.items()}

__all__ = ["DESCRIPTIONS", "KNOBS", "METHODS", "Knob", "Map", "fit"]


def fit(
    vectors: np.ndarray,
    method: str = "tsne",
    *,
    dims: int = 2,
    seed: int = 0,
    progress: Callable[[float], object] | None = None,
    **knobs: float,
) -> Map:
    """Lay embeddings out: (n, d) with n at least 3 -> Map with points (n, dims).

    method: "tsne", "umap" or "pca". dims: 2 or 3. The same seed gives the same points. knobs: see `KNOBS`;
    one that asks for more neighbours than there are points is lowered, which `Map.note` says. progress:
    called with the share done, 0..1, rising; what it raises ends the fit.
    Errors: UserError for an unknown method or knob, a value out of range, fewer than 3 points, NaN.
    """
    if method not in METHODS:
        raise UserError(f"There is no map method called '{method}'.", f"Choose one of {', '.join(METHODS)}.")
    if dims not in (2, 3):
        raise UserError(f"A map cannot have {dims} dimensions.", "Choose 2 or 3.")
    if seed != int(seed) or not 0 <= seed < 2**32:
        raise UserError(f"The seed {seed} is out of range.", "Choose a whole number from 0 to 4294967295.")
    # Whole numbers of numpy's would not go into the saved map's JSON.
    dims, seed = int(dims), int(seed)
    rows = finite_rows(vectors).astype(np.float32)
    if len(rows) < 3:
        raise UserError(f"A map of {len(rows)} image(s) shows nothing.", "Choose at least 3 images.")
    settled = settle(method, KNOBS[method], knobs)
    notes = []
    for name, limit in METHODS[method].limits(len(rows)).items():
        if settled[name] > limit:
            lowered = f"{name} was lowered from {settled[name]:g} to {limit:g}"
            notes.append(f"{lowered}, because there are only {len(rows)} images.")
            settled[name] = limit

    if progress:
        progress(0.0)
    layout = METHODS[method](rows, dims, seed, settled)
    points = layout.draw(progress).astype(np.float32)
    if progress:
        progress(1.0)
    return Map(points, method, dims, seed, settled, rows, " ".join(notes), layout)
