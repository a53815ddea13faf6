"""Training: it learns, it resumes bit by bit, its schedule spans its steps, and it stops when asked."""

import copy
import io
from typing import Any

import pytest
import torch

from contrastive import device
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.train import learning_rate, train

SMALL = TrainConfig(
    dataset="digits", size=16, limit=101, epochs=4, batch_size=20, views="simclr-no-flip", head_width=32, head_dim=16
)


def weights(encoder: torch.nn.Module) -> torch.Tensor:
    return torch.cat([value.flatten().float() for value in encoder.state_dict().values()])


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"method": "byol", "optimizer": "adamw"},
        {"method": "triplet", "positives": "same class", "sampler": "balanced"},
        {"optimizer": "lars", "schedule": "multistep", "warmup": 2.5},
        {"precision": "bfloat16"},
    ],
    ids=lambda what: "-".join(map(str, what.values())) or "as it comes",
)
def test_resuming_gives_the_weights_of_an_uninterrupted_run(
    what: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bit by bit: sampler, generators, optimizer, schedule, momentum encoder, precision."""
    if "precision" in what:
        # Where the machine has none it is imitated, slowly and with the same numbers each time.
        monkeypatch.setattr(device, "has_bfloat16", lambda: True)
    config, whole, saved = SMALL.changed(**what), None, io.BytesIO()
    for step in train(config):
        if step.state and step.epoch == 2:
            torch.save(step.state(), saved)
        whole = step
    resumed, epochs = None, []
    for step in train(config, resume=torch.load(io.BytesIO(saved.getvalue()), weights_only=True)):
        resumed = step
        epochs.append(step.epoch)
    assert sorted(set(epochs)) == [3, 4]
    ours, theirs = whole.state(), resumed.state()
    assert torch.equal(weights(whole.encoder), weights(resumed.encoder))
    assert all(torch.equal(value, theirs["method"][name]) for name, value in ours["method"].items())
    for name, state in ours["optimizer"]["state"].items():
        assert all(torch.equal(value, theirs["optimizer"]["state"][name][key]) for key, value in state.items())
    assert ours["metrics"]["loss"] == theirs["metrics"]["loss"]


def test_same_seed_same_metrics_and_the_last_short_batch_is_used() -> None:
    config = SMALL.changed(epochs=1, limit=50)
    first, second = ([s.metrics["loss"] for s in train(config) if s.state is None] for _ in range(2))
    assert first == second
    assert len(first) == 3


def test_a_single_left_over_image_is_dropped() -> None:
    steps = list(train(SMALL.changed(epochs=2, limit=41)))
    assert len([s for s in steps if s.state is None]) == 4
    assert steps[-1].step == steps[-1].total == 4


def test_the_schedule_spans_the_steps_taken() -> None:
    rates = [s.metrics["lr"] for s in train(SMALL.changed(epochs=3, warmup=1.0)) if s.state is None]
    batches = 5
    assert rates[batches - 1] == pytest.approx(SMALL.lr)
    assert rates == sorted(rates[:batches]) + sorted(rates[batches:], reverse=True)
    assert rates[-1] < 0.1 * SMALL.lr
    assert learning_rate(SMALL.changed(schedule="constant", warmup=0), 7, batches) == SMALL.lr


def test_it_stops_when_asked() -> None:
    steps = list(train(SMALL, should_stop=lambda: True))
    assert len(steps) == 1


def test_it_learns() -> None:
    config = TrainConfig(dataset="digits", views="simclr-no-flip", limit=600, epochs=4, batch_size=128)
    ends = [s.metrics for s in train(config) if s.state]
    assert ends[-1]["loss"] < ends[0]["loss"] - 0.1
    assert ends[-1]["knn"] > 0.6
    assert ends[-1]["top1"] > ends[0]["top1"]


def test_a_loss_that_is_no_number_stops_with_advice() -> None:
    state = next(copy.deepcopy(s.state()) for s in train(SMALL) if s.state)
    state["method"]["head.0.weight"].fill_(float("nan"))
    with pytest.raises(UserError, match=r"step 6 .*learning rate"):
        list(train(SMALL, resume=state))


def test_too_few_pictures_are_a_sentence() -> None:
    with pytest.raises(UserError, match="0 pictures"):
        list(train(SMALL.changed(split="val")))
