"""The ROI crop finds what stands out, and crops there as the random crop does."""

import pytest
import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as tv

from contrastive import augment
from contrastive.augment.geometry import Crop
from contrastive.augment.roi import Roi, salient_place


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def discs(n: int, channels: int, side: int) -> tuple[Tensor, Tensor]:
    """Pictures (n, c, side, side) of one bright disc on a plain ground, and its centres (n, 2) in pixels."""
    radius = side / 10
    centre = radius + torch.rand(n, 2, generator=seeded(side)) * (side - 2 * radius)
    pixel = torch.arange(side) + 0.5
    away = (pixel[:, None] - centre[:, 0, None, None]) ** 2 + (pixel - centre[:, 1, None, None]) ** 2
    ground = torch.linspace(0.2, 0.4, channels).view(1, channels, 1, 1)
    return torch.where((away < radius**2)[:, None], torch.tensor(0.95), ground), centre


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [28, 96, 200])
def test_a_disc_stays_whole_in_the_crop(channels: int, side: int) -> None:
    x, centre = discs(200, channels, side)
    assert (salient_place(x) - centre).norm(dim=1).max() < side / 20, "the place lies well within the disc"
    roi, crop = Roi(size=side, area=(0.3, 0.3)), Crop(size=side, area=(0.3, 0.3))
    shape = (channels, side, side)
    around = inside(roi.window(x, roi.draw(len(x), shape, seeded(1))), centre, side / 10)
    anywhere = inside(crop.draw(len(x), shape, seeded(1)), centre, side / 10)
    assert around >= 0.95
    assert anywhere < 0.5, "a crop of the same area that looks at nothing"


def inside(window: dict[str, Tensor], centre: Tensor, radius: float) -> float:
    """The share of discs that lie in their window, but for half a pixel of their rim."""
    start = torch.stack([window["top"], window["left"]], 1)
    end = start + torch.stack([window["height"], window["width"]], 1)
    within = (centre - radius >= start - 0.5) & (centre + radius <= end + 0.5)
    return within.all(1).float().mean().item()


@pytest.mark.parametrize("shape", [(28, 28), (40, 72), (150, 100)])
def test_the_window_is_cut_out_as_torchvision_cuts_it(shape: tuple[int, int]) -> None:
    h, w = shape
    x = torch.rand(6, 3, h, w, generator=seeded(2))
    op = Roi(size=32, wander=1.0)
    drawn = op.draw(len(x), (3, h, w), seeded(3))
    ours, place = op.apply(x, drawn), salient_place(x)
    for i in range(len(x)):
        height, width = int(drawn["height"][i]), int(drawn["width"][i])
        top = round(min(max(0, (place[i, 0] + drawn["down"][i]).item() - height / 2), h - height))
        left = round(min(max(0, (place[i, 1] + drawn["across"][i]).item() - width / 2), w - width))
        theirs = tv.resized_crop(x[i], top, left, height, width, [32, 32], antialias=True)
        torch.testing.assert_close(ours[i], theirs.clamp(0, 1), atol=2e-5, rtol=0)


@pytest.mark.parametrize("tone", [0.0, 0.3, 1.0])
def test_a_picture_without_anything_in_it_is_cropped_about_its_middle(tone: float) -> None:
    x = torch.full((3, 3, 30, 50), tone)
    torch.testing.assert_close(salient_place(x), torch.tensor([[15.0, 25.0]]).expand(3, 2), atol=0.51, rtol=0)
    view = augment.recipe([{"op": "roi"}], size=30)(x, seeded())
    torch.testing.assert_close(view, torch.full_like(view, tone), atol=1e-5, rtol=0)


def test_the_second_subset_of_study_d() -> None:
    assert {name for name, _ in augment.recipe("subset-b", size=28).ops} == {"cutout", "colour", "noise", "roi"}
