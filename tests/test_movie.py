"""The movie of a run: aligned frames, the same ones whether drawn at once or as the run goes on."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from contrastive import snapshots
from contrastive.compare import align, nearest, overlap
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.movie import Movie, film, frames, read, usable
from contrastive.runs import Run, rewind

N, EPOCHS = 90, 4
CODES = np.arange(N) % 3


def growing(seed: int = 0) -> dict[int, np.ndarray]:
    """Snapshots of three classes that part as the epochs go by."""
    draw = np.random.default_rng(seed)
    noise, centres = draw.normal(size=(N, 8)), draw.normal(size=(3, 8)) * 4
    return {
        epoch: (noise + epoch / EPOCHS * centres[CODES] + 0.1 * draw.normal(size=(N, 8))).astype(np.float16)
        for epoch in range(EPOCHS + 1)
    }


def run_with(found: dict[int, np.ndarray], **config: int) -> Run:
    run = Run.create(TrainConfig(**{"dataset": "digits", "epochs": EPOCHS, "snapshot_epochs": EPOCHS, **config}))
    for epoch, vectors in found.items():
        snapshots.keep(run.path / "snapshots", epoch, [str(i) for i in range(N)], vectors)
    return run


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_a_new_epoch_adds_a_frame_and_moves_none(method: str) -> None:
    found = growing()
    whole = np.stack(list(frames(found, method, seed=3)))
    assert whole.shape == (EPOCHS + 1, N, 2)
    assert whole.dtype == np.float32
    early = {epoch: found[epoch] for epoch in (0, 1, 2)}
    begun = np.stack(list(frames(early, method, seed=3)))
    assert begun.tobytes() == whole[:3].tobytes()
    later = np.stack(list(frames(found, method, seed=3, begun=begun)))
    assert later.tobytes() == whole[3:].tobytes()
    other = np.stack(list(frames(early, method, seed=4)))
    assert (method == "tsne") == (not np.array_equal(other, begun))


def test_frames_lie_on_each_other_and_still_keep_neighbours() -> None:
    found = growing()
    drawn = list(frames(found, "tsne"))
    spread = np.sqrt(np.square(drawn[0]).sum(axis=1).mean())
    for before, after in pairwise(drawn):
        np.testing.assert_allclose(align(after, before), after, atol=1e-3 * spread)
        assert np.sqrt(np.square(after).sum(axis=1).mean()) == pytest.approx(spread, rel=1e-3)
        assert not np.array_equal(before, after)
    kept = overlap(_near(drawn[-1]), nearest(found[EPOCHS], 10)).mean()
    assert kept > 0.3 > overlap(_near(drawn[0]), nearest(found[EPOCHS], 10)).mean()


def _near(points: np.ndarray) -> np.ndarray:
    apart = np.square(points[:, None] - points[None]).sum(-1)
    np.fill_diagonal(apart, np.inf)
    return apart.argsort(axis=1)[:, :10]


def test_a_pca_frame_turned_by_the_network_is_turned_back() -> None:
    vectors = growing()[EPOCHS].astype(np.float32)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 8)))[0]
    first, second = frames({0: vectors, 1: 5 * vectors @ turn}, "pca")
    np.testing.assert_allclose(second, first, atol=1e-3)


def test_a_network_that_gives_every_picture_the_same_is_a_frame_too() -> None:
    flat = np.ones((N, 8), np.float16)
    for method in ("tsne", "pca"):
        drawn = np.stack(list(frames({0: growing()[0], 1: flat, 2: growing()[4]}, method)))
        assert np.isfinite(drawn).all()
        assert np.ptp(drawn[2]) > 0


def test_it_is_kept_in_the_run_and_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = growing()
    run = run_with({epoch: found[epoch] for epoch in (0, 1, 2)})
    grown = list(film(run, "pca"))
    assert [movie.epochs for movie in grown] == [[0], [0, 1], [0, 1, 2]]
    place = run.path / "snapshots" / "movie-pca-0.npz"
    stamp = place.read_bytes()
    assert len(list(film(run, "pca"))) == 1
    assert place.read_bytes() == stamp

    snapshots.keep(run.path / "snapshots", 3, grown[-1].ids, found[3])
    again = list(film(run, "pca"))
    assert [len(movie.epochs) for movie in again] == [3, 4]
    assert again[-1].points[:3].tobytes() == grown[-1].points.tobytes()

    # Resumed from epoch 1: what comes after is trained anew, and so are its frames.
    rewind(run, {"epoch": 1, "metrics": {}})
    assert [movie.epochs for movie in film(run, "pca")] == [[0, 1]]
    snapshots.keep(run.path / "snapshots", 2, grown[-1].ids, growing(1)[2])
    new = list(film(run, "pca"))[-1]
    assert new.points[:2].tobytes() == grown[-1].points[:2].tobytes()
    assert not np.array_equal(new.points[2], grown[-1].points[2])

    place.write_bytes(b"half a fi")
    assert list(film(run, "pca"))[-1].points.tobytes() == new.points.tobytes()


def test_snapshots_that_are_no_numbers_are_left_out_with_a_sentence() -> None:
    found = growing()
    found[2][5, 1] = np.nan
    found[3][:] = np.inf
    movie: Movie = list(film(run_with(found), "pca"))[-1]
    assert movie.epochs == [0, 1, 4]
    assert movie.note.startswith("Left out: epochs 2, 3, where")
    assert usable({1: found[2]}) == (
        {},
        "Left out: epoch 1, where the encoder gave values that are no numbers, or too large ones.",
    )
    assert list(film(run_with({1: found[2]}), "pca")) == []


def test_of_very_many_snapshots_the_same_few_are_shown_at_every_moment() -> None:
    found = {epoch: growing()[0] + np.float16(epoch) for epoch in range(70)}
    early = list(film(run_with({e: v for e, v in found.items() if e < 40}, epochs=69, snapshot_epochs=69), "pca"))
    late = list(film(run_with(found, epochs=69, snapshot_epochs=69), "pca"))
    assert len(late[-1].epochs) <= 40
    assert (late[-1].epochs[0], late[-1].epochs[-1]) == (0, 69)
    assert late[-1].epochs[: len(early[-1].epochs)] == early[-1].epochs


def test_what_neighbours_say_of_the_classes() -> None:
    found = growing()
    before, after = read(found[0], CODES), read(found[EPOCHS], CODES)
    assert before is not None
    assert after is not None
    assert after.purity > 0.95 > 0.6 > before.purity
    assert after.knn > before.knn
    assert read(found[0], np.full(N, -1)) is None
    # Pictures without a label neither ask nor vote.
    half = np.where(np.arange(N) < 45, CODES, -1)
    assert read(found[EPOCHS], half) == read(found[EPOCHS][:45], CODES[:45])


def test_what_cannot_be_a_movie_is_one_sentence(tmp_path: Path) -> None:
    assert list(film(run_with({}))) == []
    with pytest.raises(UserError, match="no map method called 'som'"):
        list(frames(growing(), "som"))
    with pytest.raises(UserError, match="not of the same pictures"):
        list(frames({0: np.zeros((5, 2)), 1: np.zeros((6, 2))}))
    with pytest.raises(UserError, match=r"2 picture\(s\) shows nothing"):
        list(frames({0: np.zeros((2, 2))}))
