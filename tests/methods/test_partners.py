"""Partners: who is whose positive and negative, drawn anew or once, plain or augmented."""

import pytest
import torch

from contrastive import augment
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.methods.partners import ByClass, Triples

LABELS = torch.tensor([0] * 3 + [1] * 50 + [2] * 7)[torch.randperm(60, generator=torch.Generator().manual_seed(1))]
# Every picture is one grey of its own, so that it can be told from any view of recipe `none`.
IMAGES = torch.arange(60, dtype=torch.uint8)[:, None, None, None].expand(60, 1, 16, 16).contiguous()


def triples(views: str = "none", **fields: object) -> Triples:
    config = TrainConfig(method="triplet", **fields)
    return Triples(config, IMAGES, LABELS, augment.recipe(views, size=16))


def who(views: torch.Tensor) -> torch.Tensor:
    """Row numbers (3, n) of the plain pictures in views."""
    return (views[:, :, 0, 8, 8] * 255).round().long()


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("partners", ["once", "every epoch"])
def test_positives_and_negatives_are_of_the_classes_asked_for(partners: str) -> None:
    rows = torch.arange(60)
    make = triples(positives="same class", negatives="other class", partners=partners)
    anchor, positive, negative = who(make(rows, generator()))
    assert torch.equal(anchor, rows)
    assert (positive != anchor).all()
    assert torch.equal(LABELS[positive], LABELS[anchor])
    assert (LABELS[negative] != LABELS[anchor]).all()


def test_partners_are_drawn_evenly() -> None:
    classes, draw = ByClass(LABELS), generator()
    row = int((LABELS == 2).nonzero()[0])
    rows = torch.full((20_000,), row)
    same = torch.bincount(classes.same(rows, draw), minlength=60)
    other = torch.bincount(classes.other(rows, draw), minlength=60)
    mates = (LABELS == 2) & (torch.arange(60) != row)
    assert torch.equal(same > 0, mates)
    assert torch.equal(other > 0, LABELS != 2)
    # Five standard deviations of a count.
    assert (same[mates] - 20_000 / 6).abs().max() < 5 * (20_000 / 6) ** 0.5
    assert (other[LABELS != 2] - 20_000 / 53).abs().max() < 5 * (20_000 / 53) ** 0.5


def test_any_other_picture_may_be_a_negative_and_needs_no_labels() -> None:
    config = TrainConfig(method="triplet", negatives="any")
    make = Triples(config, IMAGES, torch.full((60,), -1), augment.recipe("none", size=16))
    rows = torch.arange(60).repeat(100)
    anchor, positive, negative = who(make(rows, generator()))
    assert torch.equal(positive, anchor)
    assert (negative != anchor).all()
    assert len(torch.unique(negative)) == 60
    assert (LABELS[negative] == LABELS[anchor]).any(), "sample bias is what this choice shows"


def test_once_means_the_same_partners_in_every_epoch_and_anew_means_others() -> None:
    rows = torch.arange(60)
    for partners, positives, negatives in (
        ("once", True, True),
        ("positive once", True, False),
        ("every epoch", False, False),
    ):
        make = triples("simclr-no-flip", partners=partners)
        first, second = make(rows, generator(1)), make(rows, generator(2))
        assert torch.equal(first[1], second[1]) == positives
        assert torch.equal(first[2], second[2]) == negatives
        assert torch.equal(first[0], second[0]), "a plain anchor never changes"
    # The seed of the run decides what is drawn once, so that a resumed run draws it again.
    again, other = triples(partners="once"), triples(partners="once", seed=1)
    assert torch.equal(make_negatives(again), make_negatives(triples(partners="once")))
    assert not torch.equal(make_negatives(again), make_negatives(other))


def make_negatives(make: Triples) -> torch.Tensor:
    return who(make(torch.arange(60), generator()))[2]


def test_anchor_and_negative_are_plain_or_augmented_the_positive_always_is() -> None:
    noisy = [{"op": "noise", "sigma": (0.2, 0.2), "probability": 1.0}]
    for anchor, plain in (("plain", True), ("augmented", False)):
        config = TrainConfig(method="triplet", anchor=anchor)
        views = Triples(config, IMAGES, LABELS, augment.recipe(noisy, size=16))(torch.arange(60), generator())
        flat = views.flatten(2).std(2).amax(1) < 1e-6
        assert flat.tolist() == [plain, False, plain]


def test_too_few_pictures_are_said_in_one_sentence() -> None:
    lonely = LABELS.clone()
    lonely[lonely == 0] = torch.tensor([0, 3, 3])
    none = augment.recipe("none", size=16)
    with pytest.raises(UserError, match="1 class has a single picture"):
        Triples(TrainConfig(method="triplet", positives="same class"), IMAGES, lonely, none)
    with pytest.raises(UserError, match="All pictures are of one class"):
        Triples(TrainConfig(method="triplet"), IMAGES, torch.zeros(60, dtype=torch.long), none)
