"""What vectors say of every picture: neighbours, votes, outliers, groups."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from contrastive.aspects import groups, neighbourhood
from contrastive.errors import UserError
from contrastive.neighbours import unit_rows

DRAWS = np.random.default_rng(0)
CODES = np.arange(90) % 3
VECTORS = (np.eye(3)[CODES] * 3 + DRAWS.normal(size=(90, 3))).astype(np.float32)


def test_neighbours_are_those_of_scikit_learn_and_never_oneself() -> None:
    near = neighbourhood(VECTORS, k=6)
    peer = NearestNeighbors(n_neighbors=6, metric="cosine").fit(VECTORS)
    distances, rows = peer.kneighbors()
    assert (near.rows == rows).mean() > 0.99
    np.testing.assert_allclose(1 - near.scores, distances, atol=1e-5)
    np.testing.assert_allclose(near.outlier_scores(), distances.mean(axis=1), atol=1e-5)


def test_a_prediction_leaves_the_picture_itself_out() -> None:
    near = neighbourhood(VECTORS, k=5)
    said = near.predictions(CODES, 3)
    for row in range(90):
        others = np.arange(90) != row
        peer = KNeighborsClassifier(5, metric="cosine", weights=lambda distance: np.exp((1 - distance) / 0.1))
        expected = peer.fit(VECTORS[others], CODES[others]).predict(VECTORS[row : row + 1])[0]
        assert said[row] == expected, row
    strange = CODES.copy()
    strange[7] = (CODES[7] + 1) % 3
    assert near.predictions(strange, 3)[7] == said[7], "its own label takes no part"


def test_unlabelled_neighbours_are_neither_counted_nor_heard() -> None:
    near = neighbourhood(VECTORS, k=5)
    counts = near.counts(CODES, 3)
    assert counts.shape == (90, 3)
    assert (counts.sum(axis=1) == 5).all()
    assert counts[4].tolist() == np.bincount(CODES[near.rows[4]], minlength=3).tolist()
    nothing = np.full(90, -1)
    assert near.counts(nothing, 3).sum() == 0
    assert (near.predictions(nothing, 3) == -1).all()


def test_the_loneliest_picture_has_the_highest_outlier_score() -> None:
    vectors = np.concatenate([VECTORS, [[-5.0, -5.0, -5.0]]])
    assert neighbourhood(vectors).outlier_scores().argmax() == 90


def test_groups_find_what_is_apart_the_largest_first_and_the_same_again() -> None:
    codes = np.repeat([0, 1, 2], [10, 40, 20])
    vectors = np.eye(3)[codes] * 9 + np.random.default_rng(1).normal(size=(70, 3)) * 0.1
    found = groups(vectors, 3)
    assert np.bincount(found).tolist() == [40, 20, 10]
    assert len({*zip(codes.tolist(), found.tolist(), strict=True)}) == 3
    assert np.array_equal(found, groups(unit_rows(vectors), 3))


@pytest.mark.parametrize("k", [1, 91])
def test_impossible_numbers_of_groups_are_refused(k: int) -> None:
    with pytest.raises(UserError, match="cannot be parted"):
        groups(VECTORS, k)


def test_a_single_picture_has_no_neighbours() -> None:
    with pytest.raises(UserError, match="no neighbours"):
        neighbourhood(VECTORS[:1])
