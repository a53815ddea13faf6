"""Methods: each one trains, BYOL's target follows without a gradient, and labels are asked for where needed."""

import copy
import math

import pytest
import torch

from contrastive import datasets
from contrastive.config import TrainConfig
from contrastive.datasets import ImageDataset
from contrastive.errors import UserError
from contrastive.losses import byol, debiased, nt_xent, sup_con
from contrastive.methods import METHODS, Method
from contrastive.train import build_method, build_optimizer, train, training_set

SMALL = TrainConfig(
    dataset="digits",
    size=16,
    limit=64,
    epochs=2,
    batch_size=32,
    views="simclr-no-flip",
    head_width=32,
    head_dim=16,
    teacher="untrained",
)


def relabelled(keep: int) -> ImageDataset:
    """The digits with labels on the first `keep` images only; 0 gives a set without any label column."""
    whole = datasets.load("digits", size=16)
    table = whole.table.copy()
    table.loc[table.index >= keep, "digit"] = None
    return ImageDataset(
        "digits",
        pixels=whole.pixels,
        digests=whole.digests,
        table=table,
        classes_of=whole.classes_of if keep else {},
        target=whole.target,
    )


def built(name: str, **fields: object) -> tuple[Method, torch.Tensor, torch.Tensor]:
    """A method with random weights, and a batch of two views with labels."""
    whole = datasets.load("digits", size=16)
    method = build_method(SMALL.changed(method=name, **fields), whole)
    views = torch.rand(2, 8, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    return method, views, torch.tensor([0, 1, 0, 2, 1, 0, 3, -1])


@pytest.mark.parametrize("name", METHODS)
def test_every_method_trains(name: str) -> None:
    steps = list(train(SMALL.changed(method=name)))
    assert len([s for s in steps if s.state is None]) == 4
    for step in steps:
        assert all(math.isfinite(value) for value in step.metrics.values())
        assert "loss" in step.metrics
    other = {
        "byol": "cosine",
        "supervised": "accuracy",
        "pairwise": "ordered",
        "margin": "ordered",
        "triplet": "ordered",
    }
    watched = other.get(name, "top1")
    assert watched in steps[-1].metrics


@pytest.mark.parametrize("name", METHODS)
def test_every_method_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    said = METHODS[name].__doc__ or ""
    sourced = "arXiv:" in said or "torch.nn." in said or " et al. " in said
    assert name == "supervised" or sourced


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("simclr", lambda z, y: nt_xent(z, temperature=0.2)),
        ("supcon", lambda z, y: sup_con(z, y, temperature=0.2)),
        ("debiased", lambda z, y: debiased(z, temperature=0.2, class_prior=0.05)),
    ],
)
def test_the_method_has_the_loss_of_its_name(name: str, loss) -> None:
    method, views, labels = built(name, temperature=0.2, class_prior=0.05)
    found, _ = method.eval()(views, labels)
    torch.testing.assert_close(found, loss(method.project(views), labels))


def test_byol_predicts_the_target_of_the_other_view() -> None:
    method, views, labels = built("byol")
    found, metrics = method.eval()(views, labels)
    with torch.no_grad():
        p = [method.predictor(method.head(method.encoder(view))) for view in views]
        t = [method.target(view) for view in views]
    expected = (byol(p[0], t[1]) + byol(p[1], t[0])) / 2
    torch.testing.assert_close(found.detach(), expected)
    assert metrics["cosine"] == pytest.approx(1 - expected.item() / 2)


def test_byols_target_moves_by_its_momentum_and_has_no_gradient() -> None:
    method, views, labels = built("byol", target_momentum=0.9)
    optimizer = build_optimizer(SMALL, method)
    optimized = {id(p) for group in optimizer.param_groups for p in group["params"]}
    before = [p.clone() for p in method.target.parameters()]
    method(views, labels)[0].backward()
    optimizer.step()
    method.after_step(0.5)
    online = [*method.encoder.parameters(), *method.head.parameters()]
    for old, now, new in zip(before, method.target.parameters(), online, strict=True):
        assert now.grad is None
        assert id(now) not in optimized
        torch.testing.assert_close(now, 0.95 * old + 0.05 * new)
    assert any(not torch.equal(old, now) for old, now in zip(before, method.target.parameters(), strict=True))
    rested = copy.deepcopy(method.target.state_dict())
    method.after_step(1.0)
    assert all(torch.equal(rested[key], value) for key, value in method.target.state_dict().items())


def test_byol_resumes_bit_for_bit() -> None:
    config = SMALL.changed(method="byol", target_momentum=0.8)
    first, whole = (copy.deepcopy(s.state()) for s in train(config) if s.state)
    (resumed,) = (s.state() for s in train(config, resume=first) if s.state)
    assert any(key.startswith("target.") for key in whole["method"])
    for key, value in whole["method"].items():
        assert torch.equal(value, resumed["method"][key]), key
    moved = [not torch.equal(value, first["method"][key]) for key, value in whole["method"].items()]
    assert any(moved)


def test_supervised_learns() -> None:
    config = SMALL.changed(method="supervised", limit=300, epochs=5, lr=3e-3)
    ends = [s.metrics for s in train(config) if s.state]
    assert ends[-1]["accuracy"] > ends[0]["accuracy"]
    assert ends[-1]["knn"] > 0.5


@pytest.mark.parametrize("name", METHODS)
def test_an_unlabelled_set_is_refused_only_where_labels_are_needed(name: str, monkeypatch) -> None:
    there = relabelled(0)
    monkeypatch.setattr(datasets, "load", lambda *_, **__: there)
    steps = train(SMALL.changed(method=name, epochs=1))
    if METHODS[name].uses_labels(SMALL):
        with pytest.raises(UserError, match=f"{name} needs labels, and digits has none"):
            next(steps)
    else:
        assert math.isfinite(next(steps).metrics["loss"])


@pytest.mark.parametrize(("name", "count"), [("supervised", 40), ("supcon", 64), ("simclr", 64)])
def test_unlabelled_images_are_left_out_of_supervised_training_alone(name: str, count: int) -> None:
    config = SMALL.changed(method=name, split="all")
    chosen = training_set(config, relabelled(40))
    assert len(chosen) == count
    assert ((chosen.codes() < 0).any()) == (name != "supervised")


def test_an_empty_split_is_not_called_unlabelled() -> None:
    with pytest.raises(UserError, match="0 pictures"):
        next(train(SMALL.changed(method="supcon", split="val")))


def test_supcon_trains_with_a_few_labels(monkeypatch) -> None:
    there = relabelled(40)
    monkeypatch.setattr(datasets, "load", lambda *_, **__: there)
    step = next(train(SMALL.changed(method="supcon", split="all")))
    assert math.isfinite(step.metrics["loss"])


def test_debiased_with_three_views_is_a_sentence_before_training() -> None:
    with pytest.raises(UserError, match="two views"):
        next(train(SMALL.changed(method="debiased", n_views=3)))


@pytest.mark.parametrize("name", [name for name in METHODS if name != "debiased"])
@pytest.mark.parametrize("head", ["none", "linear"])
def test_three_views_and_other_heads(name: str, head: str) -> None:
    step = next(train(SMALL.changed(method=name, n_views=3, head=head, limit=16, batch_size=8)))
    assert math.isfinite(step.metrics["loss"])


def test_random_weights_follow_from_the_seed() -> None:
    for name in METHODS:
        first, second = (built(name)[0].state_dict() for _ in range(2))
        assert all(torch.equal(first[key], value) for key, value in second.items())
