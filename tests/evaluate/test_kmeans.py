"""k-means: clusters are named as well as any naming could, and pictures without a label do not count."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from contrastive.errors import UserError
from contrastive.evaluate import kmeans_accuracy


def test_kmeans_names_its_clusters_as_well_as_any_naming_could():
    from itertools import permutations

    rng = np.random.default_rng(0)
    centres = np.eye(4) * 3
    truth = rng.integers(0, 4, 120)
    vectors = centres[truth] + rng.normal(size=(120, 4))
    graded = kmeans_accuracy(vectors, truth, list("abcd"), seed=1)
    answer = np.array(graded.predictions)
    best = max((np.array(names)[answer] == truth).mean() for names in permutations(range(4)))
    assert graded.accuracy == pytest.approx(best)
    assert graded.accuracy > 0.8
    assert graded.as_dict() == kmeans_accuracy(vectors, truth, list("abcd"), seed=1).as_dict()
    assert graded.confidence == []
    assert graded.top_k == {}


def test_kmeans_leaves_unlabelled_rows_out_and_skips_empty_classes():
    data = load_digits()
    vectors, labels = data.data[:150], data.target[:150].copy()
    labels[labels > 4] = -1
    graded = kmeans_accuracy(vectors, labels, [f"digit {i}" for i in range(10)], restarts=3)
    assert graded.n_test == (labels >= 0).sum()
    assert graded.accuracy == pytest.approx((np.array(graded.predictions) == labels)[labels >= 0].mean())
    assert set(graded.predictions) <= set(range(5))
    assert len(graded.predictions) == 150


def test_kmeans_says_when_all_vectors_are_alike():
    graded = kmeans_accuracy(np.ones((6, 3)), [0, 0, 0, 0, 1, 1], ["a", "b"])
    assert graded.accuracy == pytest.approx(4 / 6)
    assert "1 distinct" in graded.note
    assert "no better than" in graded.sentence()
    with pytest.raises(UserError, match="restart"):
        kmeans_accuracy(np.ones((6, 3)), [0, 0, 0, 0, 1, 1], ["a", "b"], restarts=0)
