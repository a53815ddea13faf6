"""The step-by-step probe: seeded, chooses its epoch by validation only, and its sampler helps the small class."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from contrastive.errors import UserError
from contrastive.evaluate import descent, sgd_probe
from contrastive.evaluate.descent import descend

CLASSES = [f"digit {i}" for i in range(10)]


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, ...]:
    data = load_digits()
    x = data.data / 16
    return x[:400], data.target[:400], x[400:600], data.target[400:600]


def test_it_reads_and_repeats(digits: tuple[np.ndarray, ...]) -> None:
    before = torch.random.get_rng_state()
    first = sgd_probe(*digits, CLASSES, seed=3)
    assert torch.equal(before, torch.random.get_rng_state())
    assert first.accuracy > 0.8
    assert first.note == ""
    assert first.top_k[3] > 0.95
    again = sgd_probe(*digits, CLASSES, seed=3)
    assert again.confidence == first.confidence
    assert sgd_probe(*digits, CLASSES, seed=4).confidence != first.confidence


def test_the_epoch_is_chosen_by_validation_and_the_note_says_so(
    digits: tuple[np.ndarray, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    train, known, test, asked = digits
    # Labels that are off by one agree less and less with a classifier that learns: the best epoch is an early one.
    wrong = (asked[100:] + 1) % 10
    reached: list[float] = []
    shares = descent.shares

    def watched(model: torch.nn.Module, inputs: torch.Tensor) -> np.ndarray:
        found = shares(model, inputs)
        reached.append(float((found.argmax(1) == wrong).mean()))
        return found

    monkeypatch.setattr(descent, "shares", watched)
    parts = (train, known, test[100:], wrong, CLASSES)
    report = sgd_probe(*parts, epochs=8, validation=(test[100:], wrong))
    assert len(reached) == 8
    best = int(np.argmax(reached))
    assert best < 7
    assert f"the weights of epoch {best + 1} are kept" in report.note
    assert report.accuracy == max(reached) > sgd_probe(*parts, epochs=8).accuracy


def test_the_learning_rate_falls_at_60_and_80_percent(monkeypatch: pytest.MonkeyPatch) -> None:
    rates: list[float] = []
    step = torch.optim.AdamW.step
    monkeypatch.setattr(
        torch.optim.AdamW, "step", lambda self: rates.append(self.param_groups[0]["lr"]) or step(self)
    )
    layer = torch.nn.Linear(2, 2)
    options = {"lr": 1.0, "weight_decay": 0.0, "batch_size": 3}
    assert descend(layer, torch.zeros(3, 2), np.array([0, 1, 1]), epochs=10, **options) == 10
    np.testing.assert_allclose(rates, [1.0] * 6 + [0.1] * 2 + [0.01] * 2)


def test_no_batch_is_a_left_over_of_one() -> None:
    sizes: list[int] = []

    class Layer(torch.nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            sizes.append(len(x))
            return super().forward(x)

    descend(Layer(2, 2), torch.zeros(9, 2), np.arange(9) % 2, epochs=1, lr=0.1, weight_decay=0, batch_size=4)
    assert sizes == [3, 3, 3]


def test_the_weighted_sampler_finds_the_small_class() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [380, 20])
    vectors = rng.normal(0, 1, (400, 4)) + labels[:, None] * 1.0
    asked = np.repeat([0, 1], [100, 100])
    test = rng.normal(0, 1, (200, 4)) + asked[:, None] * 1.0
    plain, weighted = (
        sgd_probe(vectors, labels, test, asked, ["many", "few"], sampler=sampler, epochs=30, lr=0.01)
        for sampler in ("none", "weighted")
    )
    assert weighted.per_class[1]["recall"] > plain.per_class[1]["recall"] + 0.2
    assert weighted.balanced_accuracy > plain.balanced_accuracy


def test_classes_that_were_never_learned_are_never_answered() -> None:
    x = np.eye(4)[[0, 1, 0, 1]]
    validation = (np.eye(4)[[2, 0]], [2, 0])
    report = sgd_probe(x, [0, 3, 0, 3], np.eye(4), [0, 3, 2, -1], list("abcd"), epochs=50, validation=validation)
    assert set(report.predictions) <= {0, 3}
    assert report.n_test == 3
    assert report.top_k == {}


def test_a_rate_that_explodes_is_a_sentence(digits: tuple[np.ndarray, ...]) -> None:
    with pytest.raises(UserError, match="no longer a number"):
        sgd_probe(digits[0] * 1e30, *digits[1:], CLASSES, lr=1e20)
