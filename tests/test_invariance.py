"""Invariance profiles: a copy is unmoved, another picture is at zero, and a cancelled profile goes on."""

import numpy as np
import pytest

from contrastive import augment, catalogue, datasets, invariance
from contrastive.embed import encode
from contrastive.errors import UserError
from contrastive.invariance import compare, lines, profile, table
from contrastive.neighbours import unit_rows


def directions(n: int = 40, d: int = 8) -> np.ndarray:
    return unit_rows(np.random.default_rng(0).normal(size=(n, d)).astype(np.float32) + 1)


def test_a_view_that_did_not_move_scores_one_and_another_picture_zero_on_average() -> None:
    h = directions()
    same = compare("x", h, h)
    assert same.score == pytest.approx(1, abs=1e-6)
    assert same.retrieved == 1
    n = len(h)
    assert same.others == pytest.approx((h @ h.T)[~np.eye(n, dtype=bool)].mean(), abs=1e-6)
    every_other = [compare("x", h, np.roll(h, shift, 0)).score for shift in range(1, n)]
    assert np.mean(every_other) == pytest.approx(0, abs=1e-6)
    assert compare("x", h, np.roll(h, 1, 0)).retrieved == 0


def test_an_encoder_that_answers_the_same_to_everything_has_no_score() -> None:
    h = np.tile(directions(1), (20, 1))
    assert np.isnan(compare("x", h, h).score)


def test_a_profile_has_a_line_an_operation_and_equals_what_it_is_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    images, known = datasets.load("digits"), catalogue.find("digits-tiny")
    asked = lines(known, images, pictures=24)
    first = next(asked)
    asked.close()
    embedded: list[int] = []
    plain = encode
    monkeypatch.setattr("contrastive.embed.encode", lambda *a, **k: embedded.append(1) or plain(*a, **k))
    found = profile(known, images, pictures=24)
    assert [line.op for line in found] == list(augment.OPS)
    assert found[0] == first
    assert len(embedded) == len(augment.OPS), "the originals, and every operation but the one that was kept"
    assert profile(known, images, pictures=24) == found
    assert len(embedded) == len(augment.OPS), "kept on disk"
    said = table({"digits-tiny": found})
    assert all(f"| {op} |" in said for op in augment.OPS)


def test_it_refuses_too_few_pictures_and_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="at least two pictures"):
        next(lines(catalogue.find("pixels"), datasets.load("digits").subset([0])))
    assert invariance.main(["pixels", "--dataset", "digits", "--pictures", "12"]) == 0
    assert "| operation |" in capsys.readouterr().out
    assert invariance.main(["nobody"]) == 2
