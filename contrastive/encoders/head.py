"""Projection heads g: h -> z, used in training only."""

from torch import nn

HEADS = {
    "none": "The loss sees the representation itself.",
    "linear": "One linear layer.",
    "mlp": "Two linear layers with ReLU between them (arXiv:2002.05709, section 4.2).",
}


def build_head(kind: str, dim: int, *, width: int, out: int) -> nn.Module:
    """A projection head: h (n, dim) -> z (n, out); `width` is the hidden layer of the MLP."""
    if kind == "none":
        return nn.Identity()
    if kind == "linear":
        return nn.Linear(dim, out, bias=False)
    return nn.Sequential(nn.Linear(dim, width), nn.ReLU(inplace=True), nn.Linear(width, out))
