"""evaluate: every number equals scikit-learn's, and a probe that learned nothing is called by its name."""

import json
import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest
from sklearn import metrics
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from contrastive.errors import UserError
from contrastive.evaluate import PROBES, Report, kmeans_accuracy, knn, linear_probe, ridge_accuracy
from contrastive.evaluate.bootstrap import intervals
from contrastive.evaluate.grading import grade

CLASSES = [f"digit {i}" for i in range(10)]


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    return data.data[:300], data.target[:300], data.data[300:500], data.target[300:500]


@pytest.fixture(scope="module")
def report(digits):
    return linear_probe(*digits, CLASSES)


def test_linear_probe_is_scikit_learns(digits, report):
    train, known, test, asked = digits
    scaler = StandardScaler().fit(train)
    model = LogisticRegression(max_iter=1000).fit(scaler.transform(train), known)
    np.testing.assert_array_equal(report.predictions, model.predict(scaler.transform(test)))
    np.testing.assert_allclose(report.confidence, model.predict_proba(scaler.transform(test)).max(axis=1))
    assert report.accuracy == pytest.approx((model.predict(scaler.transform(test)) == asked).mean())
    assert report.note == ""
    assert (report.n_train, report.n_test) == (300, 200)


def test_every_number_equals_scikit_learns(digits, report):
    truth, answer = digits[3], np.array(report.predictions)
    expected = metrics.classification_report(truth, answer, output_dict=True, zero_division=0)
    for i, row in enumerate(report.per_class):
        theirs = expected[str(i)]
        assert row["label"] == CLASSES[i]
        for ours, name in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
            assert row[ours] == pytest.approx(theirs[name])
        assert row["support"] == theirs["support"]
    assert report.accuracy == pytest.approx(expected["accuracy"])
    assert report.macro_f1 == pytest.approx(expected["macro avg"]["f1-score"])
    assert report.weighted_f1 == pytest.approx(expected["weighted avg"]["f1-score"])
    assert report.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(truth, answer))
    assert report.nmi == pytest.approx(metrics.normalized_mutual_info_score(truth, answer))
    assert report.ari == pytest.approx(metrics.adjusted_rand_score(truth, answer))
    assert report.confusion == metrics.confusion_matrix(truth, answer).tolist()


def test_top_k_equals_scikit_learns():
    rng = np.random.default_rng(0)
    scores, truth = rng.random((80, 7)), rng.integers(0, 7, 80)
    graded = grade("linear", list("abcdefg"), truth, truth, scores.argmax(axis=1), scores=scores)
    for k in (3, 5):
        assert graded.top_k[k] == pytest.approx(metrics.top_k_accuracy_score(truth, scores, k=k))


def test_top_k_leaves_out_what_says_nothing():
    truth = np.array([0, 1, 2, 3])
    scores = np.eye(4)[[1, 1, 1, 1]]
    graded = grade("knn", list("abcd"), truth, truth, scores.argmax(axis=1), scores=scores)
    assert list(graded.top_k) == [3]
    # Three classes tie at nothing behind the winner; being tied does not put one among the best three.
    assert graded.top_k[3] == 0.25
    scores[:, 3] = -np.inf
    assert grade("knn", list("abcd"), truth, truth, scores.argmax(axis=1), scores=scores).top_k == {}


def test_absent_classes_stay_in_the_table_but_not_in_the_macro_average():
    classes = ["a", "b", "untrained", "nowhere"]
    known, asked = np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 2])
    graded = linear_probe([[0], [0], [0], [1], [1]], known, [[0], [1], [1], [1]], asked, classes)
    assert graded.predictions == [0, 1, 1, 1]
    untrained, nowhere = graded.per_class[2:]
    told = {name: value for name, value in untrained.items() if not name.endswith(("low", "high"))}
    assert told == {"label": "untrained", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 2}
    assert nowhere["support"] == 0
    seen = np.union1d(asked, graded.predictions)
    expected = metrics.f1_score(asked, graded.predictions, labels=seen, average="macro", zero_division=0)
    assert graded.macro_f1 == pytest.approx(expected)
    assert np.array(graded.confusion).shape == (4, 4)


def test_a_majority_predictor_is_no_better_than_the_majority():
    known, asked = np.array([1] * 6 + [0] * 4), np.array([1] * 64 + [0] * 36)
    graded = grade("linear", ["landscape", "portrait"], known, asked, np.ones(100, np.int64))
    assert graded.accuracy == graded.majority_baseline == 0.64
    assert graded.majority_class == "portrait"
    assert graded.balanced_accuracy == 0.5
    macro = metrics.f1_score(asked, np.ones(100), average="macro", zero_division=0)
    assert graded.macro_f1 == pytest.approx(macro)
    assert "no better than always answering 'portrait': .64 (95 % interval" in graded.sentence()
    assert graded.nmi == graded.ari == 0


def test_the_majority_is_that_of_the_training_labels():
    graded = grade("linear", ["a", "b"], np.array([0, 0, 1]), np.array([1, 1, 1, 0]), np.array([1, 1, 1, 0]))
    assert (graded.majority_class, graded.majority_baseline) == ("a", 0.25)


def test_sentences_say_better_and_worse():
    asked = np.array([1] * 64 + [0] * 36)
    better = grade("knn", ["{a}", "b"], asked, asked, asked)
    assert better.sentence() == (
        "The knn probe is better than always answering 'b': 1.00 against .64; macro-F1 1.00."
    )
    worse = grade("knn", ["{a}", "b"], asked, asked, 1 - asked)
    assert worse.sentence().startswith("The knn probe is worse than always answering 'b': .00 against .64")


def test_intervals_agree_with_drawing_the_images_themselves(digits):
    _, _, _, truth = digits
    rng = np.random.default_rng(0)
    answer = np.where(rng.random(200) < 0.7, truth, rng.integers(0, 10, 200))
    ours = intervals(metrics.confusion_matrix(truth, answer), seed=3)
    drawn = [rng.integers(0, 200, 200) for _ in range(400)]
    accuracy = np.percentile([(truth[d] == answer[d]).mean() for d in drawn], [2.5, 97.5])
    macro = [metrics.f1_score(truth[d], answer[d], average="macro", zero_division=0) for d in drawn]
    np.testing.assert_allclose(ours["accuracy"], accuracy, atol=0.02)
    np.testing.assert_allclose(ours["macro_f1"], np.percentile(macro, [2.5, 97.5]), atol=0.02)
    assert ours == intervals(metrics.confusion_matrix(truth, answer), seed=3)
    assert ours != intervals(metrics.confusion_matrix(truth, answer), seed=4)


def test_a_resample_averages_only_the_classes_it_saw():
    # Class 2 has one image of five: most resamples miss it, and must not count it as an F1 of 0.
    assert intervals(np.diag([2, 2, 1]))["macro_f1"] == [1.0, 1.0]


@pytest.mark.parametrize("probe", [linear_probe, knn])
def test_unlabelled_rows_neither_teach_nor_count_but_are_predicted(digits, probe):
    train, known, test, asked = digits
    full = probe(train[:200], known[:200], test[:100], asked[:100], CLASSES)
    noise = np.random.default_rng(0).random((50, 64)) * 16
    mixed = probe(
        np.concatenate([train[:200], noise]),
        np.append(known[:200], np.full(50, -1)),
        test,
        np.append(asked[:100], np.full(100, -1)),
        CLASSES,
    )
    assert mixed.as_dict() == full.as_dict()
    assert mixed.predictions[:100] == full.predictions
    assert len(mixed.predictions) == len(mixed.confidence) == 200
    assert set(mixed.predictions) <= set(range(10))


def test_knn_agrees_with_a_slow_loop(digits):
    train, known, test, _ = digits
    graded = knn(*digits, CLASSES, k=5, temperature=0.2)
    for row in range(40):
        cosine = train @ test[row] / np.linalg.norm(train, axis=1) / np.linalg.norm(test[row])
        shares = np.zeros(10)
        for near in np.argsort(-cosine)[:5]:
            shares[known[near]] += np.exp(cosine[near] / 0.2)
        assert graded.predictions[row] == shares.argmax()
        assert graded.confidence[row] == pytest.approx(shares.max() / shares.sum(), rel=1e-4)
    assert graded.accuracy > 0.9
    assert graded.accuracy <= graded.top_k[3] <= graded.top_k[5]


def test_knn_clips_k_and_refuses_nonsense(digits):
    few = (digits[0][:5], digits[1][:5], digits[2], digits[3])
    assert knn(*few, CLASSES, k=20).n_train == 5
    with pytest.raises(UserError, match="at least one"):
        knn(*few, CLASSES, k=0)
    with pytest.raises(UserError, match="temperature"):
        knn(*few, CLASSES, temperature=-1)


@pytest.mark.parametrize("width", [64, 700])
def test_ridge_equals_scikit_learns_in_both_shapes(digits, width):
    train, known, test, asked = digits
    mix = np.random.default_rng(0).normal(size=(64, width)) if width != 64 else np.eye(64)
    train, test = np.tanh(train @ mix / 50), np.tanh(test @ mix / 50)
    scaler = StandardScaler().fit(train)
    answers = Ridge(alpha=2.0).fit(scaler.transform(train), np.eye(10)[known]).predict(scaler.transform(test))
    expected = (answers.argmax(axis=1) == asked).mean()
    assert ridge_accuracy(train, known, test, asked, penalty=2.0) == pytest.approx(expected)


def test_ridge_counts_unknown_classes_as_wrong_and_skips_unlabelled():
    train = np.array([[0.0], [0.1], [1.0], [1.1]])
    reached = ridge_accuracy(train, [0, 0, 4, 4], [[0], [1], [1], [5]], [0, 4, 2, -1])
    assert reached == pytest.approx(2 / 3)
    with pytest.raises(UserError, match="penalty"):
        ridge_accuracy(train, [0, 0, 4, 4], train, [0, 0, 4, 4], penalty=0)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e6 + 0.1])
def test_constant_features_are_ignored_not_divided_by(digits, constant):
    train, known, test, asked = digits
    wider = (np.insert(train, 0, constant, axis=1), known, np.insert(test, 0, constant + 1, axis=1), asked)
    assert ridge_accuracy(*wider) == ridge_accuracy(*digits)
    plain = linear_probe(*digits, CLASSES, max_iter=20)
    assert linear_probe(*wider, CLASSES, max_iter=20).accuracy == plain.accuracy


def test_stopping_early_is_a_note_not_a_warning(digits):
    assert "2 iterations" in linear_probe(*digits, CLASSES, max_iter=2).note


def test_as_dict_is_json_with_the_fields_as_keys(report):
    names = {f.name for f in fields(Report)}
    document = report.as_dict()
    assert set(document) == names - {"predictions", "confidence"}
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert set(report.as_dict(per_image=True)) == names
    assert set(document["top_k"]) == {"3", "5"}


def test_table_has_a_row_a_class(report):
    table = report.table()
    assert table.columns.tolist()[:5] == ["label", "precision", "recall", "f1", "support"]
    assert table["label"].tolist() == CLASSES
    assert table["support"].sum() == report.n_test


def test_registry_names_the_probes(digits):
    assert set(PROBES) == {"linear", "sgd", "knn", "kmeans"}
    assert PROBES["knn"](*digits, CLASSES).probe == "knn"
    assert PROBES["kmeans"](*digits[:2], CLASSES, restarts=1).probe == "kmeans"


@pytest.mark.parametrize(
    ("labels", "says"),
    [([-1, -1, -1, -1], "None of the"), ([-1, -1, -1, 0], "Only one"), ([1, 1, 1, -1], "one class")],
)
def test_too_few_labels_are_refused(labels, says):
    x, y = np.eye(4), [0, 1, 0, 1]
    calls = [
        lambda: linear_probe(x, labels, x, y, ["a", "b"]),
        lambda: knn(x, labels, x, y, ["a", "b"]),
        lambda: kmeans_accuracy(x, labels, ["a", "b"]),
        lambda: ridge_accuracy(x, labels, x, y),
    ]
    for call in calls:
        with pytest.raises(UserError, match=says) as caught:
            call()
        assert caught.value.hint


def test_bad_vectors_and_labels_are_refused():
    x, y, spoiled = np.eye(4), [0, 1, 0, 1], np.eye(4) * np.nan
    with pytest.raises(UserError, match="NaN"):
        linear_probe(spoiled, y, x, y, ["a", "b"])
    with pytest.raises(UserError, match="NaN"):
        kmeans_accuracy(spoiled, y, ["a", "b"])
    with pytest.raises(UserError, match="same encoder"):
        knn(x, y, np.eye(3), [0, 1, 0], ["a", "b"])
    with pytest.raises(UserError, match="test images"):
        ridge_accuracy(x, y, x, [-1] * 4)
    with pytest.raises(UserError, match="table"):
        ridge_accuracy(x[0], y, x, y)
    with pytest.raises(ValueError, match="labels"):
        knn(x, y[:3], x, y, ["a", "b"])
    with pytest.raises(ValueError, match="labels"):
        knn(x, y, x, [0, 1, 2, 0], ["a", "b"])


def test_importing_evaluate_is_light():
    code = "import sys, contrastive.evaluate; sys.exit(bool({'torch', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
