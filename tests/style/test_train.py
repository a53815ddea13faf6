"""Training of style networks: it learns, stops when asked, and goes on as if it had never stopped."""

from typing import Any

import pytest
import torch

from contrastive.errors import UserError
from contrastive.style.config import StyleConfig
from contrastive.style.train import StyleStep, draw, learning_rate, train_style


def config(album: str, judge: str, **settings: Any) -> StyleConfig:
    small = {"size": 32, "batch_size": 2, "steps": 4, "every": 2, "warmup": 2, "precision": "float32", "split": "all"}
    return StyleConfig(content=[album], style=[album], perceptual=judge, **{**small, **settings})


@pytest.mark.parametrize("transfer", ["adain", "adaconv"])
def test_a_resumed_training_is_the_uninterrupted_one_bit_for_bit(album: str, judge: str, transfer: str) -> None:
    settings = config(album, judge, transfer=transfer, cmd_weight=0.5)
    steps = list(train_style(settings))
    assert [step.step for step in steps] == [1, 2, 2, 3, 4, 4]
    assert [step.epoch for step in steps if step.state] == [1, 2]

    first = train_style(settings)
    state = next(step for step in first if step.state).state()
    first.close()
    again = list(train_style(settings, resume=state))
    assert [step.step for step in again] == [3, 4, 4]
    assert [step.metrics["loss"] for step in again[:2]] == [step.metrics["loss"] for step in steps[3:5]]
    ends = [run[-1].state() for run in (steps, again)]
    for part in ("network", "kept"):
        for key, value in ends[0][part].items():
            assert torch.equal(value, ends[1][part][key]), key


def test_it_ends_after_the_step_in_which_it_is_asked_to(album: str, judge: str) -> None:
    seen: list[StyleStep] = []
    for step in train_style(config(album, judge), should_stop=lambda: len(seen) >= 1):
        seen.append(step)
    assert len(seen) <= 2
    assert seen[-1].state is None, "half a round is not kept"


def test_the_loss_falls_on_a_few_pictures(album: str, judge: str) -> None:
    settings = config(album, judge, steps=24, every=24, late=1.0, lr=3e-3)
    losses = [step.metrics["loss"] for step in train_style(settings) if step.state is None]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_a_loss_that_is_no_number_ends_with_a_sentence(album: str, judge: str) -> None:
    with pytest.raises(UserError, match="no longer a number at step 1"):
        list(train_style(config(album, judge, identity_weight=1e40)))


def test_nothing_to_learn_from_is_said(album: str, judge: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="no data set called"):
        next(train_style(config("nowhere", judge)))
    from contrastive import datasets

    whole = datasets.load(album, size=38)
    monkeypatch.setattr(datasets, "load", lambda *_, **__: whole.subset(whole.rows("test")))
    with pytest.raises(UserError, match=r"no pictures to learn from \(split train\)"):
        next(train_style(config(album, judge, split="train")))


def test_draws_are_cut_within_and_follow_the_generator(album: str, judge: str) -> None:
    settings = config(album, judge, batch_size=64)
    ramp = torch.arange(40, dtype=torch.uint8).expand(1, 3, 40, 40)
    first, second = (draw([ramp, 255 - ramp], settings, torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(first, second)
    assert first.shape == (64, 3, 32, 32)
    grey = first * 255
    assert 20 < (grey.mean((1, 2, 3)) > 128).sum() < 44, "either source, about equally often"
    slopes = grey[..., 1] - grey[..., 0]
    assert {-1, 1} == set(slopes.round().long().flatten().tolist()), "mirrored or not"


def test_the_learning_rate_rises_and_falls(album: str, judge: str) -> None:
    settings = config(album, judge, steps=20, warmup=4, lr=1e-2)
    rates = [learning_rate(settings, step) for step in range(21)]
    assert rates[:4] == pytest.approx([0.0025, 0.005, 0.0075, 0.01])
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert rates[20] == pytest.approx(0)
