"""Repulsion: how all points of a map together push at a place, on a grid in the plane and pair by pair in space."""

from __future__ import annotations

import numba
import numpy as np
from scipy import fft

SPACING = 0.5
"""Map units between two nodes. The kernel 1 / (1 + r^2) is 2 wide, and its spectrum falls as exp(-|k|)."""
LADDER = 8
"""The number of nodes grows in such steps, so that few spectra are ever made."""
PAIRS_UP_TO = 2_000
"""Measured: all pairs take .1 ms among 1,000 points and 2 ms among 5,000, the grid about 1 ms in either case."""


class Grid:
    """The potential of points in the plane, sum_j 1 / (1 + |y - y_j|^2), wherever one asks within their frame.

    Points are spread onto the nodes by cubic B-splines, the nodes are convolved with the kernel by one Fourier
    transform there and one back, and the splines are read where one asks. The slope of the potential is what t-SNE
    calls repulsion, so one transform of one grid is enough for both coordinates and the sum. Sources: the splines of
    smooth particle mesh Ewald, doi:10.1063/1.470117; a grid for t-SNE, doi:10.1038/s41592-018-0308-4.
    """

    def __init__(self) -> None:
        self.shape, self.low = (0, 0), np.zeros(2)
        self.spectrum, self.nodes = np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32)

    def lay(self, points: np.ndarray) -> None:
        """Make the potential of points (2, n) float64."""
        self.low = points.min(axis=1)
        needed = ((points.max(axis=1) - self.low) / SPACING).astype(int) + 4
        rows, columns = (fft.next_fast_len(-(-int(count) // LADDER) * LADDER, real=True) for count in needed)
        if (rows, columns) != self.shape:
            self.shape, self.spectrum = (rows, columns), spectrum(2 * rows, 2 * columns)
        charges = np.zeros(self.shape, np.float32)
        spread(points, self.low, charges)
        # Twice as many nodes, or the far ends would meet; the empty half of the rows is left out where it can be.
        work = fft.fft(fft.rfft(charges, 2 * columns), 2 * rows, axis=0, overwrite_x=True)
        work *= self.spectrum
        work = fft.ifft(work, axis=0, overwrite_x=True)[:rows]
        self.nodes = fft.irfft(work, 2 * columns)[:, :columns]

    def read(self, points: np.ndarray, slope: np.ndarray) -> np.ndarray:
        """The potential (m,) at points (2, m); its slope is written to (2, m)."""
        return gather(points, self.low, self.nodes, slope)


class Pairs:
    """The same potential in the plane or in space, from every pair of points: exact, for some thousands of them."""

    def lay(self, points: np.ndarray) -> None:
        """Remember points (dims, n)."""
        self.points = points.astype(np.float32)

    def read(self, points: np.ndarray, slope: np.ndarray) -> np.ndarray:
        """The potential (m,) at points (dims, m); its slope is written to (dims, m)."""
        flat = np.zeros((3 - len(points), 1), np.float32)
        here = (np.concatenate([some, flat.repeat(some.shape[1], 1)]) for some in (points, self.points))
        potential, whole = summed(*(some.astype(np.float32) for some in here))
        slope[:] = whole[: len(points)]
        return potential


def crowd(points: np.ndarray) -> Grid | Pairs:
    """The potential of points (dims, n) float64, by the way that suits how many and in how many dimensions."""
    made = Grid() if len(points) == 2 and points.shape[1] > PAIRS_UP_TO else Pairs()
    made.lay(points)
    return made


def spectrum(rows: int, columns: int) -> np.ndarray:
    """The transform of 1 / (1 + r^2) over that of the splines, which blur both what is spread and what is read."""
    sides = (rows, columns)
    down, across = ((np.minimum(np.arange(side), side - np.arange(side)) * SPACING) ** 2 for side in sides)
    waves = fft.rfft2(1 / (1 + down[:, None] + across)).real
    down, across = ((2 + np.cos(2 * np.pi * np.arange(side) / side)) / 3 for side in sides)
    return (waves / (down[:, None] * across[: waves.shape[1]]) ** 2).astype(np.float32)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def splines(place: float, side: int, weight: np.ndarray, slope: np.ndarray) -> int:
    """Weights and slopes (4,) of the nodes around a place in units of nodes; returns the first of these nodes."""
    cell = min(max(int(place), 0), side - 4)
    t = place - cell
    u = 1 - t
    weight[0], weight[3] = u * u * u / 6, t * t * t / 6
    weight[1], weight[2] = (4 - 3 * t * t * (1 + u)) / 6, (4 - 3 * u * u * (1 + t)) / 6
    slope[0], slope[3] = -u * u / 2, t * t / 2
    slope[1], slope[2] = t * (1.5 * t - 2), u * (2 - 1.5 * u)
    return cell


@numba.njit(cache=True, nogil=True, error_model="numpy")
def spread(points: np.ndarray, low: np.ndarray, nodes: np.ndarray) -> None:
    """Add a charge of 1 at each point (2, n) to the nodes."""
    down, across, unused = np.zeros(4), np.zeros(4), np.zeros(4)
    for i in range(points.shape[1]):
        row = splines((points[0, i] - low[0]) / SPACING, nodes.shape[0], down, unused)
        column = splines((points[1, i] - low[1]) / SPACING, nodes.shape[1], across, unused)
        for a in range(4):
            for b in range(4):
                nodes[row + a, column + b] += down[a] * across[b]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def gather(points: np.ndarray, low: np.ndarray, nodes: np.ndarray, out: np.ndarray) -> np.ndarray:
    """The potential (n,) at each point; its slope is written to `out` (2, n)."""
    down, across, steep_down, steep_across = np.zeros(4), np.zeros(4), np.zeros(4), np.zeros(4)
    potential = np.zeros(points.shape[1])
    for i in range(points.shape[1]):
        row = splines((points[0, i] - low[0]) / SPACING, nodes.shape[0], down, steep_down)
        column = splines((points[1, i] - low[1]) / SPACING, nodes.shape[1], across, steep_across)
        x, y, value = 0.0, 0.0, 0.0
        for a in range(4):
            for b in range(4):
                node = nodes[row + a, column + b]
                value += node * down[a] * across[b]
                x += node * steep_down[a] * across[b]
                y += node * down[a] * steep_across[b]
        potential[i], out[0, i], out[1, i] = value, x / SPACING, y / SPACING
    return potential


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=True)
def summed(here: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The potential (m,) of points (3, n) and its slope (3, m) at other points (3, m), all float32."""
    potential, slope = np.zeros(here.shape[1], np.float32), np.zeros(here.shape, np.float32)
    x, y, z = points[0], points[1], points[2]
    one = np.float32(1)
    for i in range(here.shape[1]):
        total, across, up, deep = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
        for j in range(points.shape[1]):
            dx, dy, dz = here[0, i] - x[j], here[1, i] - y[j], here[2, i] - z[j]
            near = one / (one + dx * dx + dy * dy + dz * dz)
            total += near
            across += near * near * dx
            up += near * near * dy
            deep += near * near * dz
        potential[i] = total
        slope[0, i], slope[1, i], slope[2, i] = -2 * across, -2 * up, -2 * deep
    return potential, slope
