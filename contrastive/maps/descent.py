"""Descent: t-SNE's points moved step by step to where neighbours pull as hard as everything else pushes."""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np
from scipy.sparse import csr_matrix, triu

from contrastive.maps.repulsion import crowd

MOMENTUM, LONGEST_STEP = 0.8, 5.0
PLACING_STEPS, PLACING_RATE, STEEPEST = 250, 0.1, 0.25
"""Of a new point among those that stand still; they and the pull of 1.5 are openTSNE's."""
PLACING_PULL = 1.5


def likelihoods(squares: np.ndarray, indices: np.ndarray, perplexity: float) -> csr_matrix:
    """How likely every picture takes another for its neighbour, made mutual: (n, n), symmetric, of sum 1.

    squares, indices (n, k): squared distances to the nearest others, and which these are. Every picture has a width
    of its own, at which its neighbours count as `perplexity` many. Source: JMLR 9, 2008, section 2 and equation 7.
    """
    n, k = indices.shape
    shares = conditional(squares, perplexity).ravel()
    given = csr_matrix((shares, indices.ravel(), np.arange(0, n * k + 1, k)), (n, n))
    return (given + given.T).tocsr() / (2 * n)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def conditional(squares: np.ndarray, perplexity: float) -> np.ndarray:
    """(n, k) squared distances -> (n, k) shares that sum to 1 in each row, with an entropy of log(perplexity)."""
    n, k = squares.shape
    shares, wanted = np.empty((n, k)), np.log(perplexity)
    for i in range(n):
        nearest = squares[i].min()
        precision, low, high = 1.0, 0.0, np.inf
        for _ in range(100):
            total, moment = 0.0, 0.0
            for j in range(k):
                beyond = squares[i, j] - nearest
                shares[i, j] = np.exp(-precision * beyond)
                total += shares[i, j]
                moment += shares[i, j] * beyond
            entropy = np.log(total) + precision * moment / total
            if abs(entropy - wanted) < 1e-6:
                break
            if entropy > wanted:
                low = precision
            else:
                high = precision
            precision = 2 * precision if high == np.inf else (low + high) / 2
        for j in range(k):
            shares[i, j] /= total
    return shares


def descend(
    points: np.ndarray,
    mutual: csr_matrix,
    steps: int,
    *,
    exaggeration: float = 1.0,
    tell: Callable[[int], object] | None = None,
) -> np.ndarray:
    """Points (n, dims) after so many steps from where they are; `tell` hears the number of each and may end it all.

    The slope is 4 (sum_j p_ij q_ij (y_i - y_j) - sum_j q_ij^2 (y_i - y_j) / Z), with q_ij = 1 / (1 + |y_i - y_j|^2)
    and Z the sum of all q: the second sum is half the slope of a potential. Source: JMLR 9, 2008, equation 5; steps
    as long as the points are many, doi:10.1038/s41467-019-13055-y.
    """
    points, half = np.array(points.T, np.float64, order="C"), triu(mutual, 1, "csr")
    others = crowd(points)
    pull, push, speed = (np.zeros_like(points) for _ in range(3))
    gains = np.ones_like(points)
    for number in range(1, steps + 1):
        attract(points, half.indptr, half.indices, half.data, pull)
        others.lay(points)
        total = others.read(points, push).sum() - points.shape[1]  # nobody pushes itself
        slope = 4 * (exaggeration * pull + push / (2 * max(total, 1e-12)))
        move(points, slope, points.shape[1] / exaggeration, speed, gains)
        points -= points.mean(axis=1, keepdims=True)
        if tell:
            tell(number)
    return points.T


def join(points: np.ndarray, squares: np.ndarray, indices: np.ndarray, perplexity: float) -> np.ndarray:
    """Where new points belong among points (n, dims) that stand still: (m, dims), each as if it came alone.

    squares, indices (m, k): squared distances of the new to their nearest of the old, and which these are. Each
    starts in the middle of them. Source: Policar et al. 2023, doi:10.1007/s10994-021-06043-1.
    """
    base = np.array(points.T, np.float64, order="C")
    shares = conditional(squares, perplexity)
    here = np.ascontiguousarray(np.median(base[:, indices], axis=2))
    others = crowd(base)
    pull, push, speed = (np.zeros_like(here) for _ in range(3))
    gains = np.ones_like(here)
    low, high = base.min(axis=1)[:, None], base.max(axis=1)[:, None]
    for _ in range(PLACING_STEPS):
        attract_to(here, base, indices, shares, pull)
        total = others.read(here, push)
        slope = 2 * (PLACING_PULL * pull + push / (2 * total))
        slope *= STEEPEST / np.maximum(STEEPEST, np.linalg.norm(slope, axis=0))
        move(here, slope, PLACING_RATE, speed, gains)
        np.clip(here, low, high, out=here)
    return here.T


@numba.njit(cache=True, nogil=True, error_model="numpy")
def attract(points: np.ndarray, starts: np.ndarray, others: np.ndarray, shares: np.ndarray, pull: np.ndarray) -> None:
    """Write sum_j p_ij q_ij (y_i - y_j) to `pull` (dims, n); every pair is listed once."""
    dims, n = points.shape
    pull[:] = 0
    x, y, z = points[0], points[1], points[dims - 1]
    for i in range(n):
        pull_x, pull_y, pull_z = 0.0, 0.0, 0.0
        for e in range(starts[i], starts[i + 1]):
            j = others[e]
            dx, dy, dz = x[i] - x[j], y[i] - y[j], 0.0
            if dims == 3:
                dz = z[i] - z[j]
            weight = shares[e] / (1 + dx * dx + dy * dy + dz * dz)
            pull_x += weight * dx
            pull_y += weight * dy
            pull[0, j] -= weight * dx
            pull[1, j] -= weight * dy
            if dims == 3:
                pull_z += weight * dz
                pull[2, j] -= weight * dz
        pull[0, i] += pull_x
        pull[1, i] += pull_y
        if dims == 3:
            pull[2, i] += pull_z


@numba.njit(cache=True, nogil=True, error_model="numpy")
def attract_to(
    here: np.ndarray, points: np.ndarray, others: np.ndarray, shares: np.ndarray, pull: np.ndarray
) -> None:
    """Write sum_j p_ij q_ij (y_i - y_j) to `pull` (dims, m), for y_i in `here` and y_j among the old points."""
    pull[:] = 0
    for i in range(here.shape[1]):
        for e in range(others.shape[1]):
            square = 0.0
            for d in range(len(here)):
                square += (here[d, i] - points[d, others[i, e]]) ** 2
            for d in range(len(here)):
                pull[d, i] += shares[i, e] / (1 + square) * (here[d, i] - points[d, others[i, e]])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def move(points: np.ndarray, slope: np.ndarray, rate: float, speed: np.ndarray, gains: np.ndarray) -> None:
    """One step down the slope (dims, n), in place: with momentum, and a gain for every coordinate of every point."""
    dims, n = points.shape
    for i in range(n):
        length = 0.0
        for d in range(dims):
            turned = np.sign(speed[d, i]) != np.sign(slope[d, i])
            gains[d, i] = gains[d, i] + 0.2 if turned else gains[d, i] * 0.8 + 0.01
            speed[d, i] = MOMENTUM * speed[d, i] - rate * gains[d, i] * slope[d, i]
            length += speed[d, i] ** 2
        shorter = LONGEST_STEP / max(LONGEST_STEP, np.sqrt(length))
        for d in range(dims):
            speed[d, i] *= shorter
            points[d, i] += speed[d, i]
