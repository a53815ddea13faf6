"""repulsion: the grid and the pairs give the sum over all points, in potential and in slope."""

import numpy as np
import pytest

from contrastive.maps.repulsion import Grid, Pairs, crowd


def exact(here, points):
    away = here[:, :, None] - points[:, None]
    near = 1 / (1 + (away**2).sum(0))
    return near.sum(1), -2 * (near**2 * away).sum(2)


@pytest.mark.parametrize("dims", [2, 3])
def test_pairs_push_as_the_sum_of_all_points(dims):
    points = np.random.default_rng(0).normal(size=(dims, 300)) * 5 + 7
    here = points[:, :50] * 0.9
    read, (potential, slope), made = np.empty_like(here), exact(here, points), Pairs()
    made.lay(points)
    np.testing.assert_allclose(made.read(here, read), potential, rtol=1e-5)
    np.testing.assert_allclose(read, slope, atol=1e-4)


def test_the_grid_pushes_as_the_sum_of_all_points_while_they_move_apart():
    rng, made = np.random.default_rng(0), Grid()
    for spread in (1e-4, 3.0, 8.0, 3.0):
        points = rng.normal(size=(2, 3000)) * [[spread], [2 * spread]] + 7
        read, (potential, slope) = np.empty_like(points), exact(points, points)
        made.lay(points)
        # The splines round off the very top of the kernel: a point meets itself with .97 at worst, not with 1.
        np.testing.assert_allclose(made.read(points, read), potential, rtol=0.03)
        if spread > 1:
            assert np.linalg.norm(read - slope) < 0.03 * np.linalg.norm(slope)


def test_only_many_points_in_the_plane_need_a_grid():
    assert isinstance(crowd(np.zeros((2, 2_001))), Grid)
    assert isinstance(crowd(np.zeros((2, 2_000))), Pairs)
    assert isinstance(crowd(np.zeros((3, 2_001))), Pairs)
