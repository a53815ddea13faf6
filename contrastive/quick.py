"""A copy of an encoder that gives the same vectors in a fraction of the time, for sets of many pictures.

Batch-norm is folded into the convolutions. Where the processor multiplies in bfloat16 and the set is large, all
convolutions but the first are made in it. The first keeps float32, and so does every bias: rounding those few numbers
alone moved more neighbours than rounding all else. On the first batch the copy has to prove itself.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from contrastive.device import has_bfloat16

if TYPE_CHECKING:
    from contrastive.encoders import Encoder

MANY = 2_000
"""Pictures from which on bfloat16 pays: fewer take a few seconds in float32."""
CLOSE = 0.99999
"""Cosine to the true vectors that folding must keep."""
NOISE = 0.006
"""What bfloat16 may add, as a share of how far the pictures lie apart."""


def quick(encoder: Encoder, x: Tensor, *, many: bool) -> tuple[Encoder, Tensor]:
    """The fastest copy of `encoder` that passes on the batch x (n, c, h, w) in 0..1, or itself; and its vectors.

    `many`: bfloat16 may be tried as well. Vectors (n, d).
    """
    true = encoder(x)
    plain = folded(encoder).to(memory_format=torch.channels_last)
    vectors = plain(x)
    if not functional.cosine_similarity(vectors, true).min() >= CLOSE:
        return encoder, true
    if many and has_bfloat16() and _convolves(plain):
        half = halved(plain)
        short = half(x)
        if (short - true).norm() <= NOISE * (true - true.mean(0)).norm():
            return half, short
    return plain, vectors


def folded(encoder: Encoder) -> Encoder:
    """A copy in which every convolution does what the batch-norm that is listed after it did."""
    copy = deepcopy(encoder)
    for module in list(copy.modules()):
        children = list(module.named_children())
        for (name, one), (after, other) in pairwise(children):
            if type(one) is nn.Conv2d and type(other) is nn.BatchNorm2d:
                setattr(module, name, fuse_conv_bn_eval(one, other))
                setattr(module, after, nn.Identity())
    return copy


def halved(encoder: Encoder) -> Encoder:
    """A copy whose convolutions, all but the first, take and give bfloat16; the mean over positions is float32."""
    copy = deepcopy(encoder)
    first, *others = (name for name, module in copy.body.named_modules() if type(module) is nn.Conv2d)
    copy.body.get_submodule(first).register_forward_hook(lambda module, given, made: made.bfloat16())
    for name in others:
        place, _, leaf = name.rpartition(".")
        setattr(copy.body.get_submodule(place), leaf, Half(copy.body.get_submodule(name)))  # type: ignore[arg-type]
    copy.body.register_forward_hook(lambda module, given, made: made.float())
    return copy


class Half(nn.Module):
    """A convolution in bfloat16 with its bias in float32, which torch's own layer does not allow.

    A rounded bias leans the same way at every position, and the mean over positions keeps what leans.
    """

    def __init__(self, convolution: nn.Conv2d) -> None:
        super().__init__()
        self.weight, self.bias = convolution.weight.bfloat16(), convolution.bias
        self.how = (convolution.padding, convolution.stride, convolution.dilation, convolution.groups)

    def forward(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) -> (n, c', h', w') in bfloat16."""
        return torch.mkldnn_convolution(x.bfloat16(), self.weight, self.bias, *self.how)  # type: ignore[arg-type]


def _convolves(encoder: Encoder) -> bool:
    """Whether all weights are those of usual convolutions and of norms, which take either number format."""
    weighted = [m for m in encoder.body.modules() if next(m.parameters(recurse=False), None) is not None]
    convolutions = [m for m in weighted if type(m) is nn.Conv2d]
    usual = all(m.padding_mode == "zeros" and not isinstance(m.padding, str) for m in convolutions)
    norms = sum(type(m) is nn.BatchNorm2d for m in weighted)
    return usual and 0 < len(convolutions) == len(weighted) - norms
