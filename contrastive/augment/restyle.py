"""Style: the picture painted in the manner of another one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor
from torch.utils.weak import WeakIdKeyDictionary

from contrastive.augment.op import Drawn, Op, knob, uniform
from contrastive.errors import UserError

if TYPE_CHECKING:
    from contrastive.style.network import StyleNetwork

_banks: WeakIdKeyDictionary = WeakIdKeyDictionary()
"""Style codes of pictures already looked at: tensor of pictures -> {(network, number): codes}."""


@dataclass(frozen=True)
class Style(Op):
    """Style transfer: the picture painted in the manner of another one, which a network has learned.

    The styles are other pictures of the same set, or those of `styles`. Their style codes are computed once and kept
    (the bank); with a bank of 0 they are the other pictures of the batch itself.
    Source: AdaIN, arXiv:1703.06868, and AdaConv (Chandran et al., CVPR 2021), each picture with a style of its own;
    as an augmentation: Jackson et al. 2019, arXiv:1809.05375.
    """

    by_itself: ClassVar[bool] = False

    network: str = knob("light-adain", meaning="Network that paints: a shipped one, or a run of style-train.")
    alpha: tuple[float, float] = knob((0.5, 1.0), 0.0, 1.0, "How far towards the style: 0 keeps the picture's own.")
    styles: str = knob("", meaning="Data set whose pictures are the styles; empty: other pictures of the same set.")
    bank: int = knob(512, 0, 4096, "Pictures whose style is kept at hand; 0: the others of the batch.")

    def weaker(self, strength: float) -> Op:
        """Less of the way towards the style."""
        low, high = self.alpha
        return self.with_knobs(alpha=(min(1.0, low * strength), min(1.0, high * strength)))

    def among(self, pictures: Tensor) -> Op:
        """The same with the styles of these pictures at hand, unless it has others or wants those of the batch."""
        bound = self.with_knobs()
        object.__setattr__(bound, "_pictures", pictures)
        return bound

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """alpha: how far, 0 for pictures left as they are; style: which one, as a share of all there are."""
        alpha = torch.where(self.keep(n, generator), uniform(n, *self.alpha, generator), 0.0)
        return {"alpha": alpha, "style": uniform(n, 0.0, 1.0, generator)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape; only the chosen pictures are painted."""
        from contrastive import style
        from contrastive.style.restyling import codes_of, restyled

        chosen = drawn["alpha"].nonzero().flatten()
        if not len(chosen):
            return x
        network = style.load(self.network, device=x.device)
        share = drawn["style"][chosen]
        codes = self._bank(network, x)
        if codes is None:
            codes = codes_of(network, x)
            # Any picture of the batch but itself; of a batch of one, itself.
            which = (chosen + 1 + (share * (len(x) - 1)).long()) % len(x)
        else:
            which = (share * len(codes)).long().clamp(max=len(codes) - 1)
        painted = restyled(network, x[chosen], codes[which], drawn["alpha"][chosen])
        return x.index_copy(0, chosen, painted.clamp(0, 1).to(x.dtype))

    def _bank(self, network: "StyleNetwork", x: Tensor) -> Tensor | None:
        """Kept style codes (m, k), or None where the styles are those of the batch."""
        from contrastive.style.restyling import codes_of

        pictures = _others(self.styles, x.shape[-1]) if self.styles else getattr(self, "_pictures", None)
        if pictures is None or not (self.bank or self.styles):
            return None
        count = min(len(pictures), self.bank or 512)
        kept = _banks.setdefault(pictures, {})
        key = (self.network, id(network), count, x.shape[-1])
        if key not in kept:
            rows = torch.arange(count) * len(pictures) // count
            kept[key] = codes_of(network, pictures[rows].to(x.device), size=x.shape[-1])
        return kept[key]


_loaded: dict[tuple[str, int], Tensor] = {}


def _others(name: str, size: int) -> Tensor:
    """Pictures of the data set `name`."""
    from contrastive import datasets

    if (name, size) not in _loaded:
        pictures = datasets.load(name, size=size).images
        if not len(pictures):
            raise UserError(f"{name} has no pictures to take styles from.")
        _loaded.clear()
        _loaded[name, size] = pictures
    return _loaded[name, size]
