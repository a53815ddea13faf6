"""Two representations of the same pictures: overlap, ranks, alignment and CKA against slow or foreign sums."""

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import procrustes

from contrastive.compare import align, linear_cka, moved, nearest, overlap, purity
from contrastive.errors import UserError

DRAW = np.random.default_rng(0)
A, B = DRAW.normal(size=(60, 7)), DRAW.normal(size=(60, 9))


def cosine_order(vectors: np.ndarray, row: int) -> list[int]:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return [int(i) for i in np.argsort(-(unit @ unit[row])) if i != row]


def test_overlap_is_the_share_of_common_neighbours() -> None:
    found = overlap(nearest(A, 10), nearest(B, 10))
    for row in range(len(A)):
        common = set(cosine_order(A, row)[:10]) & set(cosine_order(B, row)[:10])
        assert found[row] == pytest.approx(len(common) / 10)
    assert 0 < found.mean() < 0.5


def test_the_same_encoder_twice_gives_exactly_one() -> None:
    assert (overlap(nearest(A, 10), nearest(A, 10)) == 1).all()
    copies = np.repeat(A[:5], 12, axis=0)  # ties everywhere
    assert overlap(nearest(copies, 10), nearest(copies, 10)).mean() == 1
    assert (overlap(nearest(A, 10), nearest(3 * A, 10)) == 1).all()


def test_purity_against_a_loop_and_the_unlabelled() -> None:
    codes = np.arange(60) % 4
    codes[5] = -1
    rows, found = nearest(A, 8), purity(nearest(A, 8), codes)
    for row in range(60):
        if row == 5:
            assert np.isnan(found[row])
        else:
            assert found[row] == pytest.approx(sum(codes[other] == codes[row] for other in rows[row]) / 8)


def test_ranks_of_one_picture_by_both() -> None:
    change = moved(A, B, 3, 5)
    first, second = cosine_order(A, 3), cosine_order(B, 3)
    assert change.rows[:5].tolist() == first[:5]
    assert set(change.rows) == set(first[:5]) | set(second[:5])
    assert change.first.tolist() == [first.index(row) + 1 for row in change.rows]
    assert change.second.tolist() == [second.index(row) + 1 for row in change.rows]
    same = moved(A, A, 3, 5)
    assert np.array_equal(same.first, same.second)


def test_alignment_is_scipy_s_rotation_and_undoes_a_motion() -> None:
    x, y = DRAW.normal(size=(40, 2)), DRAW.normal(size=(40, 2)) * 3 + 5
    turned, centred = align(x, y), x - x.mean(0)
    rotation, _ = orthogonal_procrustes(centred, y - y.mean(0))
    size = np.linalg.norm(y - y.mean(0)) / np.linalg.norm(centred)
    np.testing.assert_allclose(turned, size * centred @ rotation + y.mean(0))
    # Scipy's disparity uses the least-squares size; at that size, ours leaves the same residue.
    unit_y, unit_t = (v - v.mean(0) for v in (y, turned))
    unit_y, unit_t = unit_y / np.linalg.norm(unit_y), unit_t / np.linalg.norm(unit_t)
    assert 1 - (unit_y * unit_t).sum() ** 2 == pytest.approx(procrustes(y, x)[2])

    mirrored = 0.3 * x[:, ::-1] @ np.array([[0.6, 0.8], [-0.8, 0.6]]) - 7
    np.testing.assert_allclose(align(mirrored, x), x, atol=1e-12)
    assert np.isfinite(align(np.zeros((5, 2)), x[:5])).all()


def test_cka_of_itself_of_a_turn_and_of_noise() -> None:
    turn = np.linalg.qr(DRAW.normal(size=(7, 7)))[0]
    assert linear_cka(A, A) == pytest.approx(1)
    assert linear_cka(A, 4 * A @ turn + 2) == pytest.approx(1)
    assert linear_cka(A, B) == pytest.approx(linear_cka(B, A))
    assert linear_cka(A, B @ np.linalg.qr(DRAW.normal(size=(9, 9)))[0]) == pytest.approx(linear_cka(A, B))
    many = DRAW.normal(size=(4000, 5))
    assert linear_cka(many, DRAW.normal(size=(4000, 5))) < 0.01
    assert np.isnan(linear_cka(A, np.ones((60, 3))))


def test_cka_is_the_hsic_of_centred_gram_matrices() -> None:
    n = len(A)
    centre = np.eye(n) - 1 / n
    for b in (B, DRAW.normal(size=(n, 200))):  # fewer and more numbers than pictures
        k, m = centre @ A @ A.T @ centre, centre @ b @ b.T @ centre
        assert linear_cka(A, b) == pytest.approx(np.trace(k @ m) / np.sqrt(np.trace(k @ k) * np.trace(m @ m)))


def test_other_pictures_and_values_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(UserError, match="60 pictures on one side and 5"):
        linear_cka(A, B[:5])
    broken = A.copy()
    broken[3, 1] = np.nan
    with pytest.raises(UserError, match="NaN"):
        nearest(broken, 3)
