"""The painter: same picture, same bytes; every subject in every style; a test split that is truly new."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from contrastive.datasets.atelier import PALETTES, STYLES, SUBJECTS, Picture, paint, plan
from contrastive.datasets.atelier.pose import BACKDROPS, RANGES, VARIANTS, draw_pose

ROOT = Path(__file__).parents[2]
CELLS = [(subject, style) for subject in SUBJECTS for style in STYLES]
SHIP = Picture("ship", "impasto", "dawn", "train", 3)

# The standard deviation over pixels (0..255) of the palest of 480 paintings was 30.
NOT_BLANK = 18.0


def test_registries_are_as_rich_as_promised() -> None:
    assert len(SUBJECTS) == 10
    assert len(STYLES) >= 8
    assert len(PALETTES) >= 6


def test_same_picture_same_bytes_in_another_process() -> None:
    pictures = [replace(SHIP, style=style, seed=i) for i, style in enumerate(STYLES)]
    here = [sha256(paint(picture, 64).tobytes()).hexdigest() for picture in pictures]
    assert here == [sha256(paint(picture, 64).tobytes()).hexdigest() for picture in pictures]
    program = (
        "from hashlib import sha256\n"
        "from contrastive.datasets.atelier import STYLES, Picture, paint\n"
        "for i, style in enumerate(STYLES):\n"
        "    picture = Picture('ship', style, 'dawn', 'train', i)\n"
        "    print(sha256(paint(picture, 64).tobytes()).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert done.stdout.split() == here


def test_import_is_light() -> None:
    program = "import sys, contrastive.datasets.atelier; print(sorted({'torch', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("field", ["seed", "subject", "style", "palette", "split"])
def test_every_field_of_a_picture_changes_the_painting(field: str) -> None:
    other = {"seed": 4, "subject": "cat", "style": "woodcut", "palette": "sea", "split": "test"}[field]
    here, there = paint(SHIP).astype(int), paint(replace(SHIP, **{field: other})).astype(int)
    assert np.abs(here - there).mean() > 5


@pytest.mark.parametrize("size", [28, 96, 160])
def test_every_subject_paints_in_every_style(size: int) -> None:
    palettes = list(PALETTES)
    for i, (subject, style) in enumerate(CELLS):
        picture = Picture(subject, style, palettes[i % len(palettes)], ("train", "test")[i % 2], i + size)
        pixels = paint(picture, size)
        assert pixels.shape == (size, size, 3), picture
        assert pixels.dtype == np.uint8, picture
        assert pixels.std() > NOT_BLANK, picture


def test_a_small_painting_is_a_large_one_reduced() -> None:
    """Marks are parts of the picture, so the coarse structure does not depend on the size asked for."""
    for style in STYLES:
        picture = replace(SHIP, style=style)
        coarse = [
            paint(picture, size).reshape(16, size // 16, 16, size // 16, 3).mean(axis=(1, 3)) for size in (48, 192)
        ]
        assert np.abs(coarse[0] - coarse[1]).mean() < 8, style


def test_styles_change_the_marks_but_keep_the_drawing() -> None:
    """The same scene by another hand is nearer than another scene by the same hand."""

    def layout(picture: Picture) -> np.ndarray:
        coarse = paint(picture, 96).reshape(12, 8, 12, 8, 3).mean(axis=(1, 3, 4))
        return (coarse - coarse.mean()) / coarse.std()

    hands = ("gouache", "impasto", "pointillism", "cubist", "watercolour")

    def apart(a: Picture, b: Picture) -> float:
        return float(np.abs(layout(a) - layout(b)).mean())

    scenes = [Picture("ship", hands[0], "sea", "train", seed) for seed in range(5)]
    same_scene = [apart(replace(s, style=a), replace(s, style=b)) for s in scenes for a, b in pairwise(hands)]
    same_hand = [apart(replace(a, style=h), replace(b, style=h)) for a, b in pairwise(scenes) for h in hands]
    assert np.mean(same_scene) < 0.6 * np.mean(same_hand)


@pytest.mark.parametrize("images", [400, 977])
def test_plan_balances_cells_in_every_split(images: int) -> None:
    pictures = plan(images)
    assert len(pictures) == images
    counts = Counter(p.split for p in pictures)
    for split, share in (("train", 0.7), ("val", 0.1), ("test", 0.2)):
        assert abs(counts[split] / images - share) < 0.01
        cells = Counter((p.subject, p.style) for p in pictures if p.split == split)
        found = [cells[cell] for cell in CELLS]
        assert max(found) - min(found) <= 1
        for column in ("subject", "style"):
            marginal = Counter(getattr(p, column) for p in pictures if p.split == split).values()
            assert max(marginal) - min(marginal) <= 3
    assert len({p.seed for p in pictures}) == images
    # Interleaved: no stretch of the list lacks a split or favours a class.
    assert {p.split for p in pictures[:10]} == {"train", "val", "test"}
    assert len({p.subject for p in pictures[:100]}) == len(SUBJECTS)


def test_plan_deals_palettes_evenly_within_cells() -> None:
    pictures = [p for p in plan(4000) if p.split == "train"]
    uses = Counter((p.subject, p.style, p.palette) for p in pictures)
    found = [uses[(*cell, palette)] for cell in CELLS for palette in PALETTES]
    assert max(found) - min(found) <= 1


def test_plan_is_the_same_for_the_same_seed_only() -> None:
    assert plan(200, seed=5) == plan(200, seed=5)
    assert {p.seed for p in plan(200, seed=5)}.isdisjoint(p.seed for p in plan(200, seed=6))


def test_artdl_shares_in_every_split() -> None:
    expected = np.array([1189, 118, 117, 98, 97, 90, 56, 52, 30, 14]) / 1861
    assert expected[0] == pytest.approx(0.64, abs=0.005)
    assert expected[-1] == pytest.approx(0.008, abs=0.0005)
    pictures = plan(3000, shares="artdl")
    for split in ("train", "val", "test"):
        chosen = [p for p in pictures if p.split == split]
        counts = Counter(p.subject for p in chosen)
        found = np.array([counts[subject] for subject in SUBJECTS])
        assert np.abs(found - expected * len(chosen)).max() < 1
        assert found.min() > 0
        for subject in SUBJECTS:
            styles = Counter(p.style for p in chosen if p.subject == subject)
            assert max(styles[s] for s in STYLES) - min(styles[s] for s in STYLES) <= 1


def test_unknown_shares_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match=r'Unknown shares .* choose "balanced" or "artdl"'):
        plan(10, shares="zipf")


def test_titles_read_well() -> None:
    assert Picture("ship", "pointillism", "dawn", "train", 0).title == "Ship at dawn, pointillism"
    titles = {Picture("cat", style, palette, "val", 0).title for style in STYLES for palette in PALETTES}
    assert len(titles) == len(STYLES) * len(PALETTES)


def test_test_palettes_are_new_colours() -> None:
    for name, family in PALETTES.items():
        assert set(family.train).isdisjoint(family.test), name
        assert len(family.train) >= 3, name
        assert len(family.test) >= 2, name
        assert family.mixes("val") == family.train
        assert family.mixes("test") == family.test


def test_test_poses_and_layouts_are_disjoint_from_training() -> None:
    assert RANGES["train"].keys() == RANGES["test"].keys()
    for name in RANGES["train"]:
        # Sorted by their lower end, no interval may reach the next, whichever split it belongs to.
        intervals = sorted(RANGES["train"][name] + RANGES["test"][name])
        assert all(high < low for (_, high), (low, _) in pairwise(intervals)), name
    assert set(VARIANTS["train"]).isdisjoint(VARIANTS["test"])
    for place in BACKDROPS["train"]:
        assert set(BACKDROPS["train"][place]).isdisjoint(BACKDROPS["test"][place])


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_drawn_poses_stay_in_their_ranges(split: str) -> None:
    side = "test" if split == "test" else "train"
    rng = np.random.default_rng(0)
    scales, places = [], []
    for _ in range(300):
        pose, layout = draw_pose(split, rng)
        for name in RANGES[side]:
            value = getattr(pose, name, None) or getattr(layout, name)
            assert any(low <= value <= high for low, high in RANGES[side][name]), name
        assert pose.variant in VARIANTS[side]
        scales.append(layout.scale)
        places.append(layout.x)
    # Position and size vary so much in every split that raw pixels do not give the subject away.
    assert np.ptp(scales) > 0.2
    assert np.ptp(places) > 0.2
