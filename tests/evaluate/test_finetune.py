"""Fine-tuning learns more than a frozen encoder gives, on a copy: no probe ever changes the encoder."""

import numpy as np
import pytest
import torch

from contrastive import catalogue, datasets, encoders
from contrastive.encoders import Encoder
from contrastive.errors import UserError
from contrastive.evaluate import PROBES, examine, finetune
from contrastive.evaluate.classifier import Classifier


@pytest.fixture(scope="module")
def parts() -> tuple[datasets.ImageDataset, datasets.ImageDataset]:
    whole = datasets.load("digits", size=16)
    return whole.split("train").limit(200), whole.split("test").limit(80)


@pytest.fixture
def encoder() -> Encoder:
    torch.manual_seed(1)
    return encoders.build("tiny", channels=1, size=16).train()


@pytest.mark.parametrize(
    "probe", [*PROBES, "sgd:sampler=weighted", "finetune:epochs=1", "finetune:epochs=1:blocks=last:batch_size=9"]
)
def test_a_probe_never_changes_the_encoder(probe: str, encoder: Encoder, parts: tuple) -> None:
    train, test = parts
    before, modes = encoder.hash(), [m.training for m in encoder.modules()]
    wanted = [p.requires_grad for p in encoder.parameters()]
    report = examine(encoder, probe, train, test, validation=test)
    assert report.n_test == 80
    assert len(report.predictions) == 80
    assert encoder.hash() == before
    assert [m.training for m in encoder.modules()] == modes
    assert [p.requires_grad for p in encoder.parameters()] == wanted
    assert all(p.grad is None for p in encoder.parameters())


def test_it_learns_and_repeats(encoder: Encoder, parts: tuple) -> None:
    steps: list[tuple[int, int]] = []
    runs = [
        finetune(encoder, *parts, epochs=4, encoder_share=1, progress=lambda *at: steps.append(at)) for _ in range(2)
    ]
    assert runs[0].accuracy == runs[1].accuracy
    assert runs[0].predictions == runs[1].predictions
    assert runs[0].accuracy > 0.5
    assert runs[0].note == ""
    assert steps[0] == (1, 20)
    assert steps[-1] == (20, 20)
    some = finetune(encoder, *parts, epochs=4, validation=parts[1], blocks="last")
    assert some.probe == "finetune"
    assert "best on the validation images" in some.note


def test_only_the_last_block_learns(encoder: Encoder) -> None:
    model = Classifier(encoder, 10, blocks="last", stored=False).train()
    learning = {name for name, p in model.encoder.named_parameters() if p.requires_grad}
    assert learning == {"body.12.weight", "body.13.weight", "body.13.bias"}
    assert [m.training for m in model.encoder.body] == [False] * 12 + [True] * 3
    assert not any(m.training for m in model.eval().modules())


def test_tiny_batches_leave_batch_norm_its_statistics(encoder: Encoder, parts: tuple) -> None:
    model = Classifier(encoder, 10, blocks="all", stored=True).train()
    assert not any(m.training for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d))
    assert all(p.requires_grad for p in model.parameters())
    report = finetune(encoder, parts[0].limit(12), parts[1], epochs=1)
    assert "fewer than 16" in report.note


def test_folded_batch_norm_stays_as_it_is(encoder: Encoder, parts: tuple) -> None:
    encoder.frozen_norm = True
    model = Classifier(encoder, 10, blocks="all", stored=False).train()
    assert not any(m.training for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d))
    assert model.encoder.body[0].training


def test_mistakes_are_one_sentence(encoder: Encoder, parts: tuple) -> None:
    train, test = parts
    pixels = catalogue.find("pixels").load(train)
    with pytest.raises(UserError, match="no weights to fine-tune"):
        finetune(pixels, train, test, epochs=1)
    one_class = train.subset(np.flatnonzero(train.codes() == 3))
    with pytest.raises(UserError, match="one class"):
        finetune(encoder, one_class, test, epochs=1)
    with pytest.raises(UserError, match="no longer a number"):
        finetune(encoder, train, test, epochs=3, lr=1e30)
