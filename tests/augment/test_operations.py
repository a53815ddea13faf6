"""The operations beyond SimCLR's: against torchvision with the same parameters, and the promises about draws."""

import pytest
import torch
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as tv

from contrastive import augment
from contrastive.augment.damage import Cutout, Noise
from contrastive.augment.edges import Sobel
from contrastive.augment.tone import Posterize, Solarize
from contrastive.augment.warp import PadRotateScale, Perspective, Rotate

# What of a draw, for pictures of 20 pixels, says that the operation was applied.
APPLIED = {
    "crop": lambda drawn: drawn["height"] * drawn["width"] < 20 * 20,
    "roi": lambda drawn: drawn["height"] * drawn["width"] < 20 * 20,
    "flip": lambda drawn: drawn["flip"],
    "colour": lambda drawn: drawn["brightness"] != 1,
    "grayscale": lambda drawn: drawn["grey"],
    "blur": lambda drawn: drawn["blur"],
    "noise": lambda drawn: drawn["sigma"] > 0,
    "cutout": lambda drawn: drawn["side"] > 0,
    "sobel": lambda drawn: drawn["edges"],
    "rotate": lambda drawn: drawn["angle"] != 0,
    "pad_rotate_scale": lambda drawn: drawn["scale"] < 1,
    "perspective": lambda drawn: drawn["moved"],
    "solarize": lambda drawn: drawn["solarize"],
    "posterize": lambda drawn: drawn["bits"] < 8,
    "style": lambda drawn: drawn["alpha"] > 0,
}
BILINEAR = InterpolationMode.BILINEAR


def pictures(n: int = 5, channels: int = 3, side: int = 32, width: int | None = None) -> Tensor:
    """Smooth random pictures, so that resampling errors are not drowned in noise."""
    coarse = torch.rand(n, channels, 6, 6, generator=torch.Generator().manual_seed(side))
    return torch.nn.functional.interpolate(coarse, (side, width or side), mode="bicubic").clamp(0, 1)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("shape", [(28, 28), (33, 48)])
@pytest.mark.parametrize("right_angles", [False, True])
def test_rotate_equals_torchvision(shape: tuple[int, int], right_angles: bool) -> None:
    x = pictures(8, 3, *shape)
    op = Rotate(degrees=50, right_angles=right_angles)
    drawn = op.draw(len(x), (3, *shape), seeded())
    ours = op.apply(x, drawn)
    for i in range(len(x)):
        theirs = tv.rotate(x[i], float(drawn["angle"][i]), BILINEAR)
        # torchvision decides by a mask which border pixels are black; bilinear weights fade them instead.
        close = (ours[i] - theirs).abs() < 1e-4
        assert close.float().mean() > 0.999
    if right_angles and shape[0] == shape[1]:
        turns = (drawn["angle"] / 90).long()
        for i in range(len(x)):
            torch.testing.assert_close(ours[i], torch.rot90(x[i], int(turns[i]), (1, 2)), atol=1e-4, rtol=0)


@pytest.mark.parametrize("shape", [(28, 28), (40, 64)])
def test_perspective_equals_torchvision(shape: tuple[int, int]) -> None:
    h, w = shape
    x = pictures(6, 3, h, w)
    op = Perspective(probability=1.0)
    drawn = op.draw(len(x), (3, h, w), seeded(1))
    ours = op.apply(x, drawn)
    start = [[0, 0], [w - 1, 0], [w - 1, h - 1], [0, h - 1]]
    for i in range(len(x)):
        theirs = tv.perspective(x[i], start, drawn["corners"][i].int().tolist(), BILINEAR)
        assert ((ours[i] - theirs).abs() < 1e-3).float().mean() > 0.999
    assert drawn["corners"][:, 0].min() >= 0
    assert drawn["corners"][:, 0, 0].max() <= w // 2 * 0.5


def test_solarize_and_posterize_equal_torchvision() -> None:
    x = pictures()
    solarize = Solarize(probability=1.0, threshold=0.4)
    assert torch.equal(solarize.apply(x, solarize.draw(5, (3, 32, 32), seeded())), tv.solarize(x, 0.4))
    posterize = Posterize(probability=1.0, bits=(1, 7))
    drawn = posterize.draw(5, (3, 32, 32), seeded())
    ours = posterize.apply(x, drawn)
    for i in range(5):
        torch.testing.assert_close(ours[i], tv.posterize(x[i], int(drawn["bits"][i])), atol=1e-6, rtol=0)


# At 28 pixels the chain cuts 63 of 92, which torchvision cannot centre: half an enlarged pixel to one side.
@pytest.mark.parametrize(("side", "close"), [(28, 0.04), (32, 0.015), (96, 0.01), (256, 0.01)])
def test_pad_rotate_scale_is_the_chain_of_study_a(side: int, close: float) -> None:
    x = pictures(side=side)
    op = PadRotateScale()
    drawn = op.draw(len(x), (3, side, side), seeded(2))
    ours = op.apply(x, drawn)
    for i in range(len(x)):
        y = tv.resize(x[i], [2 * side, 2 * side], antialias=True)
        y = tv.rotate(tv.pad(y, [18]), float(drawn["angle"][i]), BILINEAR)
        y = tv.resize(tv.center_crop(y, [round(2.25 * side)] * 2), [side, side], antialias=True)
        assert (ours[i] - y).abs().mean() < close
    assert drawn["angle"].abs().max() <= 15


def test_cutout_covers_one_square_of_its_own() -> None:
    x = torch.ones(50, 3, 32, 32)
    op = Cutout(share=0.5)
    drawn = op.draw(len(x), (3, 32, 32), seeded(3))
    grey = op.apply(x, drawn)[:, 0] == 0.5
    inside = (drawn["row"].clamp(8, 24) == drawn["row"]) & (drawn["column"].clamp(8, 24) == drawn["column"])
    assert (grey[inside].sum((1, 2)) == 16 * 16).all()
    assert (grey.sum((1, 2)) >= 8 * 8).all()
    assert grey[torch.arange(50), drawn["row"].long(), drawn["column"].long()].all()


def test_noise_has_its_deviation_and_sobel_sees_an_edge() -> None:
    grey = torch.full((4, 1, 64, 64), 0.5)
    noise = Noise(probability=1.0, sigma=(0.1, 0.1))
    spoiled = noise.apply(grey, noise.draw(4, (1, 64, 64), seeded(4)))
    assert (spoiled - grey).std().item() == pytest.approx(0.1, rel=0.03)
    step = torch.zeros(1, 3, 9, 9)
    step[..., 5:] = 1
    drawing = Sobel().apply(step, {"edges": torch.tensor([True])})
    across = torch.tensor([0.0, 0, 0, 0, 1, 1, 0, 0, 0])
    torch.testing.assert_close(drawing, across.expand_as(drawing), atol=2e-4, rtol=0)


@pytest.mark.parametrize("name", list(augment.OPS))
@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_declared_probability_is_the_measured_rate(name: str, probability: float) -> None:
    # Small pictures, because noise is drawn for every pixel; large enough that corners do move.
    whole = {"area": (0.2, 0.7)} if name in ("crop", "roi") else {}
    drawn = augment.OPS[name](probability=probability, **whole).draw(10_000, (1, 20, 20), seeded(5))
    assert APPLIED[name](drawn).float().mean().item() == pytest.approx(probability, abs=0.02)


def test_right_angles_keep_their_rate() -> None:
    angle = Rotate(probability=0.3, right_angles=True).draw(10_000, (1, 8, 8), seeded(6))["angle"]
    assert (angle != 0).float().mean().item() == pytest.approx(0.3, abs=0.02)
    assert set(angle.tolist()) == {0.0, 90.0, 180.0, 270.0}


@pytest.mark.parametrize("name", list(augment.OPS))
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [28, 256])
def test_every_operation_keeps_the_promises(name: str, channels: int, side: int) -> None:
    x = pictures(4, channels, side)
    kept = x.clone()
    for strength in (1.0, 2.0):
        recipe = augment.recipe([{"op": name}], size=side, strength=strength)
        first = recipe(x, seeded(7))
        assert torch.equal(first, recipe(x, seeded(7))), "same generator, same bytes"
        assert first.shape == x.shape
        assert torch.isfinite(first).all()
        assert 0 <= first.min() <= first.max() <= 1
        assert first.dtype == x.dtype
        assert recipe((x[:1] * 255).to(torch.uint8), seeded(7)).shape == x[:1].shape, "a last batch of one picture"
    nothing = augment.recipe([{"op": name}], size=side, strength=0.0)
    torch.testing.assert_close(nothing(x, seeded(8)), x, atol=1e-5, rtol=0)
    assert torch.equal(x, kept), "the images themselves are left alone"


@pytest.mark.parametrize("name", list(augment.OPS))
def test_pictures_of_a_batch_are_drawn_apart_and_so_are_two_views(name: str) -> None:
    entry = {"op": name, "probability": 1.0}
    same = pictures(1, 3, 32).expand(6, -1, -1, -1)
    # What takes other pictures of the set finds them there: those of the batch are all the same.
    recipe = augment.recipe([entry], size=32).among((pictures(8, 3, 32) * 255).to(torch.uint8))
    first, second = (recipe.trace(same, generator) for generator in [seeded(10)] * 2)
    # What is the same for all pictures as soon as it is applied cannot differ between them.
    if name in ("flip", "grayscale", "sobel", "solarize"):
        first, second = (
            augment.recipe([{**entry, "probability": 0.5}], size=32).trace(same, seeded(i)) for i in (0, 5)
        )
        assert len(first[0].flatten(1).unique(dim=0)) == 2
    else:
        # Bits are four numbers in all, and the places of a cutout few enough for two pictures to meet.
        least = {"posterize": 2, "cutout": 5}.get(name, 6)
        assert len(first[0].flatten(1).unique(dim=0)) >= least
    assert not torch.equal(first[0], second[0])


@pytest.mark.parametrize("name", list(augment.RECIPES))
def test_every_recipe_round_trips_and_can_be_switched_off(name: str) -> None:
    x = pictures(3, 3, 32)
    recipe = augment.recipe(name, size=32)
    assert torch.equal(recipe(x, seeded(9)), augment.recipe(recipe.spec(), size=32)(x, seeded(9)))
    torch.testing.assert_close(augment.recipe(name, size=32, strength=0.0)(x, seeded(9)), x, atol=1e-5, rtol=0)


def test_the_recipes_of_the_studies() -> None:
    def op(recipe: str, name: str) -> object:
        return dict(augment.recipe(recipe, size=28).ops)[name]

    blur = op("simclr-pairs", "blur")
    assert (blur.probability, blur.kernel_size(28), blur.kernel_size(256)) == (1.0, 3, 3)
    colour = op("simclr-pairs", "colour")
    assert (colour.brightness, colour.contrast, colour.saturation, colour.hue) == (0.8, 0.8, 0.8, 0.2)
    assert (colour.probability, op("simclr-pairs", "grayscale").probability) == (0.8, 0.2)
    assert [name for name, _ in augment.recipe("simclr-artdl", size=256).ops][:2] == ["flip", "crop"]
    assert op("simclr-artdl", "blur").kernel_size(256) == 9
