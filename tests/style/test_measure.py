"""Measuring style networks: distances that can be computed by hand, and held-out pictures that are not doubled."""

import json

import pytest
import torch

from contrastive import datasets
from contrastive.__main__ import main
from contrastive.errors import UserError
from contrastive.style.losses import moments_loss
from contrastive.style.measure import check, described, drawn, middle, nearest, psnr, recoloured
from contrastive.style.statistics import moments


def test_nearest_has_the_distance_of_the_loss() -> None:
    generator = torch.Generator().manual_seed(0)
    own, styles = ([torch.rand(6, c, 5, 5, generator=generator) for c in (3, 8)] for _ in range(2))
    found = nearest(described(own), described(styles), [6, 16])
    for i in range(6):
        far = [
            sum(float(moments_loss(a[i : i + 1], b[j : j + 1])) for a, b in zip(own, styles, strict=True))
            for j in range(6)
        ]
        assert int(found[i]) == min(range(6), key=far.__getitem__)
    assert nearest(described(styles), described(styles), [6, 16]).tolist() == list(range(6))


def test_psnr_and_colour_transfer() -> None:
    x = torch.full((2, 3, 8, 8), 0.5)
    torch.testing.assert_close(psnr(x + 0.1, x), torch.full((2,), 20.0), atol=1e-4, rtol=0)
    content, manner = torch.rand(2, 3, 16, 16), torch.rand(2, 3, 9, 9) * 0.2 + 0.4
    for a, b in zip(moments(recoloured(content, manner)), moments(manner), strict=True):
        torch.testing.assert_close(a, b, atol=5e-3, rtol=0)


def test_held_out_pictures_are_drawn_once_each_as_evenly_as_can_be(album: str) -> None:
    held = len(datasets.load(album, size=32).rows("test"))
    generator = torch.Generator().manual_seed(0)
    together = drawn([album, "digits"], 40, 32, generator)
    assert together.shape == (40, 3, 32, 32)
    grey = (together == together[:, :1]).all(3).all(2).all(1)
    assert int(grey.sum()) == 40 - held, "what the small set lacks comes from the other"
    assert len(together.flatten(1).unique(dim=0)) == 40
    with pytest.raises(UserError, match=f"There are {held} held-out pictures, not 50"):
        drawn([album], 50, 32, generator)


def test_cropped_pairs_are_the_middles_of_larger_pictures(album: str, judge: str) -> None:
    whole = torch.arange(100.0).view(1, 1, 10, 10)
    assert middle(whole, 4)[0, 0, 0].tolist() == [33, 34, 35, 36]
    fields = {"judge": judge, "pairs": 4, "size": 32}
    plain, cropped = (check("light-adain", [album], [album], cropped=c, **fields) for c in (False, True))
    assert plain.psnr != cropped.psnr


def test_the_verb_prints_what_it_found(album: str, judge: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["style-check", "light-adain", "--content", "digits", "--style", "atelier", "--judge", judge]
    small = ["--pairs", "24", "--size", str(datasets.load("atelier").size)]
    assert main([*arguments, *small, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["psnr"] > 10
    assert [way["alpha"] for way in found["ways"]] == [0, 0.25, 0.5, 0.75, 1]
    assert found["ways"][0]["style"] > found["ways"][-1]["style"]
    assert found["ways"][0]["content"] < found["ways"][-1]["content"]
    assert [kind["name"] for kind in found["kinds"]] == ["restyled", "colour transfer alone", "unchanged"]
    assert found["kinds"][2]["content"] == 1
    assert found["kinds"][0]["style"] > found["kinds"][2]["style"]
    assert main([*arguments, "--pairs", "2"]) == 0
    assert "| restyled |" in capsys.readouterr().out
    assert main([*arguments, "--pairs", "1"]) == 2
    assert main(["style-check", "nothing"]) == 2
