"""Augmentations against torchvision with the same parameters, and the promises about draws."""

import pytest
import torch
from torchvision.transforms.v2 import functional as tv

from contrastive import augment
from contrastive.augment.blur import Blur
from contrastive.augment.colour import Colour, Grayscale, hue_matrices
from contrastive.augment.geometry import Crop, Flip
from contrastive.errors import UserError


def pictures(n: int = 5, channels: int = 3, side: int = 32) -> torch.Tensor:
    """Smooth random pictures, so that resampling errors are not drowned in noise."""
    coarse = torch.rand(n, channels, 6, 6, generator=torch.Generator().manual_seed(side))
    return torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic").clamp(0, 1)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("side", [28, 33, 96])
def test_crop_equals_torchvision(side: int) -> None:
    x = pictures(side=side)
    op = Crop(size=32)
    drawn = op.draw(len(x), (3, side, side), seeded())
    ours = op.apply(x, drawn)
    for i in range(len(x)):
        top, left, height, width = (int(drawn[k][i]) for k in ("top", "left", "height", "width"))
        theirs = tv.resized_crop(x[i], top, left, height, width, [32, 32], antialias=True)
        torch.testing.assert_close(ours[i], theirs.clamp(0, 1), atol=2e-5, rtol=0)


def test_colour_equals_torchvision_up_to_hue() -> None:
    x = pictures()
    op = Colour(probability=1.0, hue=0.0)
    drawn = op.draw(len(x), (3, 32, 32), seeded(1))
    ours = op.apply(x, drawn)
    for i in range(len(x)):
        y = tv.adjust_brightness(x[i], float(drawn["brightness"][i]))
        y = tv.adjust_contrast(y, float(drawn["contrast"][i]))
        y = tv.adjust_saturation(y, float(drawn["saturation"][i]))
        torch.testing.assert_close(ours[i], y, atol=1e-4, rtol=0)


def test_hue_keeps_the_grey_value_and_turns_full_circle() -> None:
    x = torch.rand(4, 3, 100, generator=seeded())
    luma = torch.tensor([0.2989, 0.587, 0.114])
    turned = hue_matrices(torch.tensor([0.1, -0.2, 0.5, 1.0])) @ x
    torch.testing.assert_close(luma @ turned, luma @ x, atol=2e-4, rtol=0)
    torch.testing.assert_close(turned[3], x[3], atol=2e-5, rtol=0)
    assert (turned[2] - x[2]).abs().max() > 0.2


@pytest.mark.parametrize(("turn", "largest", "mean"), [(-0.17, 0.69, 0.13), (0.2, 0.69, 0.13), (0.5, 0.78, 0.17)])
def test_hue_deviates_from_torchvision_by_no_more_than_is_stated(turn: float, largest: float, mean: float) -> None:
    tones = torch.linspace(0, 1, 17)
    cube = torch.stack(torch.meshgrid(tones, tones, tones, indexing="ij")).view(1, 3, 17, -1)
    ours = (hue_matrices(torch.tensor([turn])) @ cube.flatten(2)).clamp(0, 1).view_as(cube)
    deviation = (ours - tv.adjust_hue(cube, turn)).abs()
    assert deviation.max() < largest
    assert deviation.mean() < mean


def test_grayscale_and_flip_equal_torchvision() -> None:
    x = pictures()
    grey = Grayscale(probability=1.0)
    theirs = tv.rgb_to_grayscale(x, num_output_channels=3)
    torch.testing.assert_close(grey.apply(x, grey.draw(5, (3, 32, 32), seeded())), theirs, atol=1e-5, rtol=0)
    flip = Flip(probability=1.0)
    assert torch.equal(flip.apply(x, flip.draw(5, (3, 32, 32), seeded())), tv.horizontal_flip(x))


@pytest.mark.parametrize(("side", "kernel"), [(28, 3), (96, 11)])
def test_blur_equals_torchvision(side: int, kernel: int) -> None:
    x = pictures(side=side)
    op = Blur(probability=1.0)
    assert op.kernel_size(side) == kernel
    drawn = op.draw(len(x), (3, side, side), seeded(2))
    ours = op.apply(x, drawn)
    for i in range(len(x)):
        sigma = float(drawn["sigma"][i])
        torch.testing.assert_close(
            ours[i], tv.gaussian_blur(x[i], [kernel, kernel], [sigma, sigma]), atol=1e-5, rtol=0
        )


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [28, 96])
def test_recipe_promises(channels: int, side: int) -> None:
    recipe = augment.recipe("simclr", size=side)
    same = (pictures(1, channels, side) * 255).to(torch.uint8).repeat(7, 1, 1, 1)
    first, second = recipe(same, seeded(4)), recipe(same, seeded(4))
    assert torch.equal(first, second), "same generator, same bytes"
    assert first.shape == same.shape
    assert first.dtype == torch.float32
    assert 0 <= first.min() <= first.max() <= 1
    assert torch.isfinite(first).all()
    assert len({first[i].numpy().tobytes() for i in range(7)}) == 7, "every image of a batch has its own draw"
    generator = seeded(5)
    assert not torch.equal(recipe(same, generator), recipe(same, generator)), "two views differ"


def test_strength_zero_and_none_leave_the_picture() -> None:
    x = (pictures(side=28) * 255).to(torch.uint8)
    for recipe in (augment.recipe("none", size=28), augment.recipe("simclr", size=28, strength=0.0)):
        torch.testing.assert_close(recipe(x, seeded()), x.float() / 255, atol=1e-5, rtol=0)


def test_specs_round_trip_and_mistakes_are_sentences() -> None:
    recipe = augment.recipe("simclr", size=32)
    again = augment.recipe(recipe.spec(), size=32)
    x = pictures()
    assert torch.equal(recipe(x, seeded()), again(x, seeded()))
    for wrong in ("simcrl", [{"op": "crpo"}], [{"op": "crop", "aera": 1}]):
        with pytest.raises(UserError):
            augment.recipe(wrong, size=32)
