"""Pair and triplet methods: their loss, branches that share batch statistics or not, mining, resuming."""

import copy

import pytest
import torch

from contrastive import datasets
from contrastive.config import TrainConfig
from contrastive.losses import pairwise_cosine, pairwise_margin, semi_hard, triplet
from contrastive.train import build_method, train

SMALL = TrainConfig(dataset="digits", size=16, limit=64, epochs=2, batch_size=32, encoder="pami", head="none")


def built(method: str, **fields: object) -> tuple[torch.nn.Module, torch.Tensor, torch.Tensor]:
    whole = datasets.load("digits", size=16)
    views = torch.rand(3, 8, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    return build_method(SMALL.changed(method=method, **fields), whole), views, torch.arange(8) % 3


@pytest.mark.parametrize("name", ["pairwise", "margin", "triplet"])
def test_the_loss_is_that_of_anchor_positive_and_negative(name: str) -> None:
    method, views, labels = built(name, margin=0.3)
    found, metrics = method.eval()(views, labels)
    a, p, n = (method.encoder(view) for view in views)
    pairs = torch.cat([a, a]), torch.cat([p, n]), torch.tensor([1.0] * 8 + [-1.0] * 8)
    expected = {
        "pairwise": lambda: pairwise_cosine(*pairs, margin=0.3),
        "margin": lambda: pairwise_margin(*pairs, margin=0.3),
        "triplet": lambda: triplet(a, p, n, margin=0.3),
    }[name]()
    torch.testing.assert_close(found, expected)
    if name == "triplet":
        ordered = ((a - p).norm(dim=1) < (a - n).norm(dim=1)).float().mean().item()
        assert metrics["ordered"] == pytest.approx(ordered)


def test_the_margin_of_a_method_is_its_losses_own_unless_told() -> None:
    assert [built(m)[0].margin for m in ("pairwise", "margin", "triplet")] == [0.0, 1.0, 1.0]
    assert built("pairwise", margin=0.5)[0].margin == 0.5


def test_branches_one_by_one_have_batch_statistics_of_their_own() -> None:
    together, views, labels = built("triplet")
    apart, _, _ = built("triplet", branches="one by one")
    assert not torch.allclose(together(views, labels)[0], apart(views, labels)[0])
    apart.train()
    alone = torch.stack([apart.encoder(view) for view in views])
    torch.testing.assert_close(apart(views, labels)[0], triplet(*alone))


def test_mining_takes_its_negatives_from_the_anchors_of_the_batch() -> None:
    plain, views, labels = built("triplet", margin=0.5)
    mined, _, _ = built("triplet", margin=0.5, mining="semi-hard")
    anchor, positive, negative = (plain.eval().encoder(view) for view in views)
    chosen = semi_hard(anchor, positive, anchor, labels[:, None] != labels, margin=0.5)
    assert (chosen >= 0).any()
    negative = torch.where((chosen >= 0)[:, None], anchor[chosen.clamp(min=0)], negative)
    torch.testing.assert_close(mined.eval()(views, labels)[0], triplet(anchor, positive, negative, margin=0.5))


@pytest.mark.parametrize("partners", ["once", "every epoch"])
def test_a_resumed_triplet_run_is_the_uninterrupted_one(partners: str) -> None:
    config = SMALL.changed(method="triplet", partners=partners, views="pad-rotate-scale", optimizer="sgd", lr=0.1)
    first, whole = (copy.deepcopy(s.state()) for s in train(config) if s.state)
    (resumed,) = (s.state() for s in train(config, resume=first) if s.state)
    for key, value in whole["method"].items():
        assert torch.equal(value, resumed["method"][key]), key
    assert any(not torch.equal(value, first["method"][key]) for key, value in whole["method"].items())
