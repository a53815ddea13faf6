"""Two representations of the same pictures held against each other: neighbours, layouts, geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contrastive.errors import UserError
from contrastive.neighbours import Index, finite_rows


def nearest(vectors: np.ndarray, k: int) -> np.ndarray:
    """Every picture's k nearest others by cosine, nearest first: (n, d) -> rows (n, min(k, n - 1)) int64.

    Errors: UserError for NaN, no pictures, or k below 1.
    """
    return Index(vectors).search(vectors, k, exclude=np.arange(len(vectors)))[1]


def overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Which share of its neighbours each picture has in both lists, whatever their order: (n,) floats in 0..1.

    Shape: a and b (n, k) rows from `nearest`; without repetition in a row. The same list twice gives 1.
    """
    _same_pictures(a, b)
    if not a.shape[1]:
        return np.ones(len(a))
    return (a[:, :, None] == b[:, None, :]).any(axis=2).mean(axis=1)


def purity(neighbours: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Which share of each picture's neighbours is of its own class; (n, k) rows, (n,) classes -> (n,) in 0..1.

    Unlabelled neighbours (-1) are of no class; an unlabelled picture gets NaN.
    """
    codes = np.asarray(codes)
    shares = (codes[neighbours] == codes[:, None]).mean(axis=1) if neighbours.shape[1] else np.zeros(len(codes))
    return np.where(codes >= 0, shares, np.nan)


@dataclass(frozen=True)
class Moved:
    """The neighbours of one picture, by either encoder: rows (m,) and their ranks by each, counted from 1."""

    rows: np.ndarray
    first: np.ndarray
    second: np.ndarray


def moved(a: np.ndarray, b: np.ndarray, row: int, k: int) -> Moved:
    """Who is among the k nearest of picture `row` by a (n, d) or by b (n, e), and at which rank by each.

    Those of the first encoder come first, in its order, then the others in the second's.
    """
    _same_pictures(a, b)
    orders = [Index(v).search(v[row : row + 1], len(v) - 1, exclude=[row])[1][0] for v in (a, b)]
    rows = np.array(list(dict.fromkeys([*orders[0][:k], *orders[1][:k]])), dtype=np.int64)
    places = [np.empty(len(a), np.int64) for _ in orders]
    for place, order in zip(places, orders, strict=True):
        place[order] = np.arange(1, len(order) + 1)
    return Moved(rows, places[0][rows], places[1][rows])


def align(points: np.ndarray, onto: np.ndarray) -> np.ndarray:
    """Turn, mirror, move and resize a layout so that it lies on another of the same pictures as well as it can.

    Shape: both (n, dims) -> (n, dims) float64. Distances within `points` keep their proportions; its spread becomes
    that of `onto`. The size that least squares would choose is smaller the less the two agree, and a chain of frames
    would shrink by it. Source: Schönemann 1966, doi:10.1007/BF02289451, the orthogonal Procrustes problem.
    """
    _same_pictures(points, onto)
    a, b = (np.asarray(x, np.float64) - np.mean(x, axis=0, dtype=np.float64) for x in (points, onto))
    u, _, v = np.linalg.svd(a.T @ b)
    size = np.linalg.norm(a)
    scale = np.linalg.norm(b) / size if size else 1.0
    return scale * (a @ (u @ v)) + np.mean(onto, axis=0, dtype=np.float64)


def linear_cka(a: np.ndarray, b: np.ndarray) -> float:
    """How alike two encoders arrange the same pictures as a whole, 0..1; no turn and no change of size matters.

    Shape: a (n, d), b (n, e). 1: the same arrangement but for a rotation and a factor; 0: no direction of one says
    anything about the other. With few pictures and many numbers each it is too high by chance. An encoder that gives
    every picture the same vector has no arrangement: NaN. Errors: UserError for NaN.
    Source: Kornblith et al. 2019, arXiv:1905.00414, section 3.3, linear CKA.
    """
    _same_pictures(a, b)
    x, y = (rows - rows.mean(axis=0) for rows in (finite_rows(a), finite_rows(b)))
    # The same sums, over the pictures or over the directions, whichever is the smaller table.
    if len(x) < max(x.shape[1], y.shape[1]):
        x, y = x @ x.T, y @ y.T
        between, first, second = (x * y).sum(), np.linalg.norm(x), np.linalg.norm(y)
    else:
        between, first, second = np.square(y.T @ x).sum(), np.linalg.norm(x.T @ x), np.linalg.norm(y.T @ y)
    return float(between / (first * second)) if first * second > 0 else float("nan")


def _same_pictures(a: np.ndarray, b: np.ndarray) -> None:
    if len(a) != len(b):
        raise UserError(
            f"There are {len(a)} pictures on one side and {len(b)} on the other.", "Compare the same ones."
        )
