"""Paint one picture of any shape in the manner of one or several others: what the studio and the command line do."""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from contrastive.errors import UserError
from contrastive.style.network import StyleNetwork

LARGEST, LONGEST = 1024, 4
"""Longest side in pixels that is painted, and how many times longer than wide a picture may be; the rest is cut."""
LUMA = (0.299, 0.587, 0.114)


@torch.no_grad()
def paint(
    network: StyleNetwork,
    content: Image.Image,
    styles: Sequence[Image.Image],
    *,
    weights: Sequence[float] | None = None,
    alpha: float = 1.0,
    size: int = 256,
    keep_colours: bool = False,
) -> Image.Image:
    """The content in the manner of the styles, at a shorter side of `size` pixels.

    `weights`: how much each of the styles counts, evenly where not given; `alpha`: 0 for the content's own style, 1
    for that of the styles; `keep_colours`: only light and dark are taken from the result, the colours are the
    content's (arXiv:1606.05897, section 4). Raises UserError for weights that cannot be met.
    """
    weights = [1.0] * len(styles) if weights is None else list(weights)
    if not styles or len(weights) != len(styles) or min(weights) < 0 or not 0 < sum(weights) < float("inf"):
        raise UserError("A mix needs a weight of 0 or more for every style, and one above 0.")
    if not 0 <= alpha <= 1:
        raise UserError(f"An alpha of {alpha:g} is not possible.", "It goes from 0, as it is, to 1, fully restyled.")
    x = as_tensor(content, size)
    codes = torch.cat([network.code(as_tensor(style, size)) for style in styles])
    share = torch.tensor(weights) / sum(weights)
    painted = network.restyle(x, (share[:, None] * codes).sum(0, keepdim=True), alpha=alpha)
    return as_image(coloured_as(painted, x) if keep_colours else painted)


def coloured_as(painted: Tensor, content: Tensor) -> Tensor:
    """painted (n, 3, h, w) with the colours of content (n, 3, h, w) and its own light and dark."""
    luma = painted.new_tensor(LUMA).view(1, 3, 1, 1)
    difference = ((painted - content) * luma).sum(1, keepdim=True)
    return (content + difference).clamp(0, 1)


def as_tensor(image: Image.Image, size: int) -> Tensor:
    """A picture at a shorter side of `size` pixels -> (1, 3, h, w) in 0..1; its longer side is kept within bounds."""
    image = image.convert("RGB")
    width, height = image.size
    longest = LONGEST * min(width, height)
    width, height = min(width, longest), min(height, longest)
    left, top = (image.width - width) / 2, (image.height - height) / 2
    scale = min(size / min(width, height), LARGEST / max(width, height))
    shape = max(1, round(width * scale)), max(1, round(height * scale))
    image = image.resize(shape, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height))
    return torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1)[None].float() / 255


def as_image(x: Tensor) -> Image.Image:
    """(1, 3, h, w) in 0..1 -> a picture."""
    return Image.fromarray((x[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy())
