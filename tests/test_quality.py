"""The quality check: planted faults are found, clean sets stay clean, and odd sets are no obstacle."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageEnhance, ImageOps

from benchmarks.quality import measured, plant
from contrastive import catalogue, datasets
from contrastive.__main__ import main
from contrastive.datasets import ImageDataset
from contrastive.quality import KINDS, Findings, check, checked, earlier
from contrastive.storage import digest


def made(pixels: np.ndarray, labels: list[str | None] | None = None, **columns: list) -> ImageDataset:
    """A data set of (n, c, h, w) uint8 pixels in memory."""
    digests = [np.frombuffer(bytes.fromhex(digest(image.tobytes())), np.uint8) for image in pixels]
    table = pd.DataFrame({"id": [f"p{i}" for i in range(len(pixels))], "split": "train", **columns})
    classes: dict[str, list[str]] = {}
    if labels is not None:
        table["class"] = labels
        classes = {"class": sorted({label for label in labels if label})}
    return ImageDataset(
        "made",
        pixels=pixels,
        digests=np.array(digests),
        table=table,
        classes_of=classes,
        target="class" if classes else "",
    )


def blotches(count: int, *, size: int = 48, seed: int = 0) -> np.ndarray:
    """Random pictures that differ in what is large, as pictures do: (count, 3, size, size)."""
    small = np.random.default_rng(seed).integers(0, 256, (count, 6, 6, 3), dtype=np.uint8)
    large = [np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BICUBIC)) for picture in small]
    return np.stack(large).transpose(0, 3, 1, 2).copy()


def flat(pixels: np.ndarray) -> np.ndarray:
    """Vectors for a set that no encoder is needed for."""
    return pixels.reshape(len(pixels), int(np.prod(pixels.shape[1:]))).astype(np.float32) - 128


def changed(image: np.ndarray, how: Callable[[Image.Image], Image.Image]) -> np.ndarray:
    picture = how(Image.fromarray(image.transpose(1, 2, 0))).resize((image.shape[2], image.shape[1]))
    return np.asarray(picture).transpose(2, 0, 1)


def pairs(findings: Findings, kind: str) -> set[tuple[int, ...]]:
    table = findings.kind(kind)
    return {tuple(sorted(pair)) for pair in zip(table["row"], table["other_row"], strict=True)}


def test_copies_leaks_and_conflicts() -> None:
    pixels = blotches(40)
    pixels[10], pixels[11] = pixels[3], pixels[3]
    pixels[20] = changed(pixels[4], lambda p: p.crop((1, 0, 47, 46)))
    pixels[21] = changed(pixels[5], ImageOps.mirror)
    pixels[22] = changed(pixels[6], lambda p: ImageEnhance.Brightness(p).enhance(1.1))
    labels = ["cat", "dog"] * 20
    splits = ["train"] * 40
    splits[11] = splits[20] = "test"
    findings = check(made(pixels, labels, split=splits), vectors=flat(pixels))
    assert pairs(findings, "exact") == {(3, 10), (3, 11)}
    assert pairs(findings, "conflict") == {(3, 10)}
    assert pairs(findings, "near") == {(4, 20), (5, 21), (6, 22)}
    # The training picture is the one to leave out, and both training copies of a test picture are named.
    leaks = findings.kind("leak")
    assert set(zip(leaks["row"], leaks["other_row"], strict=True)) == {(3, 11), (10, 11), (4, 20)}
    assert findings.kind("near")["score"].between(0.945, 1).all()


def test_pictures_without_copies_give_none() -> None:
    for name in ("atelier", "digits"):
        dataset = datasets.load(name)
        counts = check(dataset).counts()
        assert counts["exact"] == counts["conflict"] == counts["blank"] == counts["size"] == 0
        assert counts["near"] <= 2, "two pairs of digits do look like prints of one stamp"


def test_flipped_labels_are_suspected_and_copies_do_not_vote() -> None:
    rng = np.random.default_rng(0)
    vectors = np.concatenate([rng.normal(size=(60, 8)) + 6 * np.eye(8)[i] for i in range(2)]).astype(np.float32)
    labels: list[str | None] = ["cat"] * 60 + ["dog"] * 60
    labels[5], labels[7] = "dog", None
    pixels = blotches(120)
    # Nine copies with the same wrong label would outvote the neighbours.
    pixels[110:119], vectors[110:119] = pixels[5], vectors[5]
    findings = check(made(pixels, labels), vectors=vectors)
    suspected = findings.kind("label")
    assert set(suspected["row"]) == {5, *range(110, 119)}
    assert suspected["score"].min() > 0.9
    assert "Without any class: 1 picture." in findings.notes


def test_labels_that_no_neighbour_knows_are_not_suspected() -> None:
    rng = np.random.default_rng(0)
    pixels = blotches(90)
    labels = rng.choice(["cat", "dog", "fish"], 90).tolist()
    findings = check(made(pixels, labels), vectors=rng.normal(size=(90, 16)))
    assert findings.kind("label").empty
    assert any("too few to suspect one" in note for note in findings.notes)


def test_looks_sizes_and_classes() -> None:
    pixels = blotches(60)
    pixels[1] = 200
    pixels[2] = pixels[2].mean(0).astype(np.uint8)
    width, height = [300 + i % 7 for i in range(60)], [200 + i % 5 for i in range(60)]
    width[3], height[3] = 40, 30
    width[4] = 1500
    findings = check(made(pixels, ["many"] * 55 + ["few"] * 5, width=width, height=height), vectors=flat(pixels))
    by_kind = {kind: findings.kind(kind)["row"].tolist() for kind in KINDS}
    assert by_kind["blank"] == [1]
    assert by_kind["grey"] == [2]
    assert by_kind["size"] == [3, 4]
    assert by_kind["aspect"] == [4]
    assert by_kind["majority"] == by_kind["tiny"] == [-1]
    assert "few: 5 pictures." in findings.kind("tiny")["reason"].tolist()
    assert findings.kind("majority")["score"].iloc[0] == pytest.approx(55 / 60, abs=1e-4)


@pytest.mark.parametrize("labels", [None, ["cat"], [None]])
@pytest.mark.parametrize("count", [0, 1, 2, 12])
@pytest.mark.parametrize("channels", [1, 3])
def test_small_and_unlabelled_sets(count: int, labels: list[str | None] | None, channels: int) -> None:
    pixels = blotches(count)[:, :channels] if count else np.empty((0, channels, 8, 8), np.uint8)
    findings = check(made(pixels, labels and labels * count), vectors=flat(pixels))
    assert not findings.table["score"].isna().any()
    assert set(findings.table["kind"]) <= {"tiny"}
    assert findings.notes
    assert json.loads(json.dumps(findings.document()))["notes"] == findings.notes


def test_a_blank_set_and_equal_pictures_are_no_near_copies() -> None:
    pixels = np.full((6, 3, 16, 16), 90, np.uint8)
    pixels[:3] += 1
    findings = check(made(pixels), vectors=np.ones((6, 4)))
    assert findings.counts() | {"exact": 0, "blank": 0} == dict.fromkeys(KINDS, 0)
    assert findings.counts()["exact"] == 4
    assert findings.counts()["blank"] == 6


def test_progress_counts_up_and_cancels() -> None:
    dataset = datasets.load("digits").limit(200)
    seen: list[tuple[int, int]] = []
    check(dataset, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (800, 800)

    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done > 250:
            raise Stop

    known = catalogue.find("pixels")
    with pytest.raises(Stop):
        checked(dataset, known, stop)
    assert earlier(dataset, known) is None


def test_findings_are_kept_by_content_and_encoder() -> None:
    dataset, known = datasets.load("digits").limit(150), catalogue.find("pixels")
    first = checked(dataset, known)
    again = earlier(dataset, known)
    assert again is not None
    pd.testing.assert_frame_equal(again.table, first.table)
    assert again.notes == first.notes
    assert earlier(dataset, catalogue.find("untrained")) is None
    moved = dataset.subset(np.arange(len(dataset)))
    moved.table["split"] = "train"
    assert earlier(moved, known) is None, "what leaks depends on the splits, which the fingerprint does not know"


def test_the_command_line_lists_and_writes_them(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for i, picture in enumerate([*blotches(11), blotches(1)[0]]):
        (tmp_path / "art" / "abc"[i % 3]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture.transpose(1, 2, 0)).save(tmp_path / "art" / "abc"[i % 3] / f"{i}.png")
    (tmp_path / "art" / "a" / "broken.png").write_bytes(b"no picture")
    arguments = ["datasets", "check", f"folder:{tmp_path / 'art'}", "--csv", str(tmp_path / "found.csv")]
    assert main([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["images"] == 12
    quality = document["quality"]
    assert quality["unreadable"] == quality["exact"] == quality["conflict"] == 1
    assert set(KINDS) | {"notes", "findings"} == quality.keys()
    table = pd.read_csv(tmp_path / "found.csv")
    assert len(table) == len(quality["findings"]) == sum(quality[kind] for kind in KINDS)
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "Exact copies: 1" in said
    assert "Labelled a and c." in said


@pytest.mark.slow
def test_planted_faults_in_real_pictures(real: Path, tmp_path: Path) -> None:
    dataset = datasets.load(f"folder:{real / 'pets-3-breeds.zip'}", size=64)
    planted = plant(dataset, tmp_path / "planted.zip", 1)
    faulty = datasets.load(f"folder:{tmp_path / 'planted.zip'}", size=64)
    found = check(faulty)
    for kind, count, hit, _ in measured(found, check(dataset), planted):
        if kind != "label":
            assert hit >= 0.9 * count, kind
    assert len(found.kind("exact")) == len(planted.pairs["exact"])
