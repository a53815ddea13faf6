"""What the map is told: checked, quantised and packed so that ten thousand pictures fit in a few dozen KiB.

Coordinates travel as 16-bit steps of the points' own bounding box and classes as one byte each, both
base64 inside the JSON. Text, not Streamlit's binary data, on purpose: the browser compares the text with
what it already has, so a rerun that changes nothing never reaches the map's JavaScript at all.
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

STEPS = 65535
LONG = 4096
"""Characters above which text travels deflated: paths and titles repeat themselves."""


def pack(
    points: Any,
    *,
    ids: Sequence[str],
    thumbnails: str | None,
    codes: Any,
    classes: Sequence[str],
    labels: Sequence[str] | None = None,
    titles: Sequence[str] | None = None,
    marked: Iterable[tuple[float, float, str]] | None = None,
    shown: Any = None,
    ramp: tuple[str, str, str] | None = None,
    near: tuple[Sequence[str], Any] | None = None,
) -> dict[str, Any]:
    """Check the pictures' columns against each other and return them as one JSON-ready dictionary.

    Shape: points (n, 2) finite, codes (n,) integers in -1..len(classes)-1; ids, labels, titles of length n. The
    rest as `picture_map` says.
    Raises ValueError with a sentence that names what does not fit.
    """
    points = np.asarray(points, dtype=np.float64)
    codes = np.asarray(codes)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"The map needs points of shape (n, 2), not {points.shape}.")
    n = len(points)
    columns = {"ids": ids, "codes": codes, "labels": labels, "titles": titles, "shown": shown}
    for name, column in columns.items():
        if column is not None and len(column) != n:
            raise ValueError(f"The map has {n} points but {len(column)} {name}; there must be one a point.")
    if not np.isfinite(points).all():
        rows = np.flatnonzero(~np.isfinite(points).all(axis=1))
        raise ValueError(f"{len(rows)} points have no place (NaN or infinite), the first in row {rows[0]}.")
    if n and not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(f"Class codes must be integers, not {codes.dtype}.")
    if n and (codes.min() < -1 or codes.max() >= len(classes)):
        raise ValueError(
            f"Class codes run from {codes.min()} to {codes.max()}, "
            f"but there are {len(classes)} classes; -1 means unlabelled."
        )
    if thumbnails is not None and "{index}" not in thumbnails:
        raise ValueError(f"The thumbnail address must contain {{index}}, the row number: {thumbnails!r}.")

    low, high = (points.min(axis=0), points.max(axis=0)) if n else (np.zeros(2), np.zeros(2))
    span = np.where(high > low, high - low, 1.0)
    steps = np.round((points - low) / span * STEPS).astype("<u2")
    wide = len(classes) > 254
    return {
        "n": n,
        "box": [*low.tolist(), *high.tolist()],
        "xy": _text(steps.T),
        "codes": _text((codes.astype(np.int64) + 1).astype("<u2" if wide else "u1")),
        "wide": wide,
        "classes": [str(name) for name in classes],
        "thumbnails": thumbnails,
        "ids": _lines(ids, unless=map(str, range(n))),
        "labels": _lines(labels, unless=(classes[c] if c >= 0 else "" for c in codes.tolist())),
        "titles": _lines(titles),
        "marked": [[float(x), float(y), str(name)] for x, y, name in marked or ()],
        "gone": None if shown is None or np.all(shown) else _text(np.packbits(~np.asarray(shown, dtype=bool))),
        "ramp": ramp and dict(zip(("low", "high", "name"), ramp, strict=True)),
        **_nearest(near, n),
    }


def _nearest(near: tuple[Sequence[str], Any] | None, n: int) -> dict[str, Any]:
    """The two commonest classes among each picture's neighbours in three bytes, their counts in four bits each."""
    if near is None or len(near[0]) > 256:
        return {"near": None, "near_classes": None}
    names, shares = near[0], np.asarray(near[1])
    if shares.shape != (n, len(names)) or (n and (shares.min() < 0 or shares.max() > 15)):
        raise ValueError(f"Neighbours' classes must be counts of 0 to 15 in shape {(n, len(names))}.")
    first = np.argsort(-shares, axis=1, kind="stable")[:, :2]
    if first.shape[1] < 2:
        first = np.pad(first, ((0, 0), (0, 2 - first.shape[1])))
    counts = np.take_along_axis(shares, first, axis=1) * [1, len(names) > 1]
    packed = np.c_[first, counts[:, 0] * 16 + counts[:, 1]].astype("u1")
    return {"near": _deflated(packed.tobytes()), "near_classes": [str(name) for name in names]}


def _text(array: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _lines(column: Sequence[str] | None, *, unless: Iterable[str] | None = None) -> str | None:
    """One line a row, or None where the browser can tell the same from what it has already."""
    if column is None or (unless is not None and all(a == b for a, b in zip(column, unless, strict=True))):
        return None
    text = "\n".join(" ".join(str(value).split()) for value in column)
    return text if len(text) < LONG else "\0" + _deflated(text.encode())


def _deflated(raw: bytes) -> str:
    return b64encode(zlib.compress(raw)).decode("ascii")
