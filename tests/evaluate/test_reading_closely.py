"""What is read from a report: intervals a class, calibration, mistakes, Markdown, and the weighted linear probe."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from contrastive.evaluate import (
    Report,
    as_markdown,
    confident_errors,
    confused_pairs,
    linear_probe,
    nearest_right,
    reliability,
)
from contrastive.evaluate.grading import grade
from contrastive.evaluate.proportions import class_intervals, wilson

CLASSES = ["a", "b|c", "d"]
TRUTH = np.array([0, 0, 0, 1, 1, 2, -1])
ANSWERS = np.array([0, 1, 1, 1, 0, 2, 0])
SURE = np.array([0.9, 0.8, 0.95, 0.6, 0.7, 0.5, 1.0])


def graded() -> Report:
    return grade("linear", CLASSES, np.array([0, 0, 1, 2]), TRUTH, ANSWERS, confidence=SURE)


def test_intervals_of_shares_are_those_of_scipy() -> None:
    from scipy.stats import binomtest

    cases = [(0, 5), (3, 3), (7, 20), (180, 200)]
    ours = wilson(np.array([k for k, _ in cases]), np.array([n for _, n in cases]))
    for (k, n), (low, high) in zip(cases, ours, strict=True):
        theirs = binomtest(k, n).proportion_ci(method="wilson")
        assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert wilson(np.array([0]), np.array([0])).tolist() == [[0.0, 1.0]]


def test_intervals_of_f1_hold_the_true_value_nineteen_times_of_twenty() -> None:
    rng, held, draws = np.random.default_rng(0), 0, 2000
    shares = np.array([[30, 10], [15, 45]]) / 100
    true_f1 = 2 * 30 / (2 * 30 + 10 + 15)
    for _ in range(draws):
        low, high = class_intervals(rng.multinomial(60, shares.ravel()).reshape(2, 2))["f1"][0]
        held += low <= true_f1 <= high
    assert 0.93 < held / draws < 0.97


def test_a_class_of_three_is_never_certain() -> None:
    report = grade("knn", ["a", "b"], np.array([0, 1]), np.array([0, 0, 0]), np.array([0, 0, 0]))
    row = report.per_class[0]
    assert row["f1"] == 1.0
    assert (row["f1_low"], row["f1_high"]) == pytest.approx((0.61, 1.0), abs=0.01)
    assert (report.per_class[1]["f1_low"], report.per_class[1]["f1_high"]) == (0.0, 1.0)
    assert set(report.table().columns) == set(row)


def test_reliability_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    sure = rng.random(500)
    hit = rng.random(500) < sure**2
    found = reliability(sure, hit)
    accuracy, confidence = calibration_curve(hit, sure, n_bins=10)
    assert found.accuracy == pytest.approx(accuracy.tolist())
    assert found.confidence == pytest.approx(confidence.tolist())
    weights = np.array(found.counts) / 500
    assert found.ece == pytest.approx(float((weights * np.abs(accuracy - confidence)).sum()))
    assert found.gap == pytest.approx(float(sure.mean() - hit.mean()))
    assert found.gap > 0.1


def test_reliability_at_the_edges() -> None:
    found = reliability([0.0, 1.0, 1.0], [False, True, True])
    assert (found.counts, found.ece) == ([1, 2], 0.0)


def test_mistakes_in_order() -> None:
    report = graded()
    assert confused_pairs(report) == [(2, 0, 1), (1, 1, 0)]
    assert confident_errors(report, TRUTH).tolist() == [2, 1, 4], "the surest first, the unlabelled one never"


def test_the_nearest_picture_named_rightly() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [1.0, 0.0]])
    right = np.array([True, False, True, False])
    rows, scores = nearest_right(vectors, right, np.array([1, 0, 3]))
    assert rows.tolist() == [0, 2, 0], "a picture is not its own neighbour, but its copy is"
    assert scores.tolist() == pytest.approx([0.995, 0.0, 1.0], abs=1e-3)
    assert nearest_right(vectors, np.zeros(4, bool), np.array([1]))[0].tolist() == [-1]
    assert nearest_right(vectors, np.arange(4) == 1, np.array([1, 2]))[0].tolist() == [-1, 1]


def test_markdown_tells_the_whole_report() -> None:
    text = as_markdown(graded(), "Report of x", said=["digits, test"], truth=TRUTH.tolist())
    assert text.startswith("# Report of x\n\nThe linear probe is")
    for part in (
        "- digits, test",
        "| accuracy | 0.500 |",
        "b\\|c",
        "| a | b\\|c | 2 |",
        "calibration error, 10 bins",
    ):
        assert part in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in tables} <= {4, 7}


def test_a_report_comes_back_from_its_document() -> None:
    import json

    report = graded()
    assert Report.from_dict(json.loads(json.dumps(report.as_dict(per_image=True)))) == report


def test_a_weighted_linear_probe_gives_small_classes_their_due() -> None:
    rng = np.random.default_rng(0)
    train = np.concatenate([rng.normal(0, 1, (300, 2)), rng.normal(1.2, 1, (20, 2))])
    known = np.repeat([0, 1], [300, 20])
    test = np.concatenate([rng.normal(0, 1, (300, 2)), rng.normal(1.2, 1, (100, 2))])
    asked = np.repeat([0, 1], [300, 100])
    plain, weighted = (
        linear_probe(train, known, test, asked, ["many", "few"], sampler=sampler) for sampler in ("none", "weighted")
    )
    assert weighted.per_class[1]["recall"] > plain.per_class[1]["recall"] + 0.3
    assert weighted.per_class[0]["recall"] < plain.per_class[0]["recall"]
    # What it comes to: the same as showing every rare image as often as makes the classes even.
    rows = np.concatenate([np.arange(300), np.repeat(np.arange(300, 320), 15)])
    shown = linear_probe(train[rows], known[rows], test, asked, ["many", "few"])
    assert np.mean(np.array(shown.predictions) == weighted.predictions) > 0.97
