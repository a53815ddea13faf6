"""Probes with options: text and table say the same, mistakes are one sentence, and the answers are scikit-learn's."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from contrastive.errors import UserError
from contrastive.evaluate import PROBES, Probe, Report, knn, linear_probe, options_of

CLASSES = [f"digit {i}" for i in range(10)]


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, ...]:
    data = load_digits()
    return data.data[:400], data.target[:400], data.data[400:600], data.target[400:600]


def test_text_and_table_are_the_same_probe() -> None:
    text = Probe.read("knn:k=30:metric=euclidean:temperature=inf")
    table = Probe.read({"probe": "knn", "k": 30, "metric": "euclidean", "temperature": float("inf")})
    assert text == table == Probe.read(str(text)) == Probe.read(text)
    assert Probe.read("linear:scale=false").options == {"scale": False}
    assert str(Probe.read({"probe": "linear", "scale": False})) == "linear:scale=false"
    assert hash(text) == hash(table)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("magic", "no probe called 'magic'"),
        ("", "no probe called ''"),
        ({"k": 3}, "no probe called ''"),
        ("knn:k", "'k' is not an option"),
        ("knn:k=many", "k = 'many' is not possible for the probe knn"),
        ("knn:k=0", "k = '0' is not possible"),
        ("knn:temperature=-1", "temperature"),
        ("knn:metric=manhattan", "metric"),
        ("linear:k=3", "no option 'k'"),
        ("linear:max_iter=0", "max_iter"),
        ("sgd:validation=3", "no option 'validation'"),
        ("finetune:blocks=first", "blocks"),
    ],
)
def test_mistakes_are_one_sentence(said: str | dict, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        Probe.read(said)
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_every_probe_runs_with_its_defaults_written_out(digits: tuple[np.ndarray, ...]) -> None:
    for name in PROBES:
        options = {key: value for key, value in options_of(name).items() if value is not None}
        said = Probe.read({"probe": name, **options})
        report = said(*digits, CLASSES)
        assert isinstance(report, Report)
        assert report.as_dict() == Probe.read(name)(*digits, CLASSES).as_dict()
    with pytest.raises(UserError, match="pictures, not vectors"):
        Probe.read("finetune")(*digits, CLASSES)


def test_the_unscaled_linear_probe_is_scikit_learns(digits: tuple[np.ndarray, ...]) -> None:
    train, known, test, _ = digits
    model = LogisticRegression(max_iter=1000).fit(train, known)
    report = Probe.read("linear:scale=false")(*digits, CLASSES)
    np.testing.assert_array_equal(report.predictions, model.predict(test))
    assert report.predictions != linear_probe(*digits, CLASSES).predictions


@pytest.mark.parametrize("k", [1, 5, 30])
def test_a_plain_euclidean_vote_is_scikit_learns(digits: tuple[np.ndarray, ...], k: int) -> None:
    # A little noise, because equal distances are the one thing the two may order differently.
    rng = np.random.default_rng(0)
    train, known, test, asked = digits
    train, test = train + rng.normal(0, 1e-3, train.shape), test + rng.normal(0, 1e-3, test.shape)
    model = KNeighborsClassifier(k, metric="euclidean").fit(train, known)
    report = Probe.read(f"knn:k={k}:metric=euclidean")(train, known, test, asked, CLASSES)
    np.testing.assert_array_equal(report.predictions, model.predict(test))
    np.testing.assert_allclose(report.confidence, model.predict_proba(test).max(axis=1))


def test_the_metrics_differ_where_length_matters() -> None:
    train, known = np.array([[1.0, 0.0], [10.0, 10.0]]), np.array([0, 1])
    test, asked = np.array([[9.0, 1.0]]), np.array([1])
    assert knn(train, known, test, asked, ["a", "b"], k=1).predictions == [0]
    assert knn(train, known, test, asked, ["a", "b"], k=1, metric="euclidean").predictions == [0]
    assert knn(train, known, test * 2, asked, ["a", "b"], k=1, metric="euclidean").predictions == [1]
    # Weighed by distance, one near image outvotes two far ones.
    train, known = np.array([[0.0], [3.0], [3.1]]), np.array([0, 1, 1])
    parts = (train, known, np.array([[0.1]]), np.array([0]), ["a", "b"])
    assert knn(*parts, k=3, metric="euclidean").predictions == [1]
    assert knn(*parts, k=3, metric="euclidean", temperature=0.5).predictions == [0]


def test_a_knn_of_training_images_clips_k_with_either_metric(digits: tuple[np.ndarray, ...]) -> None:
    few = (digits[0][:5], digits[1][:5], digits[2], digits[3])
    assert knn(*few, CLASSES, k=20, metric="euclidean").n_train == 5
    with pytest.raises(UserError, match="at least one"):
        knn(*few, CLASSES, k=0, metric="euclidean")
