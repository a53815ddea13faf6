"""The studies' own evaluations, held against scikit-learn's parts put together by hand."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import top_k_accuracy_score
from sklearn.neighbors import KNeighborsClassifier

from contrastive.evaluate import protocols, sgd_probe
from contrastive.evaluate.examine import FLATTERS, MEMORY

CLASSES = [f"digit {i}" for i in range(10)]


def test_study_a_is_scikit_learn_on_a_split_of_the_test_images() -> None:
    data = load_digits()
    x, y = data.data[:500] + np.random.default_rng(1).normal(0, 1e-3, (500, 64)), data.target[:500]
    found = protocols.study_a(x, y, CLASSES, seed=7)
    order = np.random.default_rng(7).permutation(500)
    teach, ask = order[:400], order[400:]
    model = LogisticRegression(max_iter=1000).fit(x[teach], y[teach])
    linear, knn = found["linear"], found["knn"]
    assert (linear.n_train, linear.n_test) == (knn.n_train, knn.n_test) == (400, 100)
    assert linear.accuracy == pytest.approx(model.score(x[ask], y[ask]))
    assert linear.top_k[3] == pytest.approx(top_k_accuracy_score(y[ask], model.predict_proba(x[ask]), k=3))
    plain = KNeighborsClassifier(30).fit(x[teach], y[teach])
    assert knn.accuracy == pytest.approx(plain.score(x[ask], y[ask]))
    assert protocols.study_a(x, y, CLASSES, seed=8)["linear"].predictions != linear.predictions


def test_study_a_leaves_unlabelled_images_out() -> None:
    data = load_digits()
    labels = data.target[:300].copy()
    labels[::3] = -1
    found = protocols.study_a(data.data[:300], labels, CLASSES, seed=0)
    assert found["linear"].n_train + found["linear"].n_test == 200


@pytest.mark.parametrize("sampler", ["none", "weighted"])
def test_study_b_reads_three_parts_with_one_classifier(sampler: str) -> None:
    data = load_digits()
    x, y = data.data / 16, data.target
    parts = {"train": (x[:300], y[:300]), "test": (x[300:400], y[300:400]), "val": (x[400:450], y[400:450])}
    found = protocols.study_b(parts, CLASSES, sampler=sampler, seed=2, epochs=6)
    assert list(found) == ["train", "test", "val"]
    for name, (vectors, labels) in parts.items():
        alone = sgd_probe(
            *parts["train"], vectors, labels, CLASSES, sampler=sampler, seed=2, epochs=6, validation=parts["val"]
        )
        assert found[name].predictions == alone.predictions
        assert found[name].top_k == alone.top_k
        assert alone.note in found[name].note
    assert MEMORY in found["train"].note
    assert FLATTERS in found["val"].note
    assert found["test"].note.endswith("validation images.")
