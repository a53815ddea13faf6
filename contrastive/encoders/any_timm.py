"""`timm:NAME`: any model of the timm library, imported only when one is asked for."""

import difflib
import math
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from contrastive.encoders.encoder import Encoder
from contrastive.errors import UserError

PREFIX = "timm:"


def check_timm(name: str) -> None:
    """Raise UserError with the nearest names when timm has no model `timm:NAME`; no network is built."""
    import timm

    wanted = name.removeprefix(PREFIX)
    known = [*timm.list_models(), *timm.list_pretrained()]
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(PREFIX + found for found in near)}?" if near else "See timm.list_models()."
        raise UserError(f"timm has no model called {wanted!r}.", hint)


def any_timm(name: str, channels: int, size: int, *, weights: Path | None = None) -> Encoder:
    """The model `timm:NAME` without its classifier; random, or with the published weights in a file.

    h is the model's own pooled representation: the number timm's `forward_head(..., pre_logits=True)` gives, which
    may be a class token or have passed a layer norm and so need not be the mean of the feature map. Pixels are
    normalised with the mean and std of the model's `pretrained_cfg`. Vision transformers are fitted to `size`, with
    a border where it is no multiple of their patches. The last block is timm's own last group of parameters.
    Errors: UserError for an unknown name, a size the model cannot take, a file with other weights.
    Source: https://github.com/huggingface/pytorch-image-models.
    """
    check_timm(name)
    short = name.removeprefix(PREFIX)
    try:
        body = _create(short, channels, size, weights).eval()
        with torch.no_grad():
            dim = body(torch.zeros(1, channels, size, size)).shape[1]
    except (RuntimeError, AssertionError, ValueError, KeyError, SafetensorError) as error:
        if weights is not None:
            raise UserError(f"{weights.name} does not fit {name} at {size} px: {_first_line(error)}") from error
        raise UserError(f"{name} does not take pictures of {size} px.", "Choose another size.") from error
    given = body.pretrained_cfg
    encoder = _Timm(
        name, body, dim=dim, channels=channels, size=size, mean=given["mean"], std=given["std"], last=_last(body)
    )
    return encoder.train()


class _Timm(Encoder):
    def feature_map(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) in 0..1 -> (n, d, h', w'); of a vision transformer the patch tokens, without class token."""
        features = self.body.forward_features((x - self.mean) / self.std)  # type: ignore[operator]
        if features.ndim == 4:
            return features.permute(0, 3, 1, 2) if getattr(self.body, "output_fmt", "") == "NHWC" else features
        tokens = features[:, getattr(self.body, "num_prefix_tokens", 0) :]
        side = math.isqrt(tokens.shape[1])
        if side**2 != tokens.shape[1]:
            raise UserError(f"{self.name} has no square map of features.", "Choose another encoder.")
        return tokens.transpose(1, 2).unflatten(2, (side, side))

    def forward(self, x: Tensor) -> Tensor:
        """x (n, c, h, w) in 0..1 -> h (n, dim): the model's own pooled representation."""
        return self.body((x - self.mean) / self.std)


def _create(name: str, channels: int, size: int, weights: Path | None) -> Any:
    import timm

    published: dict[str, Any] = (
        {"pretrained": True, "pretrained_cfg_overlay": {"file": str(weights)}} if weights else {}
    )
    sizes: list[dict[str, Any]] = [{"dynamic_img_size": True, "dynamic_img_pad": True}, {"img_size": size}, {}]
    for fitted in sizes:
        try:
            return timm.create_model(name, num_classes=0, in_chans=channels, **fitted, **published)
        except TypeError as error:
            # Only vision transformers are told the size; the others say so by refusing the word.
            if not fitted or "unexpected keyword argument" not in str(error):
                raise
    raise AssertionError("the last try returns or raises")


def _last(body: Any) -> list[str]:
    from timm.models import group_parameters

    matrices: set[str] = {name for name, p in body.named_parameters() if p.ndim > 1}
    groups: dict[int, list[str]] = group_parameters(body, body.group_matcher(coarse=True))
    last: set[str] = set()
    for group in sorted(groups, reverse=True):
        last |= set(groups[group])
        # A final norm, or a lone convolution before the classifier, is no block.
        if len(last & matrices) > 1:
            break
    modules: dict[str, nn.Module] = dict(body.named_modules())
    return sorted({owner for name in last if (owner := name.rpartition(".")[0]) in modules and owner})


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
