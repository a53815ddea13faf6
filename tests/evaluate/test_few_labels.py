"""Low-label curves: each draw is a real probe on that many images a class, and the interval is Student's."""

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import load_digits

from contrastive.errors import UserError
from contrastive.evaluate import linear_probe, low_label

CLASSES = [f"digit {i}" for i in range(10)]


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, ...]:
    data = load_digits()
    return data.data[:500], data.target[:500], data.data[500:700], data.target[500:700]


def test_more_labels_read_better_and_the_same_seed_repeats(digits: tuple[np.ndarray, ...]) -> None:
    rows = low_label(*digits, CLASSES, per_class=(1, 5, 20), seed=1, probe="knn:k=1")
    assert [row["per_class"] for row in rows] == [1, 5, 20]
    assert [row["images"] for row in rows] == [10, 50, 200]
    assert [row["draws"] for row in rows] == [5, 5, 5]
    reached = [row["accuracy"] for row in rows]
    assert reached == sorted(reached)
    assert reached[2] > reached[0] + 0.2
    assert all(row["low"] < row["accuracy"] < row["high"] for row in rows)
    assert rows == low_label(*digits, CLASSES, per_class=(1, 5, 20), seed=1, probe="knn:k=1")
    # A size is drawn by itself: it does not matter which others were asked for.
    assert rows[1:2] == low_label(*digits, CLASSES, per_class=(5,), seed=1, probe="knn:k=1")
    assert rows[0] != low_label(*digits, CLASSES, per_class=(1,), seed=2, probe="knn:k=1")[0]


def test_classes_with_fewer_images_give_all_and_one_choice_has_no_interval(digits: tuple[np.ndarray, ...]) -> None:
    (row,) = low_label(*digits, CLASSES, per_class=(10_000,))
    whole = linear_probe(*digits, CLASSES)
    assert (row["images"], row["draws"]) == (500, 1)
    assert row["accuracy"] == row["low"] == row["high"] == whole.accuracy
    assert row["macro_f1"] == whole.macro_f1
    train, known = digits[0][:500], digits[1][:500]
    kept = np.flatnonzero((known != 3) | (np.cumsum(known == 3) <= 2))
    (row,) = low_label(train[kept], known[kept], *digits[2:], CLASSES, per_class=(5,), draws=2, probe="knn")
    assert row["images"] == 9 * 5 + 2


def test_the_interval_is_students(digits: tuple[np.ndarray, ...]) -> None:
    (row,) = low_label(*digits, CLASSES, per_class=(3,), draws=4, probe="knn:k=1", seed=5)
    singles = []
    for draw in range(4):
        rng = np.random.default_rng([5, 3, draw])
        picked = np.sort(np.concatenate([rng.permutation(np.flatnonzero(digits[1] == c))[:3] for c in range(10)]))
        from contrastive.evaluate import knn

        singles.append(knn(digits[0][picked], digits[1][picked], *digits[2:], CLASSES, k=1).accuracy)
    low, high = stats.t.interval(0.95, 3, loc=np.mean(singles), scale=stats.sem(singles))
    assert (row["accuracy"], row["low"], row["high"]) == pytest.approx((np.mean(singles), low, high))


@pytest.mark.parametrize("wrong", [{"per_class": (0,)}, {"per_class": ()}, {"draws": 0}, {"probe": "kmeans"}])
def test_mistakes_are_one_sentence(digits: tuple[np.ndarray, ...], wrong: dict) -> None:
    with pytest.raises(UserError):
        low_label(*digits, CLASSES, **wrong)
