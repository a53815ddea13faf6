"""Two controls of a similarity map: the same net with random weights, and whether blanking what it marks matters."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from contrastive import encoders
from contrastive.embed import encode, suit
from contrastive.encoders import Encoder
from contrastive.explain.alike import compare

STEPS = 10
ORDERS = 5


@dataclass(frozen=True)
class Deletion:
    """Areas under the curve of similarity against the share of the picture that is blanked, 0..1.

    `marked`: the regions of the map first, the highest before the others; `random`: the mean over random orders.
    A map that means something has the smaller area: the likeness goes first where it says it is.
    """

    marked: float
    random: float


def random_weights(encoder: Encoder, a: Tensor, b: Tensor, *, seed: int = 0) -> float | None:
    """Rank correlation, -1..1, of the maps of this encoder with those of the same net with fresh weights.

    The mean over both pictures of Spearman's coefficient. Near 1 the map shows the pictures and the architecture
    rather than what was learned. None where there is nothing to draw afresh, or a map has one value only. a, b: as
    in `compare`. Source: Adebayo et al. 2018, "Sanity checks for saliency maps", arXiv:1810.03292.
    """
    if not any(True for _ in encoder.parameters()):
        return None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        fresh = encoders.build(encoder.name, channels=encoder.channels, size=encoder.size)
    fresh.normalise(*encoder.scaling)
    ours, theirs = compare(encoder, a, b), compare(fresh, a, b)
    found = [_spearman(ours.map_a, theirs.map_a), _spearman(ours.map_b, theirs.map_b)]
    return None if None in found else float(np.mean([value for value in found if value is not None]))


def deletion(encoder: Encoder, a: Tensor, b: Tensor, *, seed: int = 0) -> Deletion:
    """Blank a tenth of the picture a after the other and see how fast its similarity to b goes.

    Blanked is the mean colour of the picture, by whole positions of the map; the random curve is the mean over five
    orders. a, b: as in `compare`. Source: the deletion game of Petsiuk et al. 2018, arXiv:1806.07421, section 4.2,
    with the cosine in place of a class's probability.
    """
    x = suit(a[None], encoder)[0]
    heat = compare(encoder, a, b).map_a
    rng = np.random.default_rng(seed)
    # Rounded, so that two encodings of the same map are blanked in the same order.
    orders = [np.argsort(-heat.ravel().round(9), kind="stable")]
    orders += [rng.permutation(heat.size) for _ in range(ORDERS)]
    side = x.shape[-1]
    # Each pixel belongs to the position it lies in, also where the grid does not divide the picture.
    rows, columns = (np.arange(side) * count // side for count in heat.shape)
    place = torch.from_numpy(rows[:, None] * heat.shape[1] + columns[None, :])
    mean = x.mean((1, 2), keepdim=True)
    shares = np.round(np.linspace(0, heat.size, min(STEPS, heat.size) + 1)).astype(int)
    pictures = []
    for order in orders:
        for share in shares:
            blank = torch.zeros(heat.size, dtype=torch.bool)
            blank[torch.from_numpy(order[:share].copy())] = True
            pictures.append(torch.where(blank[place], mean, x))
    h = encode(encoder, torch.stack([*pictures, suit(b[None], encoder)[0]])).astype(np.float64)
    h /= np.linalg.norm(h, axis=1, keepdims=True).clip(1e-30)
    curves = (h[:-1] @ h[-1]).reshape(len(orders), len(shares))
    areas = np.trapezoid(curves, shares / heat.size, axis=1)
    return Deletion(float(areas[0]), float(areas[1:].mean()))


def _spearman(a: np.ndarray, b: np.ndarray) -> float | None:
    if a.shape != b.shape or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    from scipy.stats import spearmanr

    return float(spearmanr(a.ravel(), b.ravel()).statistic)
