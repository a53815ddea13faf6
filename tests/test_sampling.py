"""Sampling: classes evened out by the balanced sampler, the same epoch from the same seed, labels asked for."""

import copy

import numpy as np
import pytest
import torch

from contrastive import catalogue, datasets, sampling
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.train import train, training_set

SMALL = TrainConfig(dataset="digits", size=16, limit=64, epochs=3, batch_size=32, views="none", sampler="balanced")


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_every_class_comes_equally_often_and_unlabelled_pictures_at_the_mean() -> None:
    counts = {0: 900, 1: 90, 2: 10, -1: 500}
    labels = torch.cat([torch.full((count,), label) for label, count in counts.items()])
    drawn = torch.cat([labels[sampling.balanced(labels, seeded(seed))] for seed in range(60)])
    for label, share in ((0, 1 / 3), (1, 1 / 3), (2, 1 / 3)):
        # 60,000 labelled draws: a standard error of 0.002.
        assert (drawn[drawn >= 0] == label).double().mean().item() == pytest.approx(share, abs=0.01)
    assert (drawn == -1).double().mean().item() == pytest.approx(1 / 3, abs=0.01)


def test_pictures_of_a_class_come_alike_and_the_same_seed_draws_the_same() -> None:
    labels = torch.tensor([0] * 30 + [1] * 10)
    drawn = torch.cat([sampling.balanced(labels, seeded(seed)) for seed in range(1000)])
    counts = torch.bincount(drawn, minlength=40).double()
    assert (counts[30:] / 2000).numpy() == pytest.approx(np.ones(10), abs=0.12)
    assert (counts[:30] / (2000 / 3)).numpy() == pytest.approx(np.ones(30), abs=0.2)
    assert torch.equal(sampling.balanced(labels, seeded(4)), sampling.balanced(labels, seeded(4)))
    none = torch.bincount(sampling.balanced(torch.full((4000,), -1), seeded(0)), minlength=4000)
    assert none.max() < 10, "without any label, all count alike"


def test_a_shuffled_epoch_is_the_permutation_it_always_was() -> None:
    assert torch.equal(sampling.shuffled(101, seeded(7)), torch.randperm(101, generator=seeded(7)))


def test_training_draws_every_epoch_anew_and_resumes_bit_by_bit() -> None:
    states = [copy.deepcopy(step.state()) for step in train(SMALL) if step.state]
    resumed = [step.state() for step in train(SMALL, resume=states[0]) if step.state]
    for name, value in states[-1]["method"].items():
        assert torch.equal(value, resumed[-1]["method"][name]), name
    even = [step.state() for step in train(SMALL.changed(sampler="shuffle", epochs=1)) if step.state]
    assert not torch.equal(even[0]["method"]["head.0.weight"], states[0]["method"]["head.0.weight"])


def test_it_uses_labels_and_says_so() -> None:
    bare = datasets.load("digits").subset(range(40))
    bare.table = bare.table.assign(**{bare.target: None})
    with pytest.raises(UserError, match="The balanced sampler needs labels"):
        training_set(SMALL, bare)
    assert len(training_set(SMALL.changed(sampler="shuffle"), bare)) == len(bare.rows("train"))

    Run.create(SMALL, "evened")
    Run.create(SMALL.changed(sampler="shuffle"), "plain")
    assert catalogue.find("evened").saw_labels is True
    assert catalogue.find("plain").saw_labels is False


def test_a_pair_method_that_needs_no_labels_keeps_its_unlabelled_pictures() -> None:
    half = datasets.load("digits").subset(range(40))
    half.table = half.table.assign(split="train")
    names = half.table[half.target].where(np.arange(40) < 20)
    half.table = half.table.assign(**{half.target: names})
    config = SMALL.changed(method="triplet", negatives="any", limit=None)
    assert len(training_set(config, half)) == 40
    assert len(training_set(config.changed(negatives="other class"), half)) == 20
