"""Short cuts: which cue finds a view again is known beforehand for views that keep, or destroy, just that cue."""

import numpy as np
import pytest
import torch

from contrastive import datasets
from contrastive.augment import recipe
from contrastive.errors import UserError
from contrastive.shortcuts import CUES, shortcuts


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    return datasets.load("atelier", size=32).images[::8]


def found(pictures: torch.Tensor, spec: str | list) -> dict[str, float]:
    return {answer.cue: answer.found for answer in shortcuts(pictures, recipe(spec, size=32), pictures=96)}


def test_every_cue_says_what_it_is_and_finds_a_picture_that_is_left_alone(pictures: torch.Tensor) -> None:
    assert all(cue.__doc__ for cue in CUES.values())
    assert min(found(pictures, "none").values()) == 1.0


def test_turning_keeps_colours_and_crops_keep_them_nearly(pictures: torch.Tensor) -> None:
    turned = found(pictures, [{"op": "rotate", "right_angles": True}])
    assert turned["colours"] == 1.0
    assert turned["tones"] < 0.7
    # Figure 6 of arXiv:2002.05709: two crops of a picture share their colours.
    assert found(pictures, [{"op": "crop", "area": [0.3, 1.0]}])["colours"] > 0.7


def test_style_keeps_outlines_and_not_colours(pictures: torch.Tensor) -> None:
    painted = found(pictures, [{"op": "style", "network": "light-adaconv", "alpha": [1.0, 1.0]}])
    assert painted["outlines"] > 0.9
    assert painted["colours"] < 0.2


def test_what_no_cue_can_tell_is_at_chance_and_grey_pictures_do() -> None:
    blank = torch.full((20, 1, 28, 28), 90, dtype=torch.uint8)
    answers = shortcuts(blank, recipe("none", size=28))
    np.testing.assert_allclose([answer.found for answer in answers], 1 / 20, atol=1e-6)
    assert answers[0].pictures == 20
    with pytest.raises(UserError, match="at least two"):
        shortcuts(blank[:1], recipe("none", size=28))


def test_a_seed_draws_the_same_views(pictures: torch.Tensor) -> None:
    assert found(pictures, "simclr") == found(pictures, "simclr")
