"""The movie of a run: the maps of its snapshots, aligned, so that one sees the same pictures move as it learns."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np

from contrastive import snapshots
from contrastive.compare import align, purity
from contrastive.errors import UserError
from contrastive.maps import KNOBS, METHODS
from contrastive.neighbours import Index, votes
from contrastive.runs import Run
from contrastive.storage import digest, write_bytes

MOST = 60
"""Frames of a movie; of more snapshots, evenly chosen ones are shown."""
NEIGHBOURS = 10


@dataclass(frozen=True, eq=False)
class Movie:
    """Layouts of the same m pictures at E epochs: points (E, m, 2) float32, in the order of `epochs` and `ids`.

    Epoch 0 is the time before the first step. `note` says what had to be left out, or is empty.
    """

    ids: list[str]
    epochs: list[int]
    points: np.ndarray
    note: str = ""


def frames(
    found: Mapping[int, np.ndarray],
    method: str = "tsne",
    *,
    seed: int = 0,
    begun: np.ndarray | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Iterator[np.ndarray]:
    """Lay out the snapshots {epoch: vectors (m, d)} one after another: yields (m, 2) float32 for each.

    Each t-SNE and UMAP frame begins where the pictures lay in the frame before, and every frame is turned onto it
    (`compare.align`). Forward in time, because a frame then depends on earlier epochs only: while a run is trained,
    a new epoch adds a frame and moves none. PCA takes the axes of its own epoch, as axes of all epochs together
    would turn with every new one. `begun` (k, m, 2) are the first k frames where they are known already: those are
    not yielded again. `progress(done, total)` counts frames. The same seed gives the same frames.
    Errors: UserError for an unknown method, fewer than 3 pictures, snapshots of different pictures.
    """
    if method not in METHODS:
        raise UserError(f"There is no map method called '{method}'.", f"Choose one of {', '.join(METHODS)}.")
    sizes = {len(vectors) for vectors in found.values()}
    if len(sizes) > 1:
        raise UserError("These snapshots are not of the same pictures.", "Train the run again.")
    if sizes and min(sizes) < 3:
        raise UserError(f"A movie of {min(sizes)} picture(s) shows nothing.", "Train on a larger data set.")
    done = 0 if begun is None else len(begun)
    last = None if begun is None or not done else begun[-1]
    for epoch in sorted(found)[done:]:
        rows = found[epoch].astype(np.float32)
        knobs = {name: knob.default for name, knob in KNOBS[method].items()}
        for name, limit in METHODS[method].limits(len(rows)).items():
            knobs[name] = min(knobs[name], limit)
        layout = METHODS[method](rows, 2, seed, knobs)
        if last is None or np.ptp(last) == 0:
            points = layout.draw()
            points = points - points.mean(axis=0)
        else:
            points = align(layout.follow(last), last)
        # What the next frame begins with must be what is kept, or a movie taken up again would go another way.
        last = points.astype(np.float32)
        done += 1
        if progress:
            progress(done, len(found))
        yield last


def usable(found: Mapping[int, np.ndarray]) -> tuple[dict[int, np.ndarray], str]:
    """The snapshots that are numbers throughout, and a sentence about the others, empty if there are none."""
    good = {epoch: vectors for epoch, vectors in found.items() if np.isfinite(vectors).all()}
    bad = [str(epoch) for epoch in found if epoch not in good]
    if not bad:
        return good, ""
    which = f"epoch {bad[0]}" if len(bad) == 1 else f"epochs {', '.join(bad)}"
    return good, f"Left out: {which}, where the encoder gave values that are no numbers, or too large ones."


def film(run: Run, method: str = "tsne", *, seed: int = 0) -> Iterator[Movie]:
    """The movie of a run as it grows: first what was drawn before, then once more with every new frame.

    Kept in the run as `snapshots/movie-METHOD-SEED.npz`; frames whose snapshots changed since are drawn anew, with
    all that follow them. Yields nothing for a run without snapshots. Errors: as `frames`.
    """
    folder = run.path / "snapshots"
    ids, found = snapshots.kept(folder)
    found, note = usable({epoch: found[epoch] for epoch in found if epoch in _chosen(run)})
    if not found:
        return
    place = folder / f"movie-{method}-{seed}.npz"
    keys = [digest("movie 1", *ids, str(epoch), found[epoch].tobytes()) for epoch in found]
    points = _drawn_before(place, keys)
    epochs = list(found)
    if len(points):
        yield Movie(ids, epochs[: len(points)], points, note)
    for frame in frames(found, method, seed=seed, begun=points if len(points) else None):
        points = np.concatenate([points, frame[None]]) if len(points) else frame[None]
        content = io.BytesIO()
        np.savez_compressed(content, points=points, keys=keys[: len(points)])
        write_bytes(place, content.getvalue())
        yield Movie(ids, epochs[: len(points)], points, note)


@dataclass(frozen=True)
class Reading:
    """What one snapshot says of the classes: shares in 0..1 over all labelled pictures of the sample."""

    purity: float
    """Mean share of a picture's ten nearest others that are of its class."""
    knn: float
    """Share of pictures whose class the ten nearest others vote for."""


def read(vectors: np.ndarray, codes: np.ndarray) -> Reading | None:
    """Purity and leave-one-out kNN accuracy of a snapshot (m, d) with classes (m,); None where nothing is labelled.

    These pictures judge each other; `metrics.jsonl` has the accuracy of held-out pictures alone.
    """
    labelled = np.flatnonzero(codes >= 0)
    if len(labelled) < 2:
        return None
    rows, codes = vectors[labelled].astype(np.float32), codes[labelled]
    scores, others = Index(rows).search(rows, NEIGHBOURS, exclude=np.arange(len(rows)))
    answers, _ = votes(codes, others, scores)
    return Reading(float(purity(others, codes).mean()), float((answers == codes).mean()))


def _chosen(run: Run) -> set[int]:
    """Which epochs become frames: all of them up to MOST, else evenly chosen ones with the first and the last.

    They follow from the config alone, so that they are the same while the run is trained and afterwards.
    """
    plan = [0, *sorted(snapshots.moments(run.config.snapshot_epochs, run.config.epochs))]
    every = ceil(len(plan) / MOST)
    return {epoch for i, epoch in enumerate(plan) if i == 0 or (len(plan) - 1 - i) % every == 0}


def _drawn_before(place: Path, keys: list[str]) -> np.ndarray:
    """The frames on disk that still belong to the snapshots of these keys, (k, m, 2); k is 0 without any."""
    nothing = np.zeros((0, 0, 2), np.float32)
    if not place.is_file():
        return nothing
    try:
        with np.load(io.BytesIO(place.read_bytes()), allow_pickle=False) as stored:
            points, drawn = stored["points"], stored["keys"].tolist()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return nothing  # damaged: what it held can be drawn anew
    same = next((i for i, (a, b) in enumerate(zip(drawn, keys, strict=False)) if a != b), min(len(drawn), len(keys)))
    return points[:same] if same else nothing
