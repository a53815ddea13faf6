"""Embeddings: stored or batch statistics, views as they are, and what the projection head makes of them."""

import numpy as np
import pytest
import torch

from contrastive import datasets, encoders
from contrastive.config import TrainConfig
from contrastive.embed import embed, encode, project, projects
from contrastive.encoders import Encoder
from contrastive.errors import UserError
from contrastive.quick import folded
from contrastive.runs import Run, record
from contrastive.train import build_method, train

SMALL = TrainConfig(
    dataset="digits", size=16, limit=64, epochs=1, batch_size=32, views="none", head_width=24, head_dim=8
)


@pytest.fixture
def encoder() -> Encoder:
    torch.manual_seed(0)
    return encoders.build("tiny", channels=1, size=16).eval()


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return datasets.load("digits", size=16).images[:65]


def test_batch_statistics_are_those_of_training_and_nothing_is_kept(encoder: Encoder, images: torch.Tensor) -> None:
    before = encoder.hash()
    usual = encode(encoder, images)
    found = encode(encoder, images, batch_size=20, batch_statistics=True)
    assert encoder.hash() == before
    assert not any(m.training for m in encoder.modules())
    np.testing.assert_array_equal(encode(encoder, images), usual)
    assert np.abs(found - usual).max() > 0.01
    with torch.no_grad():
        encoder.train()
        for start, end in ((0, 20), (20, 40), (40, 60), (60, 65)):
            expected = encoder(images[start:end].float() / 255).numpy()
            np.testing.assert_allclose(found[start:end], expected, atol=1e-5)


def test_one_left_over_joins_the_batch_before_it(encoder: Encoder, images: torch.Tensor) -> None:
    steps: list[tuple[int, int]] = []
    found = encode(encoder, images, batch_size=32, batch_statistics=True, progress=lambda *at: steps.append(at))
    assert steps == [(32, 65), (65, 65)]
    together = encode(encoder, images[32:], batch_size=64, batch_statistics=True)
    np.testing.assert_allclose(found[32:], together, atol=1e-5)
    with pytest.raises(UserError, match="single picture"):
        encode(encoder, images[:1], batch_statistics=True)
    assert encode(encoder, images[:0], batch_statistics=True).shape == (0, 256)


def test_folded_batch_norm_keeps_its_own_statistics(encoder: Encoder, images: torch.Tensor) -> None:
    encoder.frozen_norm = True
    np.testing.assert_allclose(encode(encoder, images, batch_statistics=True), encode(encoder, images), atol=1e-5)


def test_the_mode_of_every_layer_is_kept(encoder: Encoder, images: torch.Tensor) -> None:
    encoder.train()
    encoder.body[1].eval()
    modes = [m.training for m in encoder.modules()]
    for batch_statistics in (False, True):
        encode(encoder, images[:4], batch_statistics=batch_statistics)
        assert [m.training for m in encoder.modules()] == modes


def test_floats_are_taken_as_they_are(encoder: Encoder, images: torch.Tensor) -> None:
    np.testing.assert_allclose(encode(encoder, images.float() / 255), encode(encoder, images), atol=1e-5)


def finished(config: TrainConfig) -> Run:
    run = Run.create(config)
    record(run, train(config))
    run.write_status("finished")
    return run


@pytest.mark.parametrize("head", ["mlp", "linear"])
def test_projections_are_those_of_the_method(head: str) -> None:
    config = SMALL.changed(head=head)
    run = finished(config)
    whole = datasets.load("digits", size=16)
    part = whole.subset(np.arange(40))
    h = embed(run, part)
    method = build_method(config, whole)
    method.load_state_dict(run.checkpoint()["method"])
    with torch.no_grad():
        expected = method.eval().project(part.images[None].float() / 255)[0]
    z = project(run, h)
    assert z.shape == (40, 8)
    np.testing.assert_allclose(z, expected.numpy(), atol=1e-5)


def test_runs_without_a_projection_head_say_so() -> None:
    from contrastive import catalogue

    h = np.zeros((3, 256), np.float32)
    for config in (SMALL.changed(head="none"), SMALL.changed(method="supervised", head="linear")):
        run = finished(config)
        assert not projects(catalogue.find(run.id))
        with pytest.raises(UserError, match="without a projection head"):
            project(run, h)
    run = finished(SMALL)
    assert projects(catalogue.find(run.id))
    with pytest.raises(UserError, match="does not take 7 numbers"):
        project(run, h[:, :7])
    (run.path / "checkpoint.pt").unlink()
    assert not projects(catalogue.find(run.id))
    with pytest.raises(UserError, match="no checkpoint"):
        project(run, h)
    assert not projects(catalogue.find("digits-tiny"))


class Late(torch.nn.Module):
    """A norm that is listed after a convolution but does not follow it."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution, self.norm = torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4)
        self.norm.running_mean += torch.arange(4.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.convolution(x).relu())


@pytest.mark.parametrize("kind", ["tiny", "resnet18", "late"])
def test_many_batches_give_the_vectors_of_one_whether_folding_suits_the_encoder_or_not(
    kind: str, images: torch.Tensor
) -> None:
    torch.manual_seed(0)
    if kind == "late":
        encoder = Encoder("late", Late(), dim=4, channels=1, size=16)
    else:
        encoder = encoders.build(kind, channels=1, size=16)
    with torch.no_grad():
        encoder(images.float() / 255)  # in training mode: the norms get statistics of their own
    assert _norms(folded(encoder.eval())) == 0 < _norms(encoder)
    np.testing.assert_allclose(encode(encoder, images, batch_size=8), encode(encoder, images), rtol=1e-4, atol=1e-5)


def _norms(encoder: Encoder) -> int:
    return sum(isinstance(module, torch.nn.BatchNorm2d) for module in encoder.modules())
