"""maps: neighbours stay neighbours, a seed gives one map, and it stands still while others are placed."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from contrastive import maps
from contrastive.errors import UserError
from contrastive.maps import Map, repulsion, tsne


@pytest.fixture(scope="module")
def digits():
    return load_digits().data[:300].astype(np.float32)


@pytest.fixture(scope="module")
def others():
    return load_digits().data[300:340].astype(np.float32)


@pytest.fixture(scope="module")
def fitted(digits):
    return {name: maps.fit(digits, name) for name in ("pca", "tsne")}


def extent(points):
    return np.ptp(points, axis=0).max()


def median_miss(placed, points):
    return np.median(np.linalg.norm(placed - points, axis=1)) / extent(points)


def test_tsne_keeps_neighbours_far_better_than_pca(digits, fitted):
    trust = {
        name: trustworthiness(digits, chart.points, n_neighbors=10, metric="cosine") for name, chart in fitted.items()
    }
    assert trust["tsne"] > 0.97
    assert trust["tsne"] > trust["pca"] + 0.1


@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize("dims", [2, 3])
def test_a_seed_gives_one_map_in_the_plane_and_in_space(digits, method, dims):
    few = {"iterations": 250} if method == "tsne" else {}
    once, again = (maps.fit(digits, method, dims=dims, seed=5, **few) for _ in range(2))
    assert once.points.shape == (300, dims)
    assert once.points.dtype == np.float32
    assert (once.points == again.points).all()
    assert (np.ptp(once.points, axis=0) > 0).all()


def test_another_seed_gives_another_tsne(digits, fitted):
    assert (maps.fit(digits, "tsne", seed=1).points != fitted["tsne"].points).any()


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_training_images_are_placed_where_they_are(digits, fitted, method):
    chart = fitted[method]
    assert median_miss(chart.place(digits), chart.points) < 0.01


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_placing_moves_nothing_and_needs_no_company(others, fitted, method):
    chart = fitted[method]
    before = chart.points.tobytes()
    together = chart.place(others)
    assert chart.points.tobytes() == before
    assert together.dtype == np.float32
    assert (chart.place(others) == together).all()
    np.testing.assert_allclose(chart.place(others[3:4]), together[3:4], atol=1e-4)
    assert chart.place(others[:0]).shape == (0, 2)
    with pytest.raises(ValueError, match="read-only"):
        chart.points[0] = 0


@pytest.mark.parametrize(("method", "dims"), [("pca", 2), ("tsne", 2), ("tsne", 3)])
def test_a_loaded_map_is_the_saved_one(digits, others, tmp_path, method, dims):
    few = {"iterations": 250} if method == "tsne" else {}
    chart = maps.fit(digits, method, dims=dims, seed=np.int64(3), **few)
    chart.save(tmp_path / "map.npz")
    loaded = Map.load(tmp_path / "map.npz", digits)
    assert loaded.points.tobytes() == chart.points.tobytes()
    for name in ("method", "dims", "seed", "knobs", "note"):
        assert getattr(loaded, name) == getattr(chart, name)
    assert (loaded.place(others) == chart.place(others)).all()
    assert loaded.points.tobytes() == chart.points.tobytes()
    assert [path.name for path in tmp_path.iterdir()] == ["map.npz"]


def test_umap_is_one_map_that_saves_loads_and_places(digits, others, tmp_path):
    few, heard = digits[:150], []
    chart = maps.fit(few, "umap", seed=2, progress=heard.append)
    assert heard == sorted(heard)
    assert len(heard) > 3
    assert (maps.fit(few, "umap", seed=2).points == chart.points).all()
    assert trustworthiness(few, chart.points, n_neighbors=10, metric="cosine") > 0.9
    before = chart.points.tobytes()
    placed = chart.place(others)
    assert (chart.place(others) == placed).all()
    # All of them are recognised as the map's own; all but one are placed as if new.
    assert (chart.place(few) == chart.points).all()
    assert median_miss(chart.place(few[1:]), chart.points[1:]) < 0.05

    chart.save(tmp_path / "map.npz")
    loaded = Map.load(tmp_path / "map.npz", few)
    assert loaded.layout is None
    assert (loaded.place(others) == placed).all()
    assert chart.points.tobytes() == loaded.points.tobytes() == before


def test_pca_is_scikit_learns_up_to_the_sign_it_fixes(digits, others):
    chart = maps.fit(digits, "pca", dims=3)
    theirs = PCA(3, svd_solver="full").fit(digits)
    np.testing.assert_allclose(np.abs(chart.place(others)), np.abs(theirs.transform(others)), atol=1e-3)
    mirrored = maps.fit(-digits, "pca", dims=3)
    np.testing.assert_allclose(mirrored.points, -chart.points, atol=1e-3)


def test_large_tsne_maps_use_the_grid_and_still_give_points_back_unmoved(digits, others, monkeypatch):
    monkeypatch.setattr(repulsion, "PAIRS_UP_TO", 10)
    monkeypatch.setattr(tsne, "EXACT_UP_TO", 10)
    chart = maps.fit(digits[:80], "tsne", iterations=250)
    again = maps.fit(digits[:80], "tsne", iterations=250)
    assert (chart.points == again.points).all()
    assert median_miss(chart.place(digits[:80]), chart.points) < 0.02
    assert (chart.place(others) == again.place(others)).all()


def test_a_map_off_centre_places_off_centre(digits, fitted):
    shifted = Map(fitted["tsne"].points + np.float32(100), "tsne", 2, 0, fitted["tsne"].knobs, digits)
    assert median_miss(shifted.place(digits), shifted.points) < 0.01


def test_only_the_direction_of_an_embedding_counts_for_tsne(digits, others, fitted):
    lengths = np.random.default_rng(0).uniform(0.5, 2, size=(40, 1))
    np.testing.assert_allclose(fitted["tsne"].place(others * lengths), fitted["tsne"].place(others), atol=1e-2)


def test_progress_rises_to_one_and_changes_nothing(digits, fitted):
    heard = []
    chart = maps.fit(digits, "tsne", progress=heard.append)
    assert heard[0] == 0
    assert heard[-1] == 1
    assert heard == sorted(heard)
    assert len(heard) > 20
    assert (chart.points == fitted["tsne"].points).all()


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_progress_can_stop_a_fit(digits, method):
    heard = []

    def stop(share):
        heard.append(share)
        if share > 0.1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        maps.fit(digits, method, progress=stop)
    assert heard[-1] < 1


def test_small_maps_lower_the_perplexity_and_say_so(digits, fitted):
    chart = maps.fit(digits[:31], "tsne")
    assert chart.knobs["perplexity"] == 10
    assert chart.note == "perplexity was lowered from 30 to 10, because there are only 31 images."
    assert fitted["tsne"].note == ""


@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize(
    "vectors",
    [
        np.random.default_rng(0).normal(size=(3, 5)),
        np.ones((6, 4)),
        np.zeros((5, 3)),
        np.repeat(np.eye(3), 5, axis=0),
        np.arange(6.0)[:, None] - 2,
        np.random.default_rng(0).normal(size=(10, 4)) * 1e20,
    ],
    ids=["three", "alike", "zeros", "copies", "one number each", "huge"],
)
def test_odd_embeddings_still_give_a_map(method, vectors):
    for dims in (2, 3):
        chart = maps.fit(vectors, method, dims=dims)
        assert np.isfinite(chart.points).all()
        assert np.isfinite(chart.place(vectors[::-1])).all()


def test_knobs_are_described_and_their_defaults_are_allowed():
    assert set(maps.KNOBS) == set(maps.DESCRIPTIONS) == {"tsne", "umap", "pca"}
    assert all(maps.DESCRIPTIONS.values())
    for knob in [knob for knobs in maps.KNOBS.values() for knob in knobs.values()]:
        assert knob.low <= knob.default <= knob.high
        assert knob.step > 0
        assert knob.help


@pytest.mark.parametrize(
    ("method", "knobs", "says"),
    [
        ("tsne", {"perplexity": 1}, "perplexity cannot be 1. Choose a number from 2.0 to 200.0."),
        ("tsne", {"iterations": 300.5}, "whole number"),
        ("tsne", {"perplexity": float("nan")}, "perplexity cannot be nan"),
        ("tsne", {"perplexity": "30"}, "perplexity cannot be '30'"),
        ("tsne", {"perplexity": True}, "perplexity cannot be True"),
        ("tsne", {"n_neighbors": 5}, "no knob called 'n_neighbors'"),
        ("pca", {"perplexity": 5}, "It has: none."),
        ("umap", {"min_dist": 2}, "min_dist cannot be 2"),
    ],
)
def test_bad_knobs_are_refused(digits, method, knobs, says):
    with pytest.raises(UserError) as caught:
        maps.fit(digits, method, **knobs)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"method": "isomap"}, "no map method"),
        ({"dims": 4}, "4 dimensions"),
        ({"seed": -1}, "seed"),
        ({"seed": 0.5}, "seed"),
        ({"vectors": np.ones((2, 4))}, "at least 3"),
        ({"vectors": np.ones(4)}, "table"),
        ({"vectors": np.full((4, 4), np.nan)}, "NaN"),
        ({"vectors": np.full((4, 4), 1e39)}, "infinite"),
    ],
)
def test_bad_requests_are_refused(digits, arguments, says):
    with pytest.raises(UserError, match=says):
        maps.fit(**{"vectors": digits, **arguments})


def test_bad_placements_and_files_are_refused(digits, fitted, tmp_path):
    chart = fitted["pca"]
    with pytest.raises(UserError, match="encoder"):
        chart.place(digits[:, :5])
    with pytest.raises(UserError, match="NaN"):
        chart.place(digits * np.nan)
    chart.save(tmp_path / "map.npz")
    for wrong in (digits[:200], digits[:, :5], digits[:, ::-1]):
        with pytest.raises(UserError, match="other embeddings"):
            Map.load(tmp_path / "map.npz", wrong)
    with pytest.raises(UserError, match="not a saved map"):
        Map.load(tmp_path / "missing.npz", digits)
    np.save(tmp_path / "array.npy", digits)
    np.savez(tmp_path / "pickled.npz", points=np.array([{}], dtype=object))
    (tmp_path / "cut.npz").write_bytes((tmp_path / "map.npz").read_bytes()[:500])
    (tmp_path / "empty.npz").write_bytes(b"")
    for name in ("array.npy", "pickled.npz", "cut.npz", "empty.npz"):
        with pytest.raises(UserError, match="not a saved map"):
            Map.load(tmp_path / name, digits)


def test_importing_maps_is_light():
    heavy = "{'torch', 'sklearn', 'umap', 'numba'}"
    code = f"import sys, contrastive.maps; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
