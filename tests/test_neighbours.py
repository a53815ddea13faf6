"""neighbours: exact, ordered, bounded in memory, and honest about what has no direction or no label."""

import subprocess
import sys

import numpy as np
import pytest

from contrastive.errors import UserError
from contrastive.neighbours import Index, tally, towards, unit_rows, unlike_below, votes
from contrastive.neighbours import index as index_module


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
    monkeypatch.setattr(index_module, "SCORES_AT_ONCE", 3 * 200)
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


def test_only_those_among_are_returned(vectors):
    among = np.arange(200) % 3 == 0
    _, indices = Index(vectors).search(vectors[:30], 99, exclude=np.arange(30), among=among)
    assert indices.shape == (30, 66)
    assert among[indices].all()
    assert not (indices == np.arange(30)[:, None]).any()
    rows = np.flatnonzero(among)
    np.testing.assert_array_equal(indices[1], rows[Index(vectors[rows]).search(vectors[1:2], 66)[1][0]])
    assert Index(vectors).search(vectors[:2], 5, among=np.zeros(200, bool))[0].shape == (2, 0)
    with pytest.raises(ValueError, match="among"):
        Index(vectors).search(vectors[:2], 5, among=[True])


def test_many_vectors_are_searched_in_blocks_without_losing_one():
    rng = np.random.default_rng(0)
    many = rng.normal(size=(20_011, 4)).astype(np.float32)
    many[rng.permutation(20_011)[:3000]] = many[7]  # more copies than any k, spread over all blocks
    queries = np.concatenate([many[:20], many[-20:]])
    exclude = np.concatenate([np.arange(20), 20_011 - 20 + np.arange(20)])
    scores, indices = Index(many).search(queries, 25, exclude=exclude)
    unit = unit_rows(many)
    cosines = np.round((unit_rows(queries) @ unit.T).astype(np.float32), 6)
    cosines[np.arange(40), exclude] = -np.inf
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :25]
    np.testing.assert_allclose(scores, np.take_along_axis(cosines, order, axis=1), atol=2e-6)
    np.testing.assert_array_equal(indices[7], order[7])


def test_an_approximate_index_says_its_recall_and_answers_as_an_exact_one_does():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(300, 24))
    clustered = (centres[rng.integers(300, size=12_000)] + 0.3 * rng.normal(size=(12_000, 24))).astype(np.float32)
    exact, near = Index(clustered), Index(clustered, approximate=True)
    assert exact.recall is None
    queries, hidden = clustered[:400], np.arange(400)
    truth, found = exact.search(queries, 10, exclude=hidden), near.search(queries, 10, exclude=hidden)
    assert near.recall > 0.97
    assert (found[0] >= truth[0][:, -1:] - 2e-6).mean() > 0.97
    assert not (found[1] == hidden[:, None]).any()
    assert (np.diff(found[0], axis=1) <= 0).all()
    assert (found[1] != truth[1]).mean() < 0.05
    # More than the groups hold, a filter, and a direction of its own: answered exactly.
    np.testing.assert_array_equal(near.search(queries[:3], 11_000)[1], exact.search(queries[:3], 11_000)[1])
    among = np.arange(12_000) < 50
    np.testing.assert_array_equal(
        near.search(queries[:3], 9, among=among)[1], exact.search(queries[:3], 9, among=among)[1]
    )


def test_faiss_torch_and_numba_live_in_one_process():
    """Each brings an OpenMP of its own; loaded in either order they must neither crash nor hang."""
    for order in (("faiss", "torch", "numba"), ("numba", "torch", "faiss"), ("torch", "faiss", "sklearn")):
        code = f"""
import sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
import {", ".join(order)}
import faiss, numba, numpy as np, torch
x = np.random.default_rng(0).normal(size=(5000, 16)).astype(np.float32)
flat = faiss.IndexFlatL2(16); flat.add(x)
@numba.njit(parallel=True)
def total(a):
    s = 0.0
    for i in numba.prange(a.shape[0]):
        s += a[i, 0]
    return s
for _ in range(3):
    found = flat.search(x[:64], 1)[1][:, 0]
    product = torch.from_numpy(x) @ torch.from_numpy(x).T
    assert abs(total(x) - x[:, 0].sum()) < 1e-2
assert (found == np.arange(64)).all() and (product.argmax(1)[:9].shape == (9,))
print("well")
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
        assert done.stdout.strip() == "well", done.stderr[-2000:]


def test_likes_minus_half_the_dislikes():
    likes, dislikes = np.array([[2.0, 0, 0], [0, 5, 0]]), np.array([[0, 1.0, 0]])
    np.testing.assert_allclose(towards(likes, dislikes)[0], [0.5 / np.sqrt(0.25), 0, 0], atol=1e-6)
    np.testing.assert_allclose(towards(likes)[0], [np.sqrt(0.5), np.sqrt(0.5), 0], atol=1e-6)
    with pytest.raises(UserError, match="liked"):
        towards(np.empty((0, 3)))
    with pytest.raises(UserError, match="cancel"):
        towards(likes[:1], likes[:1], less=1)


def test_one_in_a_hundred_of_a_set_is_unlike_the_rest():
    rng = np.random.default_rng(0)
    index = Index(rng.normal(size=(3000, 8)))
    threshold = unlike_below(index, sample=3000)
    nearest = index.search(index.directions, 1, exclude=np.arange(3000))[0][:, 0]
    assert 20 <= (nearest < threshold).sum() <= 31
    assert unlike_below(Index(np.ones((1, 3)))) == -1


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
