"""What a linear probe looked at when it decided: class activation maps by captum."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from contrastive.embed import suit
from contrastive.encoders import Encoder
from contrastive.errors import UserError
from contrastive.explain.positions import Positions, positions


@dataclass(frozen=True)
class Decision:
    """A linear probe as plain numbers: scores = h weights^T + bias; weights (classes, d), bias (classes,)."""

    weights: np.ndarray
    bias: np.ndarray

    def scores(self, vectors: np.ndarray) -> np.ndarray:
        """(n, d) -> (n, classes); the highest score is the answer."""
        return np.asarray(vectors, np.float64) @ self.weights.T + self.bias


def linear_decision(vectors: np.ndarray, codes: np.ndarray, n_classes: int, *, penalty: float = 1.0) -> Decision:
    """A ridge probe in closed form: each class against the rest, targets +1 and -1, standardised features.

    Quick enough for a page; the reported figures stay those of logistic regression. vectors (n, d), codes (n,) with
    -1 = unlabelled. Raises UserError for fewer than two classes with labels.
    """
    from contrastive.neighbours import finite_rows

    known = np.asarray(codes) >= 0
    if len(np.unique(np.asarray(codes)[known])) < 2:
        raise UserError("There are not two classes to decide between.", "Choose a data set with labels.")
    x, y = finite_rows(vectors)[known], np.asarray(codes)[known]
    centre, scale = x.mean(0), x.std(0)
    scale[scale == 0] = 1
    x = (x - centre) / scale
    targets = np.where(y[:, None] == np.arange(n_classes), 1.0, -1.0)
    middle = targets.mean(0)
    weights = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ (targets - middle)).T / scale
    return Decision(weights, middle - weights @ centre)


def class_map(encoder: Encoder, image: Tensor, decision: Decision, label: int) -> np.ndarray:
    """(h', w') how much each region spoke for class `label`; what spoke against it is 0.

    image: (c, h, w), uint8 or floats in 0..1. Grad-CAM on the encoder's last map (Selvaraju et al. 2017,
    arXiv:1610.02391, eqs. 1 and 2, captum's LayerGradCam). Behind a class token the last map has no say; there it is
    gradient times activation on the patches that enter the last block. Raises UserError for an encoder with neither.
    """
    from captum.attr import LayerGradCam, LayerGradientXActivation

    training = encoder.training
    encoder.eval()
    device = next((p.device for p in encoder.parameters()), torch.device("cpu"))
    try:
        x = suit(image[None].to(device), encoder).requires_grad_()
        pooled = positions(encoder, x.detach())
        model = _Decided(encoder, pooled, decision, label)
        if pooled.exact:
            found = LayerGradCam(model, model.features).attribute(x, relu_attributions=True)
            return found[0, 0].detach().cpu().numpy()
        found = LayerGradientXActivation(model, _last_block(encoder)).attribute(x, attribute_to_layer_input=True)
        tokens = found[0].sum(-1).detach().cpu().numpy()
    finally:
        encoder.train(training)
    count = pooled.grid[0] * pooled.grid[1]
    return np.maximum(tokens[len(tokens) - count :].reshape(pooled.grid), 0)


class _Features(nn.Module):
    """The feature map as a module of its own, which is what captum can listen to."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, x: Tensor) -> Tensor:
        return self.encoder.feature_map(x)


class _Decided(nn.Module):
    """Pixels -> one class's score (n,)."""

    def __init__(self, encoder: Encoder, pooled: Positions, decision: Decision, label: int) -> None:
        super().__init__()
        self.features, self.pooled = _Features(encoder), pooled
        self.weights = torch.from_numpy(decision.weights[label]).float()
        self.bias = float(decision.bias[label])

    def forward(self, x: Tensor) -> Tensor:
        h = self.pooled.parts(self.features(x)).sum(1) if self.pooled.exact else self.features.encoder(x)
        return h @ self.weights.to(h.device) + self.bias


def _last_block(encoder: Encoder) -> nn.Module:
    blocks = getattr(encoder.body, "blocks", None)
    if not isinstance(blocks, nn.Sequential | nn.ModuleList) or not len(blocks):
        raise UserError(f"{encoder.name} has no layer from which a class map can be read.", "Choose another encoder.")
    return blocks[-1]
