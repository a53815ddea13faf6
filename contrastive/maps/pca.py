"""PCA: the flat view that keeps the most variance; also where the other methods start from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np

from contrastive.maps.knobs import Knob


class PCA:
    """Looks at the embeddings from the side where they spread most.

    A shadow of the real thing: straight lines stay straight and far stays far, but groups that differ only in
    a direction of little spread fall on top of each other. New images are projected the same way. Source:
    Hotelling 1933, doi:10.1037/h0071325.
    """

    KNOBS: ClassVar[dict[str, Knob]] = {}

    def __init__(self, vectors: np.ndarray, dims: int, seed: int, knobs: Mapping[str, float]) -> None:
        self.vectors = vectors
        self.mean, self.axes = principal(vectors, dims)

    @staticmethod
    def limits(n: int) -> dict[str, float]:
        """No knob depends on the number of points."""
        return {}

    def draw(self, progress: Callable[[float], object] | None = None) -> np.ndarray:
        """The vectors' own positions, (n, dims)."""
        return (self.vectors - self.mean) @ self.axes.T

    def follow(self, points: np.ndarray) -> np.ndarray:
        """The vectors' own positions (n, dims); a projection knows of no earlier ones."""
        return self.draw()

    def place(self, points: np.ndarray, queries: np.ndarray) -> np.ndarray:
        """New positions (m, dims) by the same projection."""
        return (queries - self.mean) @ self.axes.T


def principal(vectors: np.ndarray, dims: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean (d,) and the first axes of variance (dims, d); an axis the vectors do not have is zero.

    Each axis points to where its largest entry is positive: the decomposition leaves the sign open, and a map
    that flips from one machine to the next cannot be recognised.
    """
    mean = vectors.mean(axis=0, dtype=np.float64)
    _, _, axes = np.linalg.svd(vectors - mean, full_matrices=False)
    axes = axes[:dims]
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.where(axes[np.arange(len(axes)), largest] < 0, -1.0, 1.0)[:, None]
    return mean, np.pad(axes, ((0, dims - len(axes)), (0, 0)))


def start(vectors: np.ndarray, dims: int, seed: int) -> np.ndarray:
    """Where t-SNE and UMAP begin: principal coordinates (n, dims), first one of standard deviation about 1.

    The noise of 1 % tells copies of an image apart and gives the methods a way out of a flat direction. An
    informed start is what keeps far groups far: Kobak and Linderman 2021, doi:10.1038/s41587-020-00809-z.
    """
    mean, axes = principal(vectors, dims)
    coordinates = (vectors - mean) @ axes.T
    spread = coordinates[:, 0].std()
    if spread > 0:
        coordinates /= spread
    return coordinates + 0.01 * np.random.default_rng(seed).normal(size=coordinates.shape)
