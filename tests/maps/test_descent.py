"""descent: the likelihoods are openTSNE's, the slope is the divergence's, and maps are as faithful as theirs."""

import warnings

import numpy as np
import pytest
from scipy.sparse import triu
from sklearn.datasets import load_digits

from contrastive import maps
from contrastive.maps.descent import attract, descend, likelihoods
from contrastive.maps.repulsion import crowd
from contrastive.neighbours import Index, unit_rows


@pytest.fixture(scope="module")
def digits():
    return unit_rows(load_digits().data[:300].astype(np.float32))


def nearest(vectors, k):
    return Index(vectors).search(vectors, k, exclude=np.arange(len(vectors)))


def theirs(vectors):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from openTSNE import TSNE
        from openTSNE.affinity import PerplexityBasedNN

        # The metric that a map here has: angles, which is what distances of unit vectors are.
        near = PerplexityBasedNN(vectors, perplexity=30, metric="euclidean", method="exact", random_state=0)
        return near.P.toarray(), np.array(TSNE(n_iter=500, random_state=0).fit(affinities=near))


def kept(vectors, points, k=15):
    """Share of every picture's k nearest that are among its k nearest on the map."""
    away = ((points[:, None] - points[None]) ** 2).sum(-1) + 1e9 * np.eye(len(points))
    pairs = zip(nearest(vectors, k)[1], away.argsort(axis=1)[:, :k], strict=True)
    return np.mean([len(set(true) & set(drawn)) / k for true, drawn in pairs])


def test_likelihoods_and_faithfulness_are_those_of_opentsne(digits):
    scores, indices = nearest(digits, 90)
    likely, drawn = theirs(digits)
    ours = likelihoods(2 - 2 * scores.astype(float), indices, 30.0).toarray()
    assert ours.sum() == pytest.approx(1)
    assert (ours == ours.T).all()
    np.testing.assert_allclose(ours, likely, atol=2e-7)
    assert kept(digits, maps.fit(digits, "tsne").points) > kept(digits, drawn) - 0.02


@pytest.mark.parametrize("dims", [2, 3])
def test_the_slope_is_that_of_the_divergence(digits, dims):
    few, h = digits[:40], 1e-5
    scores, indices = nearest(few, 12)
    mutual = likelihoods(2 - 2 * scores.astype(float), indices, 4.0)
    points = np.random.default_rng(0).normal(size=(dims, 40))

    def divergence(moved):
        near = 1 / (1 + ((moved[:, :, None] - moved[:, None]) ** 2).sum(0))
        np.fill_diagonal(near, 0)
        rows, columns = mutual.nonzero()
        return -(mutual.toarray()[rows, columns] * np.log(near[rows, columns] / near.sum())).sum()

    measured = np.zeros_like(points)
    for place in np.ndindex(points.shape):
        step = np.zeros_like(points)
        step[place] = h
        measured[place] = (divergence(points + step) - divergence(points - step)) / (2 * h)
    half, pull, push = triu(mutual, 1, "csr"), np.zeros_like(points), np.zeros_like(points)
    attract(points, half.indptr, half.indices, half.data, pull)
    total = crowd(points).read(points, push).sum() - 40
    np.testing.assert_allclose(4 * (pull + push / (2 * total)), measured, atol=1e-5)


def test_what_hears_of_the_steps_can_end_them(digits):
    mutual, heard = likelihoods(np.ones((300, 5)), nearest(digits, 5)[1], 3.0), []

    def hear(number):
        heard.append(number)
        if number == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        descend(digits[:, 20:22].astype(float), mutual, 10, tell=hear)
    assert heard == [1, 2, 3]
