"""Health: a forced collapse trips it, a trained encoder does not."""

import numpy as np
import pytest

from contrastive import augment, catalogue, datasets
from contrastive.config import TrainConfig
from contrastive.embed import embed, encode
from contrastive.encoders import Encoder
from contrastive.evaluate import knn, linear_probe
from contrastive.health import alignment, answer_signs, collapsed, health, in_figures, one_answer, verdict
from contrastive.monitor import Monitor
from contrastive.train import train


@pytest.mark.parametrize("encoder", ["digits-tiny", "untrained"])
def test_real_representations_are_healthy(encoder: str) -> None:
    signs = health(np.asarray(embed(encoder, datasets.load("digits")))[::5])
    assert not collapsed(signs)
    assert verdict(signs).startswith("Healthy")
    assert signs["effective_rank"] > 10


def test_signs_are_told_in_figures() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 8))
    vectors[:, :2] = 3.0
    signs = health(vectors) | answer_signs(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), 2) | {"loss": 7.0}
    said = in_figures(signs)
    assert said.startswith(
        f"Spread {signs['spread']:.2f}, effective rank {signs['effective_rank']:.1f}, uniformity -"
    )
    assert said.endswith("dead dimensions 25%, variety of answers 1.00.")
    assert "alignment" not in said
    assert "alignment 0.25" in in_figures(signs | {"alignment": 0.25})
    assert in_figures({"loss": 1.0}) == ""


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


def test_alignment_of_known_vectors() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(50, 8)), rng.normal(size=(50, 8))
    slow = [np.sum((x / np.linalg.norm(x) - y / np.linalg.norm(y)) ** 2) for x, y in zip(a, b, strict=True)]
    assert alignment(a, b) == pytest.approx(np.mean(slow))
    assert alignment(a, 3 * a) == pytest.approx(0)
    assert alignment(a, -a) == pytest.approx(4)


def test_answer_signs_of_known_answers() -> None:
    truth = np.array([0, 0, 0, 1, 1, 2, -1])
    even = answer_signs(np.array([0, 0, 1, 1, 2, 2, 0]), truth, 3)
    assert even["prediction_entropy"] == pytest.approx(1.0)
    constant = answer_signs(np.full(7, 1), truth, 3)
    assert constant["prediction_entropy"] == 0
    assert (constant["top_answer"], constant["top_answer_share"]) == (1, 1)
    assert constant["top_answer_truth"] == pytest.approx(2 / 6)
    assert constant["beyond_chance"] == 0


def test_answers_without_looking_are_a_standard_normal_beyond_chance() -> None:
    rng = np.random.default_rng(0)
    drawn = [
        answer_signs(rng.choice(4, 300, p=[0.7, 0.1, 0.1, 0.1]), rng.choice(4, 300, p=[0.4, 0.4, 0.1, 0.1]), 4)
        for _ in range(600)
    ]
    z = np.array([signs["beyond_chance"] for signs in drawn])
    assert z.mean() == pytest.approx(0, abs=0.15)
    assert z.std() == pytest.approx(1, abs=0.1)


def test_a_classifier_with_one_answer_is_named_unless_the_labels_are_so_too() -> None:
    whole = datasets.load("digits")
    vectors = np.asarray(embed("digits-tiny", whole))[::5]
    truth = np.array([9] * 64 + [0] * 36)
    signs = health(vectors) | answer_signs(np.full(100, 9), truth, 10)
    classes = [*"abcdefghi", "Mary"]
    assert one_answer(signs)
    assert "calls 100% of the images 'Mary', though only 64% of them are" in verdict(signs, classes)
    assert "100% of the images the same class" in verdict(signs)
    nearly = health(vectors) | answer_signs(np.full(100, 9), np.array([9] * 98 + [0] * 2), 10)
    assert not one_answer(nearly)


@pytest.mark.parametrize("probe", [linear_probe, knn])
def test_shuffled_labels_cannot_be_read_and_real_ones_can(probe) -> None:
    whole = datasets.load("digits")
    vectors, labels = np.asarray(embed("digits-tiny", whole)), whole.codes()
    shuffled = np.random.default_rng(3).permutation(labels)
    for codes, word in ((labels, "Healthy"), (shuffled, "Unreadable")):
        report = probe(vectors[:600], codes[:600], vectors[600:900], codes[600:900], whole.classes)
        signs = health(vectors[600:900]) | answer_signs(report.predictions, codes[600:900], 10)
        assert verdict(signs, whole.classes).startswith(word)


def with_labels(whole: datasets.ImageDataset, labels: np.ndarray) -> datasets.ImageDataset:
    made = whole.subset(np.arange(len(whole)))
    made.table = made.table.assign(digit=[whole.classes[label] for label in labels])
    return made


def test_the_monitor_tells_a_healthy_encoder_from_shuffled_labels_and_from_a_collapse() -> None:
    whole = datasets.load("digits").limit(600)
    encoder = catalogue.find("digits-tiny").load(whole)
    recipe = augment.recipe("simclr-no-flip", size=whole.size)
    monitor = Monitor(whole, seed=0, recipe=recipe)
    found, vectors = monitor(encoder)
    assert len(vectors) == len(monitor.ids) == len(set(monitor.ids))
    assert verdict(found).startswith("Healthy")
    assert found["prediction_entropy"] > 0.95
    assert 0 < found["alignment"] < 0.5
    again, _ = monitor(encoder)
    assert {**again, "probe_seconds": 0} == {**found, "probe_seconds": 0}
    assert "alignment" not in Monitor(whole, seed=0)(encoder)[0]
    unmoved = augment.recipe("none", size=whole.size)
    assert Monitor(whole, seed=0, recipe=unmoved)(encoder)[0]["alignment"] == pytest.approx(0, abs=1e-6)

    shuffled = with_labels(whole, np.random.default_rng(0).permutation(whole.codes()))
    said = verdict(Monitor(shuffled, seed=0)(encoder)[0])
    assert said.startswith("Unreadable")
    assert "no better than chance" in said

    for parameter in encoder.parameters():
        parameter.data.zero_()
    assert np.ptp(encode(encoder, whole.images[:4])) == 0
    collapsed_run, _ = monitor(encoder)
    assert verdict(collapsed_run).startswith("Collapsed")
    assert collapsed_run["prediction_entropy"] == 0


def test_two_views_are_those_of_one_image(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []

    def kept(encoder: Encoder, images, **options) -> np.ndarray:
        seen.append(images.numpy())
        return images.flatten(1).float().numpy()

    monkeypatch.setattr("contrastive.monitor.encode", kept)
    whole = datasets.load("digits").limit(300)
    monitor = Monitor(whole, seed=0, recipe=augment.recipe("simclr-no-flip", size=whole.size))
    first, second = monitor.views(catalogue.find("pixels").load(whole), monitor.recipe)
    assert len(first) == len(second) == len(monitor.test)
    assert not np.array_equal(first, second)
    flat = monitor.test.images.flatten(1).float().numpy()
    assert alignment(first, second) < 0.8 * alignment(first, np.roll(second, 1, axis=0))
    assert alignment(first, flat) < 0.8 * alignment(first, np.roll(flat, 1, axis=0))


def test_a_short_real_training_is_healthy() -> None:
    config = TrainConfig(dataset="digits", views="simclr-no-flip", limit=600, epochs=2, batch_size=128)
    ends = [step.metrics for step in train(config) if step.state]
    assert verdict(ends[-1]).startswith("Healthy")
    assert ends[-1]["beyond_chance"] > 20
