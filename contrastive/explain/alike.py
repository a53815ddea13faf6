"""Which regions make two pictures alike: the cosine of their representations, taken apart over pairs of positions."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from contrastive.embed import suit
from contrastive.encoders import Encoder
from contrastive.explain.positions import positions


@dataclass(frozen=True)
class Alike:
    """Why two pictures are alike to an encoder.

    `contributions` (h', w', h', w'): what each position of the one and each of the other add to the similarity;
    `cosine`: the similarity of the representations themselves; `exact`: whether the contributions sum to it;
    `said`: which of the two, in a sentence.
    """

    contributions: np.ndarray
    cosine: float
    exact: bool
    said: str

    @property
    def map_a(self) -> np.ndarray:
        """(h', w') what each position of the first picture adds; sums to the cosine where `exact`."""
        return self.contributions.sum((2, 3))

    @property
    def map_b(self) -> np.ndarray:
        """(h', w') the same for the second picture."""
        return self.contributions.sum((0, 1))


def compare(encoder: Encoder, a: Tensor, b: Tensor) -> Alike:
    """Take the similarity of two images apart over the positions of the encoder's last map.

    a, b: (c, h, w), uint8 or floats in 0..1, brought to the encoder's channels and size. With h = sum of e_i over
    positions i, cos = sum over i, j of e_i(a) e_j(b) / (|h(a)| |h(b)|); each term is one contribution. A
    representation of zeros has cosine 0. Source: Stylianou et al. 2019, arXiv:1901.00536, eq. 3 (there for max and
    average pooling); the encoder stays as it is.
    """
    training = encoder.training
    encoder.eval()
    device = next((p.device for p in encoder.parameters()), torch.device("cpu"))
    try:
        with torch.inference_mode():
            x = torch.cat([suit(image[None].to(device), encoder) for image in (a, b)])
            pooled = positions(encoder, x)
            h = encoder(x).double()
            parts = pooled.parts(encoder.feature_map(x)).double()
    finally:
        encoder.train(training)
    totals = parts.sum(1)
    length = (totals[0].norm() * totals[1].norm()).clamp_min(1e-30)
    shared = (parts[0] @ parts[1].T / length).reshape(*pooled.grid, *pooled.grid)
    cosine = float(functional.cosine_similarity(h[0], h[1], dim=0, eps=1e-30))
    return Alike(shared.cpu().numpy(), cosine, pooled.exact, pooled.said)


def similarity_maps(encoder: Encoder, a: Tensor, b: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Which regions make the two images alike: (h', w') each; arguments and source as in `compare`."""
    alike = compare(encoder, a, b)
    return alike.map_a, alike.map_b


def matches(encoder: Encoder, a: Tensor, b: Tensor) -> np.ndarray:
    """What each region of a matches in b: (h', w', h', w') contributions; [i, j] maps b for one place of a."""
    return compare(encoder, a, b).contributions
