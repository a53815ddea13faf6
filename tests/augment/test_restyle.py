"""The operation `style`: which styles it takes, what strength and probability do, and that the bank is a shortcut."""

import pytest
import torch
from torch import Tensor

from contrastive import augment, datasets, style
from contrastive.augment import restyle
from contrastive.augment.restyle import Style
from contrastive.errors import UserError
from contrastive.style.restyling import codes_of, restyled


def pictures(n: int = 6, channels: int = 3, side: int = 32, seed: int = 0) -> Tensor:
    coarse = torch.rand(n, channels, 5, 5, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic").clamp(0, 1)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def stored(x: Tensor) -> Tensor:
    return (x * 255).round().to(torch.uint8)


@pytest.mark.parametrize("network", ["light-adain", "light-adaconv"])
def test_a_batch_takes_its_styles_from_itself_but_never_its_own(network: str) -> None:
    x, op = pictures(), Style(network=network, alpha=(1.0, 1.0))
    painter = style.load(network)
    codes = codes_of(painter, x)
    for share in (0.0, 0.5, 0.999):
        drawn = {"alpha": torch.ones(6), "style": torch.full((6,), share)}
        which = (torch.arange(6) + 1 + int(share * 5)) % 6
        assert (which != torch.arange(6)).all()
        expected = restyled(painter, x, codes[which], torch.ones(6)).clamp(0, 1)
        torch.testing.assert_close(op.apply(x, drawn), expected)


def test_pictures_that_were_not_chosen_keep_their_bytes() -> None:
    x, op = pictures(), Style()
    drawn = {"alpha": torch.tensor([0, 1.0, 0, 0, 0.5, 0]), "style": torch.rand(6)}
    painted = op.apply(x, drawn)
    changed = (painted != x).flatten(1).any(1)
    assert changed.tolist() == [False, True, False, False, True, False]
    assert torch.equal(augment.recipe("style", size=32, strength=0.0)(x, seeded()), x)


def test_a_bank_is_made_once_and_gives_what_its_pictures_would(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    plain = codes_of

    def counted(network: object, x: Tensor, **options: object) -> Tensor:
        made.append(len(x))
        return plain(network, x, **options)

    monkeypatch.setattr("contrastive.style.restyling.codes_of", counted)
    x, whole = pictures(), stored(pictures(30, seed=1))
    op = Style(alpha=(1.0, 1.0), bank=10).among(whole)
    drawn = op.draw(6, (3, 32, 32), seeded())
    first = op.apply(x, drawn)
    assert torch.equal(first, op.apply(x, drawn))
    assert made == [10], "ten of thirty, evenly spread, once"
    rows = torch.arange(10) * 3
    wanted = whole[rows][(drawn["style"] * 10).long()]
    network = style.load("light-adain")
    codes = plain(network, wanted, size=32)
    # Codes were made in other batches, in a short number format.
    torch.testing.assert_close(first, restyled(network, x, codes, torch.ones(6)).clamp(0, 1), atol=0.02, rtol=0)
    Style(alpha=(1.0, 1.0), bank=0).among(whole).apply(x, drawn)
    assert made == [10, 6], "without a bank, the batch itself"


def test_draws_are_per_picture_and_follow_the_generator() -> None:
    x, recipe = pictures(), augment.recipe("style", size=32).among(stored(pictures(20, seed=1)))
    assert torch.equal(recipe(x, seeded(3)), recipe(x, seeded(3)))
    assert not torch.equal(recipe(x, seeded(3)), recipe(x, seeded(4)))
    drawn = Style(alpha=(0.2, 0.6)).draw(2000, (3, 32, 32), seeded())
    assert 0.2 <= drawn["alpha"].min() < 0.21
    assert 0.59 < drawn["alpha"].max() <= 0.6
    assert len(drawn["style"].unique()) > 1900
    half = Style(alpha=(0.2, 0.6)).weaker(0.5)
    assert half.alpha == (0.1, 0.3)
    assert Style(alpha=(0.2, 0.6)).weaker(3.0).alpha == (pytest.approx(0.6), 1.0)


def test_styles_of_another_data_set() -> None:
    restyle._loaded.clear()
    x, op = pictures(), Style(alpha=(1.0, 1.0), styles="digits", bank=16)
    drawn = {"alpha": torch.ones(6), "style": torch.linspace(0, 0.99, 6)}
    bound = op.among(stored(pictures(20, seed=1)))
    assert torch.equal(op.apply(x, drawn), bound.apply(x, drawn)), "not those of its own set"
    digits = datasets.load("digits", size=32).images
    rows = (torch.arange(16) * len(digits) // 16)[(drawn["style"] * 16).long()]
    network = style.load("light-adain")
    expected = restyled(network, x, codes_of(network, digits[rows], size=32), torch.ones(6)).clamp(0, 1)
    torch.testing.assert_close(op.apply(x, drawn), expected, atol=0.02, rtol=0)
    for wrong in ({"styles": "nowhere"}, {"network": "nothing"}):
        with pytest.raises(UserError, match="There is no"):
            Style(alpha=(1.0, 1.0), **wrong).apply(x, drawn)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("n", [1, 2])
def test_grey_pictures_and_the_smallest_batches(channels: int, n: int) -> None:
    x = pictures(n, channels, 28)
    for op in (Style(), Style().among(stored(pictures(4, channels, 28, seed=1)))):
        painted = op.apply(x, op.draw(n, (channels, 28, 28), seeded()))
        assert painted.shape == x.shape
        assert painted.dtype == x.dtype
        assert 0 <= painted.min() <= painted.max() <= 1


def test_a_mixed_recipe_keeps_the_pictures_of_its_set() -> None:
    recipe, whole = augment.recipe("style-mixed", size=32), stored(pictures(20, seed=1))
    x = pictures(8)
    views = recipe.among(whole)(x, seeded())
    assert views.shape == x.shape
    assert recipe.among(whole).spec() == recipe.spec(), "pictures are no part of what a config keeps"
