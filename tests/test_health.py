"""Health: a forced collapse trips it, a trained encoder does not."""

import numpy as np
import pytest

from contrastive import datasets
from contrastive.embed import embed
from contrastive.health import collapsed, health, verdict


@pytest.mark.parametrize("encoder", ["digits-tiny", "untrained"])
def test_real_representations_are_healthy(encoder: str) -> None:
    signs = health(np.asarray(embed(encoder, datasets.load("digits")))[::5])
    assert not collapsed(signs)
    assert verdict(signs).startswith("Healthy")
    assert signs["effective_rank"] > 10


@pytest.mark.parametrize("kind", ["one point", "one point and rounding", "one line"])
def test_a_forced_collapse_is_seen(kind: str) -> None:
    rng = np.random.default_rng(0)
    vectors = np.tile(rng.normal(size=64), (100, 1))
    if kind == "one point and rounding":
        vectors = (vectors * (1 + 1e-7 * rng.normal(size=vectors.shape))).astype(np.float32)
    if kind == "one line":
        vectors = np.outer(rng.normal(size=100), rng.normal(size=64))
    signs = health(vectors)
    assert collapsed(signs)
    assert verdict(signs).startswith("Collapsed")


def test_numbers_of_known_vectors() -> None:
    rng = np.random.default_rng(1)
    even = health(rng.normal(size=(4000, 16)))
    assert even["spread"] == pytest.approx(1.0, abs=0.02)
    assert even["effective_rank"] == pytest.approx(16, rel=0.02)
    assert even["dead"] == 0
    half = np.concatenate([rng.normal(size=(500, 8)), np.ones((500, 8))], axis=1)
    assert health(half)["dead"] == 0.5
    pair = health(np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert pair["uniformity"] == pytest.approx(-4.0)
