"""Rotation and perspective: how the picture hangs, and from where one looks at it.

What lies beyond the picture is black, as in torchvision's functions of the same names.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from contrastive.augment.op import Drawn, Op, knob, uniform


@dataclass(frozen=True)
class Rotate(Op):
    """Rotation by a free angle within a range, or by right angles.

    Positive angles turn counter-clockwise; bilinear, as torchvision's `rotate`. With `right_angles` a picture is
    turned by 90, 180 or 270 degrees, evenly. Source: Gidaris et al. 2018, arXiv:1803.07728 (right angles).
    """

    degrees: float = knob(15.0, 0.0, 180.0, "The largest turn to either side, in degrees.")
    right_angles: bool = knob(False, meaning="Only quarter turns, which keep every pixel.")

    def weaker(self, strength: float) -> Op:
        """Smaller turns; of right angles, fewer."""
        if self.right_angles:
            return self.with_knobs(probability=self.probability * strength)
        return self.with_knobs(degrees=min(180.0, self.degrees * strength))

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """angle: degrees, 0 for pictures left as they are."""
        kept = self.keep(n, generator)
        angle = uniform(n, -self.degrees, self.degrees, generator)
        if self.right_angles:
            angle = 90 * torch.randint(1, 4, (n,), generator=generator, device=generator.device).float()
        return {"angle": torch.where(kept, angle, 0.0)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape; only the chosen pictures are resampled."""
        chosen = drawn["angle"].nonzero().flatten()
        if not len(chosen):
            return x
        turned = sample(x[chosen], turned_grid(drawn["angle"][chosen], x))
        return x.index_copy(0, chosen, turned)


@dataclass(frozen=True)
class PadRotateScale(Op):
    """Pad, rotate, scale: the picture a little smaller on black, and turned.

    Stands for resize to 2x, pad by 18, rotate, cut the centre at 2.25x and resize back. Those are one affine map,
    sampled once here about the exact centre: the result is a little sharper than theirs (by about 0.01 on average
    on smooth pictures, of 0..1), and at 28 px, where 63 of 92 pixels have no middle, theirs hangs a quarter of a
    pixel aside. Source: the pairwise and triplet study this project grew from.
    """

    degrees: float = knob(15.0, 0.0, 180.0, "The largest turn to either side, in degrees.")
    scale: float = knob(2 / 2.25, 0.3, 1.0, "How large the picture becomes, as a share of its side.")

    def weaker(self, strength: float) -> Op:
        """Smaller turns of a larger picture."""
        return self.with_knobs(degrees=min(180.0, self.degrees * strength), scale=self.scale**strength)

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """angle: degrees; scale: the share of its side, 1 for pictures left as they are."""
        kept = self.keep(n, generator)
        angle = uniform(n, -self.degrees, self.degrees, generator)
        return {"angle": torch.where(kept, angle, 0.0), "scale": torch.where(kept, self.scale, 1.0)}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape."""
        return sample(x, turned_grid(drawn["angle"], x, drawn["scale"]))


@dataclass(frozen=True)
class Perspective(Op):
    """Perspective: the picture seen from a little aside, each corner pulled inwards by its own amount.

    Bilinear, as torchvision's `perspective`, and corners drawn as its `RandomPerspective` draws them.
    Source: torchvision.transforms.RandomPerspective.
    """

    probability: float = knob(0.5, 0.0, 1.0, "Share of the pictures it is applied to.")
    distortion: float = knob(0.5, 0.0, 1.0, "How far a corner may move, as a share of half the side.")

    def weaker(self, strength: float) -> Op:
        """Corners that stay closer to where they were."""
        return self.with_knobs(distortion=min(1.0, self.distortion * strength))

    def draw(self, n: int, shape: tuple[int, int, int], generator: torch.Generator) -> Drawn:
        """moved: which pictures; corners (n, 4, 2): x and y in pixels, clockwise from the top left."""
        _, h, w = shape
        kept = self.keep(n, generator)
        reach = torch.tensor([w // 2, h // 2], device=generator.device) * self.distortion
        inward = (torch.rand(n, 4, 2, generator=generator, device=generator.device) * (reach.floor() + 1)).floor()
        start = corners(h, w, generator.device)
        towards = torch.tensor([[1, 1], [-1, 1], [-1, -1], [1, -1]], device=generator.device)
        return {"moved": kept & (inward.amax((1, 2)) > 0), "corners": start + towards * inward}

    def apply(self, x: Tensor, drawn: Drawn) -> Tensor:
        """x (n, c, h, w) -> same shape; only the chosen pictures are resampled."""
        chosen = drawn["moved"].nonzero().flatten()
        if not len(chosen):
            return x
        h, w = x.shape[-2:]
        towards = homographies(drawn["corners"][chosen], corners(h, w, x.device)).to(x.dtype)  # (m, 3, 3)
        rows, columns = torch.meshgrid(
            torch.arange(h, device=x.device) + 0.5, torch.arange(w, device=x.device) + 0.5, indexing="ij"
        )
        points = torch.stack([columns, rows, torch.ones_like(rows)], -1).flatten(0, 1)  # (h w, 3)
        seen = points @ towards.transpose(1, 2)  # (m, h w, 3)
        seen = seen[..., :2] / seen[..., 2:]
        grid = seen * (2 / torch.tensor([w, h], device=x.device)) - 1
        return x.index_copy(0, chosen, sample(x[chosen], grid.view(-1, h, w, 2)))


def sample(x: Tensor, grid: Tensor) -> Tensor:
    """x (n, c, h, w) at grid (n, h, w, 2) of places in -1..1, bilinear, black outside -> same shape."""
    return functional.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False).clamp(0, 1)


def turned_grid(angle: Tensor, x: Tensor, scale: Tensor | None = None) -> Tensor:
    """angle (n,) in degrees, scale (n,) -> the grid (n, h, w, 2) that shows x turned about its centre."""
    h, w = x.shape[-2:]
    radians = angle * (math.pi / 180)
    shrink = 1.0 if scale is None else 1 / scale
    cos, sin = radians.cos() * shrink, radians.sin() * shrink
    zero = torch.zeros_like(cos)
    # Places are in -1..1 on both sides, so a turn of an oblong picture has to undo and redo its shape.
    theta = torch.stack([cos, -sin * (h / w), zero, sin * (w / h), cos, zero], -1).view(-1, 2, 3)
    return functional.affine_grid(theta, [len(angle), x.shape[1], h, w], align_corners=False)


def corners(h: int, w: int, device: torch.device) -> Tensor:
    """(4, 2): x and y of a picture's corners in pixels, clockwise from the top left."""
    return torch.tensor([[0, 0], [w - 1, 0], [w - 1, h - 1], [0, h - 1]], dtype=torch.float32, device=device)


def homographies(seen: Tensor, source: Tensor) -> Tensor:
    """The maps that take four corners seen (n, 4, 2) to four source corners (4, 2) -> (n, 3, 3) float64."""
    x, y = seen.double().unbind(-1)  # (n, 4) each
    u, v = source.double().expand(len(seen), 4, 2).unbind(-1)
    one, zero = torch.ones_like(x), torch.zeros_like(x)
    first = torch.stack([x, y, one, zero, zero, zero, -u * x, -u * y], -1)
    second = torch.stack([zero, zero, zero, x, y, one, -v * x, -v * y], -1)
    solved = torch.linalg.solve(torch.cat([first, second], 1), torch.cat([u, v], 1))  # (n, 8)
    return torch.cat([solved, torch.ones_like(solved[:, :1])], 1).view(-1, 3, 3)
