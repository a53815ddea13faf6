"""neighbours: exact, ordered, bounded in memory, and honest about what has no direction or no label."""

import subprocess
import sys

import numpy as np
import pytest

from contrastive import neighbours
from contrastive.errors import UserError
from contrastive.neighbours import Index, tally, votes


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(200, 16)).astype(np.float32)


def slow_search(vectors, query, k, hidden=-1):
    scored = []
    for row, vector in enumerate(vectors.astype(np.float64)):
        if row != hidden:
            cosine = float(query @ vector / (np.linalg.norm(query) * np.linalg.norm(vector)))
            scored.append((-round(cosine, 6), row))
    return [row for _, row in sorted(scored)[:k]]


def test_agrees_with_sklearn(vectors):
    from sklearn.neighbors import NearestNeighbors

    queries = np.random.default_rng(1).normal(size=(30, 16))
    scores, indices = Index(vectors).search(queries, 7)
    distances, expected = NearestNeighbors(metric="cosine", n_neighbors=7).fit(vectors).kneighbors(queries)
    assert scores.dtype == np.float32
    assert indices.dtype == np.int64
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_allclose(scores, 1 - distances, atol=2e-6)


def test_agrees_with_a_slow_loop_with_and_without_exclusion(vectors):
    index = Index(vectors)
    exclude = np.where(np.arange(40) % 2, np.arange(40), -1)
    _, everyone = index.search(vectors[:40], 5)
    _, others = index.search(vectors[:40], 5, exclude=exclude)
    for row in range(40):
        assert everyone[row].tolist() == slow_search(vectors, vectors[row], 5)
        assert others[row].tolist() == slow_search(vectors, vectors[row], 5, hidden=exclude[row])


def test_chunks_do_not_change_the_answer(vectors, monkeypatch):
    exclude = np.arange(200)
    whole = Index(vectors).search(vectors, 9, exclude=exclude)
    monkeypatch.setattr(neighbours, "SCORES_AT_ONCE", 3 * 200)
    parts = Index(vectors).search(vectors, 9, exclude=exclude)
    np.testing.assert_array_equal(whole[1], parts[1])
    np.testing.assert_allclose(whole[0], parts[0], atol=1e-6)


@pytest.mark.parametrize("k", [1, 3, 4, 10])
def test_ties_come_in_row_order(k):
    # Nine copies of one direction, at different lengths, among one orthogonal and one opposite vector.
    rows = np.array([[0, 1], *[[scale, 0] for scale in range(1, 10)], [-1, 0]], dtype=float)
    scores, indices = Index(rows).search([[2.0, 0.0]], k)
    assert indices[0].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0][:k]
    assert scores[0].tolist() == ([1.0] * 9 + [0.0])[:k]


def test_copies_of_an_image_tie_whatever_the_arithmetic(vectors):
    copies = np.concatenate([vectors, vectors, vectors])
    _, indices = Index(copies).search(vectors, 2)
    np.testing.assert_array_equal(indices, np.stack([np.arange(200), np.arange(200) + 200], axis=1))


def test_k_is_clipped_to_what_there_is(vectors):
    index = Index(vectors[:4])
    assert index.search(vectors[:2], 99)[1].shape == (2, 4)
    assert index.search(vectors[:2], 99, exclude=[0, -1])[1].shape == (2, 3)
    assert Index(vectors[:1]).search(vectors[:1], 3, exclude=[0])[0].shape == (1, 0)
    assert index.search(np.empty((0, 16)), 3)[0].shape == (0, 3)


def test_zero_vectors_score_zero_and_tiny_ones_keep_their_direction():
    rows = np.array([[0, 0], [1e-30, 0], [0, 1]], dtype=np.float32)
    scores, indices = Index(rows).search([[0, 0], [5, 0]], 3)
    assert scores[0].tolist() == [0, 0, 0]
    assert indices[1].tolist() == [1, 0, 2]
    assert scores[1].tolist() == [1, 0, 0]


def test_the_vectors_given_are_not_touched(vectors):
    before = vectors.copy()
    Index(vectors).search(vectors, 3, exclude=np.arange(200))
    np.testing.assert_array_equal(vectors, before)


def test_ids_are_kept(vectors):
    index = Index(vectors[:3], ids=["a", "b", "c"])
    assert index.ids[index.search(vectors[2:3], 1)[1][0, 0]] == "c"
    assert len(index) == 3


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_numbers_are_refused(vectors, bad):
    spoiled = vectors.copy()
    spoiled[3, 2] = bad
    with pytest.raises(UserError, match="NaN"):
        Index(spoiled)
    with pytest.raises(UserError, match="NaN"):
        Index(vectors).search(spoiled, 3)


def test_shapes_and_counts_are_checked(vectors):
    index = Index(vectors)
    with pytest.raises(UserError, match="same encoder"):
        index.search(vectors[:, :5], 3)
    with pytest.raises(UserError, match="table"):
        index.search(vectors[0], 3)
    with pytest.raises(UserError, match="at least one"):
        index.search(vectors, 0)
    with pytest.raises(UserError, match="no embeddings"):
        Index(np.empty((0, 4)))
    with pytest.raises(ValueError, match="exclude"):
        index.search(vectors[:2], 3, exclude=[0, 200])
    with pytest.raises(ValueError, match="ids"):
        Index(vectors, ids=[1])


def test_votes_weigh_near_neighbours_more():
    labels = np.array([0, 1, 1, -1])
    scores = np.array([[0.9, 0.5, 0.5, 1.0]])
    winners, shares = votes(labels, np.array([[0, 1, 2, 3]]), scores, temperature=0.1)
    expected = np.exp(9) / (np.exp(9) + 2 * np.exp(5))
    assert winners.tolist() == [0]
    assert shares[0] == pytest.approx(expected)
    assert votes(labels, np.array([[0, 1, 2, 3]]), scores, temperature=100)[0].tolist() == [1]


def test_unlabelled_neighbours_do_not_vote():
    winners, shares = votes(np.array([-1, -1, 2]), np.array([[0, 1], [0, 2]]), np.array([[1, 1], [1, 0.1]]))
    assert winners.tolist() == [-1, 2]
    assert shares.tolist() == [0, 1]
    assert votes(np.array([-1, -1]), np.array([[0, 1]]), np.ones((1, 2)))[0].tolist() == [-1]


def test_a_cold_temperature_does_not_overflow():
    shares = tally(np.array([0, 1]), np.array([[0, 1]]), np.array([[1.0, 0.9]]), 3, temperature=1e-5)
    assert shares.tolist() == [[1, 0, 0]]
    with pytest.raises(UserError, match="temperature"):
        tally(np.array([0]), np.array([[0]]), np.ones((1, 1)), 1, temperature=0)


def test_needs_neither_torch_nor_sklearn():
    code = "import sys, contrastive.neighbours; sys.exit(bool({'torch', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
